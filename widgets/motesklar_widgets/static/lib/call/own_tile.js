// @ts-check
/** Myself, as the others see me. */

import { h, icon, replace } from "../dom.js";
import { t } from "../i18n.js";
import { levelBar } from "./meter.js";
import { ownPicture } from "./own_picture.js";

/** @typedef {import("./own_media.js").OwnMedia} OwnMedia */

export class OwnTile {
  /** @param {OwnMedia} own */
  constructor(own) {
    this.own = own;
    this.bar = levelBar(t("Sound from your microphone"));
    own.sound.onLevel((level) => this.bar.show(own.sending.microphone ? level : -Infinity));
    this.preview = ownPicture();
    this.words = h("span", { class: "tile__marks" });
    this.element = h(
      "li",
      { class: "tile tile--own" },
      h("span", { class: "tile__initial", "aria-hidden": "true" }, icon("user")),
      this.preview,
      h("p", { class: "tile__caption" }, h("span", { class: "tile__name" }, t("You")), this.words),
      this.bar.element,
    );
  }

  /**
   * @param {boolean} hand whether my hand is up
   * @param {boolean} speaking whether the server hears me speak
   */
  show(hand, speaking) {
    const { tracks, sending } = this.own;
    const now = /** @type {MediaStream | null} */ (this.preview.srcObject)?.getTracks()[0] ?? null;
    if (now !== tracks.camera) {
      this.preview.srcObject = tracks.camera && new MediaStream([tracks.camera]);
    }
    this.element.dataset.seen = String(tracks.camera !== null);
    this.element.classList.toggle("tile--speaking", speaking);
    replace(this.words, [
      hand && h("span", { class: "mark-badge" }, icon("hand"), t("Hand up")),
      speaking && h("span", { class: "mark-badge" }, icon("volume-2"), t("You are heard")),
      // in signs alone, because the tile is small; the buttons say it in words
      h("span", { class: "mark-badge" }, icon(sending.microphone ? "mic" : "mic-off")),
      h(
        "span",
        { class: "visually-hidden" },
        sending.microphone ? t("Microphone on") : t("Microphone off"),
      ),
    ]);
  }
}
