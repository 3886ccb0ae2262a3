// @ts-check
/** The call's place on the page: the look before, the call, and what was of it. */

import { h, icon, replace } from "../dom.js";
import { t } from "../i18n.js";
import { PreJoin } from "./pre_join.js";
import { CallView } from "./view.js";

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

  /**
   * @param {string} text
   * @param {boolean} isNext whether to press it is what most people do now
   */
  button(text, isNext) {
    const attributes = {
      type: "button",
      class: isNext ? "button button--primary" : "button",
      onclick: () => this.prepare(),
    };
    return h("button", attributes, icon("phone"), text);
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
    const view = new CallView(plan, (farewell, isDone) => {
      view.remove();
      this.shown = null;
      const again = this.kind === "practice" ? t("Call again") : t("Go in again");
      replace(this.element, farewell, this.button(again, !isDone));
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
