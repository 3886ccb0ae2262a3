// @ts-check
/**
 * A line that the partner sees while it is being written (real-time text, EN 301 549 clause 6.2:
 * what is typed is sent within 500 ms).
 */

import { h, uniqueId } from "./dom.js";
import { t } from "./i18n.js";

/** Typing is gathered for this long. */
const GATHER_MS = 300;
/** As long as a line on the wire may be, less the line feed. */
const LONGEST = 999;

export class TextLine {
  /**
   * @param {object} parts
   * @param {(text: string) => boolean} parts.send returns whether it could be sent
   * @param {(text: string) => void} parts.onLine a line is finished
   */
  constructor({ send, onLine }) {
    this.send = send;
    this.onLine = onLine;
    /** @type {ReturnType<typeof setTimeout> | null} */
    this.timer = null;
    const id = uniqueId("call-text");
    this.input = h("input", {
      id,
      type: "text",
      class: "input",
      autocomplete: "off",
      maxlength: LONGEST,
      "aria-describedby": `${id}-hint`,
      oninput: () => this.gather(),
    });
    this.element = h(
      "form",
      {
        class: "field",
        onsubmit: (/** @type {Event} */ event) => {
          event.preventDefault();
          this.finish();
        },
      },
      h("label", { for: id }, t("Write to your partner")),
      h(
        "span",
        { class: "field__hint", id: `${id}-hint` },
        t("Your partner sees each letter as you write it. Writing works as well as speaking."),
      ),
      h(
        "div",
        { class: "row" },
        h("div", { style: "flex: 1 1 12rem" }, this.input),
        h("button", { type: "submit", class: "button" }, t("Send")),
      ),
    );
  }

  gather() {
    this.timer ??= setTimeout(() => this.flush(), GATHER_MS);
  }

  /** Send the line as it stands; also after a return, when the server knows nothing of it. */
  flush() {
    this.stop();
    if (this.input.value) this.send(this.input.value);
  }

  finish() {
    const text = this.input.value.trim();
    // what can't be sent now stays in the field and is sent after the return
    if (!text || !this.send(`${text}\n`)) return;
    this.stop();
    this.input.value = "";
    this.onLine(text);
  }

  stop() {
    if (this.timer) clearTimeout(this.timer);
    this.timer = null;
  }
}
