// @ts-check
/** Where captions are written: each line is sent as it is finished, one after the other. */

import { h } from "../widgets/lib/dom.js";
import { t } from "../widgets/lib/i18n.js";
import { act } from "./act.js";
import { find } from "./kept_elements.js";

class CaptionDesk {
  /** @param {HTMLFormElement} form */
  constructor(form) {
    this.path = `/api/workshops/${encodeURIComponent(form.dataset.workshop ?? "")}/words`;
    this.field = /** @type {HTMLInputElement} */ (find(form, "input"));
    this.refused = find(form, "[data-refused]");
    /** @type {string[]} */
    this.lines = [];
    this.sending = false;
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.write();
    });
  }

  write() {
    const words = this.field.value.trim();
    if (!words) return;
    // whoever writes along can't wait for the network
    this.field.value = "";
    this.lines.push(words);
    if (!this.sending) this.send();
  }

  async send() {
    this.sending = true;
    for (let words = this.lines[0]; words !== undefined; words = this.lines[0]) {
      const refusal = await act(this.path, { kind: "caption", words });
      if (refusal) this.refuse(words, refusal);
      else this.refused.textContent = "";
      this.lines.shift();
    }
    this.sending = false;
  }

  /**
   * @param {string} words
   * @param {string} refusal
   */
  refuse(words, refusal) {
    this.refused.replaceChildren(refusal, h("br"), t("Not sent: %(words)s", { words }));
  }
}

new CaptionDesk(/** @type {HTMLFormElement} */ (document.querySelector("[data-caption-desk]")));
