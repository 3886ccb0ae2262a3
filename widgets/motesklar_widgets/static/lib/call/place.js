// @ts-check
/**
 * Asks whether the person sits in the hall. Eighty devices in one hall howl and fill its network,
 * so there a device has neither sound nor others' pictures, unless a headset is on.
 */

import { h, icon, uniqueId } from "../dom.js";
import { t } from "../i18n.js";
import { keepChoices, keptChoices } from "./kept.js";

export class PlaceChoice {
  /** @param {() => void} onChange */
  constructor(onChange) {
    const { hall, headset } = keptChoices();
    this.onChange = onChange;
    const name = uniqueId("place");
    this.elsewhere = this.radio(name, !hall);
    this.here = this.radio(name, hall);
    this.headset = h("input", {
      type: "checkbox",
      checked: headset,
      onchange: () => this.change(),
    });
    this.headsetRow = h(
      "label",
      { class: "choice" },
      this.headset,
      icon("headphones"),
      t("I wear a headset"),
    );
    this.explanation = h("p", { class: "soft" });
    this.element = h(
      "fieldset",
      { class: "stack stack--tight" },
      h("legend", null, t("Are you in the hall or somewhere else?")),
      h(
        "label",
        { class: "choice" },
        this.elsewhere,
        t("Somewhere else, for example at home or at work"),
      ),
      h(
        "label",
        { class: "choice" },
        this.here,
        t("In the hall, together with others who take part"),
      ),
      this.headsetRow,
      this.explanation,
    );
    this.show();
  }

  /**
   * @param {string} name
   * @param {boolean} checked
   */
  radio(name, checked) {
    return h("input", { type: "radio", name, checked, onchange: () => this.change() });
  }

  /** In the hall without a headset: neither sound nor incoming pictures. */
  get hall() {
    return this.here.checked && !this.headset.checked;
  }

  change() {
    keepChoices({ hall: this.here.checked, headset: this.headset.checked });
    this.show();
    this.onChange();
  }

  show() {
    this.headsetRow.hidden = !this.here.checked;
    this.explanation.hidden = !this.here.checked;
    this.explanation.textContent = this.hall
      ? t(
          "In the hall your device is silent and shows no pictures of others. Otherwise it would howl, and the network would be full. You can write, raise your hand and be seen.",
        )
      : t(
          "With your headset on you hear the others and can speak, without anybody near you being disturbed.",
        );
  }
}
