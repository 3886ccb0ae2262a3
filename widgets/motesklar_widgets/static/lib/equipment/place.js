// @ts-check
/**
 * Where the person sits, asked once and kept for the call: a hall full of people needs other rules
 * than a room of one's own.
 */

import { keepChoices, keptChoices } from "../call/kept.js";
import { h, icon, uniqueId } from "../dom.js";
import { t } from "../i18n.js";

/**
 * @typedef {object} Place
 * @property {boolean} hall together with others who talk
 * @property {boolean} headset
 * @property {string} table in the hall, empty where there is none
 */

/**
 * @param {string} [table]
 * @returns {Place}
 */
export function keptPlace(table = "") {
  const { hall, headset } = keptChoices();
  return { hall, headset, table };
}

export class PlaceQuestion {
  /** @param {() => void} [onChange] */
  constructor(onChange = () => undefined) {
    this.onChange = onChange;
    const { hall, headset } = keptChoices();
    const name = uniqueId("place");
    this.alone = this.input("radio", !hall, name);
    this.hall = this.input("radio", hall, name);
    this.headset = this.input("checkbox", headset);
    this.el = h(
      "fieldset",
      { class: "stack stack--tight" },
      h("legend", null, t("Where are you sitting now?")),
      this.choice(this.alone, "house", t("At home, at work or somewhere else by myself")),
      this.choice(this.hall, "users", t("In a hall, together with others who take part")),
      this.choice(this.headset, "headphones", t("I wear a headset or headphones")),
    );
  }

  /**
   * @param {"radio" | "checkbox"} type
   * @param {boolean} checked
   * @param {string} [name]
   */
  input(type, checked, name) {
    return h("input", { type, checked, name, onchange: () => this.keep() });
  }

  /**
   * @param {HTMLInputElement} input
   * @param {string} picture
   * @param {string} words
   */
  choice(input, picture, words) {
    return h("label", { class: "choice" }, input, icon(picture), words);
  }

  keep() {
    keepChoices({ hall: this.hall.checked, headset: this.headset.checked });
    this.onChange();
  }
}
