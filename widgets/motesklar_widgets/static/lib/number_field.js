// @ts-check
/** A field for a number, as people write it, that tells beside itself when it is none. */

import { h, replace, uniqueId } from "./dom.js";
import { t } from "./i18n.js";

/**
 * NaN where it is no number; Swedish people write a comma, and a space between thousands.
 *
 * @param {string} text
 */
export function readNumber(text) {
  const plain = text.replace(/\s/g, "").replace(",", ".");
  return /^\d+(\.\d+)?$/.test(plain) ? Number(plain) : NaN;
}

export class NumberField {
  /**
   * @param {string} label
   * @param {number} value as first shown
   * @param {() => void} onInput
   */
  constructor(label, value, onInput) {
    const id = uniqueId("number");
    this.error = h("p", { class: "field__error", id: `${id}-error` });
    this.input = h("input", {
      id,
      type: "text",
      inputmode: "decimal",
      autocomplete: "off",
      maxlength: 7,
      "aria-describedby": this.error.id,
      value: String(value),
      oninput: onInput,
    });
    this.el = h("div", { class: "field" }, h("label", { for: id }, label), this.input, this.error);
  }

  get value() {
    return readNumber(this.input.value);
  }

  /** @param {number} value */
  set value(value) {
    this.input.value = String(value);
  }

  /** @returns {boolean} whether it can be used; tells beside the field when it can't */
  check() {
    const usable = !Number.isNaN(this.value);
    this.input.setAttribute("aria-invalid", String(!usable));
    replace(this.error, usable ? null : t("Write a number, such as 40."));
    return usable;
  }
}
