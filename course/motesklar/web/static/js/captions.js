// @ts-check
/** The newest lines of what is said in the hall, where the reader may switch them off. */

import { h, icon } from "../widgets/lib/dom.js";
import { t } from "../widgets/lib/i18n.js";
import { LiveConnection } from "../widgets/lib/live_connection.js";
import { keep, keepOnly, setChildren, setText } from "./kept_elements.js";

/** @typedef {import("./my_workshop_live.js").Caption} Caption */
/** @typedef {{ ended: boolean, captions: Caption[] }} CaptionsMessage */

/** Where it is remembered, until the browser is closed, that somebody wants none. */
const OFF = "captions-off";

export class CaptionLines {
  /** @param {{ canSwitchOff: boolean }} options */
  constructor({ canSwitchOff }) {
    /** @type {Map<string, HTMLElement>} */
    this.kept = new Map();
    /** @type {Caption[]} */
    this.captions = [];
    // there before its lines are, because what comes with its region is not read out
    this.lines = h("div", { role: "log", "aria-live": "polite", "aria-label": t("What is said"), class: "captions__lines" });
    this.words = h("span");
    this.button = h("button", { type: "button", class: "button button--quiet", hidden: true, onclick: () => this.toggle() }, icon("message-square"), this.words);
    this.element = h("div", { class: "captions" }, this.lines, canSwitchOff && this.button);
  }

  get isOff() {
    return sessionStorage.getItem(OFF) === "yes";
  }

  toggle() {
    if (this.isOff) sessionStorage.removeItem(OFF);
    else sessionStorage.setItem(OFF, "yes");
    this.show(this.captions);
  }

  /** @param {Caption[]} captions */
  show(captions) {
    this.captions = captions;
    const shown = this.isOff && this.button.isConnected ? [] : captions;
    keepOnly(this.kept, shown);
    setChildren(
      this.lines,
      shown.map(({ id, words }) => keep(this.kept, id, () => h("p", null, words))),
    );
    this.button.hidden = captions.length === 0;
    setText(this.words, this.isOff ? t("Show what is said") : t("Hide what is said"));
  }
}

/**
 * Follow a workshop's captions in a place that a page has for them, such as the big screen's:
 * `<div data-captions-of="<workshop>">`.
 *
 * @param {HTMLElement} place
 */
export function followCaptions(place) {
  const path = `/api/workshops/${encodeURIComponent(place.dataset.captionsOf ?? "")}/captions`;
  const lines = new CaptionLines({ canSwitchOff: false });
  place.append(lines.element);
  /** @type {LiveConnection<CaptionsMessage>} */
  const connection = new LiveConnection(
    `${path}/live`,
    { onMessage: ({ captions }) => lines.show(captions) },
    { poll: path },
  );
  connection.run();
}
