// @ts-check
/** What can be changed during the call: devices, where one sits, and the keys. */

import { h, icon } from "../dom.js";
import { t } from "../i18n.js";
import { Pickers } from "./pickers.js";
import { PlaceChoice } from "./place.js";

/** @typedef {import("./own_media.js").OwnMedia} OwnMedia */

export class Settings {
  /**
   * @param {OwnMedia} own
   * @param {HTMLElement} keys
   * @param {{ onSpeaker: (speakerId: string) => void, onHall: (hall: boolean) => void }} events
   */
  constructor(own, keys, { onSpeaker, onHall }) {
    this.pickers = new Pickers(own, onSpeaker);
    this.place = new PlaceChoice(() => onHall(this.place.hall));
    this.element = h(
      "details",
      { class: "call__settings" },
      h("summary", null, icon("settings"), " ", t("Sound, picture and keys")),
      h("div", { class: "grid" }, this.pickers.element, this.place.element, keys),
    );
    this.refresh();
  }

  /** Read the lists of devices anew. */
  refresh() {
    this.pickers.refresh().catch((error) => console.warn("the devices can't be listed", error));
  }

  /** For whoever is told that a headset is needed: one press instead of a search. */
  headsetButton() {
    const onclick = () => {
      this.place.headset.checked = true;
      this.place.change();
    };
    return h(
      "button",
      { type: "button", class: "button", onclick },
      icon("headphones"),
      t("I wear a headset"),
    );
  }
}
