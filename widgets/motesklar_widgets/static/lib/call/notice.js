// @ts-check
import { h, icon } from "../dom.js";

const ICONS = { ok: "circle-check", info: "info", warn: "triangle-alert", fail: "circle-alert" };

/**
 * What is the matter, and what to do now; read out as soon as it is shown.
 *
 * @param {keyof typeof ICONS} kind
 * @param {string} sentence
 * @param {string} next
 * @param {...import("../dom.js").Child} more such as buttons
 */
export function notice(kind, sentence, next, ...more) {
  const words = h("div", { class: "stack stack--tight" });
  words.append(h("p", null, h("strong", null, sentence)), h("p", null, next));
  const role = kind === "warn" || kind === "fail" ? "alert" : "status";
  return h("div", { class: `notice notice--${kind}`, role }, icon(ICONS[kind]), words, ...more);
}

/** The call's own board of notices: one for each cause, the newest first. */
export class Notices {
  constructor() {
    this.element = h("div", { class: "call__notices" });
    /** @type {Map<string, HTMLElement>} */
    this.shown = new Map();
  }

  /**
   * Show it, in place of what was said of the same cause.
   *
   * @param {string} cause
   * @param {HTMLElement} element
   */
  show(cause, element) {
    this.clear(cause);
    this.shown.set(cause, element);
    this.element.prepend(element);
  }

  /** @param {string} cause */
  clear(cause) {
    this.shown.get(cause)?.remove();
    this.shown.delete(cause);
  }
}
