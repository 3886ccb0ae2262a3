// @ts-check
/** The call's place on the page: the look before, the call, and what was of it. */

import { h, icon, replace } from "../dom.js";
import { t } from "../i18n.js";
import { url } from "../page.js";
import { PreJoin } from "./pre_join.js";
import { CallView } from "./view.js";

/** @typedef {import("./farewell.js").Next} Next */

export class CallScreen {
  /**
   * @param {"practice" | "room"} kind
   * @param {string} path of the websocket
   */
  constructor(kind, path) {
    this.kind = kind;
    this.path = path;
    this.element = h("div", { class: "call-screen stack" });
    /** @type {PreJoin | CallView | null} */
    this.shown = null;
  }

  /** @param {Next} next */
  wayOn(next) {
    const look = { class: next === "either" ? "button" : "button button--primary" };
    if (next === "away") return h("p", null, h("a", { ...look, href: url("/") }, t("To the start page")));
    const again = this.kind === "practice" ? t("Call again") : t("Go in again");
    const attributes = { ...look, type: "button", onclick: () => this.prepare() };
    return h("button", attributes, icon("phone"), again);
  }

  /** Look at oneself before going in. */
  prepare() {
    const view = new PreJoin(this.kind, (choice) => {
      view.remove();
      this.call({ path: this.path, kind: this.kind, ...choice });
    });
    this.put(view);
    view.start();
  }

  /** @param {import("./view.js").CallPlan} plan */
  call(plan) {
    const view = new CallView(plan, (farewell, next) => {
      view.remove();
      this.shown = null;
      replace(this.element, farewell, this.wayOn(next));
      farewell.focus();
    });
    this.put(view);
    view.start();
  }

  /** @param {PreJoin | CallView} view */
  put(view) {
    this.shown = view;
    replace(this.element, view.element);
  }

  remove() {
    this.shown?.remove();
  }
}
