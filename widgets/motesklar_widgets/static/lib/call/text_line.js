// @ts-check
/**
 * A line that the others see while it is being written (real-time text, EN 301 549 clause 6.2:
 * what is typed is sent within 500 ms).
 */

import { h, icon, uniqueId } from "../dom.js";
import { t } from "../i18n.js";

/** Typing is gathered for this long. */
const GATHER_MS = 300;
/** As long as a line on the wire may be, less the line feed. */
const LONGEST = 999;

export class TextLine {
  /**
   * @param {object} parts
   * @param {string} parts.label
   * @param {string} parts.hint
   * @param {(text: string) => boolean} parts.send returns whether it could be sent
   * @param {(text: string) => void} parts.onLine a line is finished
   */
  constructor({ label, hint, send, onLine }) {
    this.send = send;
    this.onLine = onLine;
    /** What the others see now. */
    this.sent = "";
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
      h("label", { for: id }, label),
      h("span", { class: "field__hint small", id: `${id}-hint` }, hint),
      h(
        "div",
        { class: "chat__field" },
        this.input,
        h("button", { type: "submit", class: "button" }, icon("send"), t("Send")),
      ),
    );
  }

  gather() {
    this.timer ??= setTimeout(() => this.flush(), GATHER_MS);
  }

  /** Send the line as it stands, also when all of it was taken back. */
  flush() {
    this.stop();
    const { value } = this.input;
    if (value !== this.sent && this.send(value)) this.sent = value;
  }

  /** After a return the server knows nothing of the line that is being written. */
  again() {
    this.sent = "";
    this.flush();
  }

  finish() {
    const text = this.input.value.trim();
    // what can't be sent now stays in the field and is sent after the return
    if (!text || !this.send(`${text}\n`)) return;
    this.stop();
    this.input.value = "";
    this.sent = "";
    this.onLine(text);
  }

  stop() {
    if (this.timer) clearTimeout(this.timer);
    this.timer = null;
  }
}
