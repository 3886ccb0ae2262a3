// @ts-check
/** A lamp that says when to speak and when to be quiet: by colour, by shape and in words. */

import { h } from "../dom.js";
import { t } from "../i18n.js";

export class Lamp {
  constructor() {
    this.el = h("p", { class: "lamp", "data-lit": "false", role: "status" });
    /** @type {boolean | null} */
    this.lit = null;
  }

  /** @param {boolean} lit */
  show(lit) {
    if (lit === this.lit) return;
    this.lit = lit;
    this.el.dataset.lit = String(lit);
    this.el.textContent = lit ? t("Speak now") : t("Be quiet now");
  }
}
