// @ts-check
/** Myself, as the others see me. */

import { h, icon, replace } from "../dom.js";
import { t } from "../i18n.js";
import { levelBar } from "./meter.js";

/** @typedef {import("./own_media.js").OwnMedia} OwnMedia */

export class OwnTile {
  /** @param {OwnMedia} own */
  constructor(own) {
    this.own = own;
    this.bar = levelBar(t("Sound from your microphone"));
    own.sound.onLevel((level) => this.bar.show(own.sending.microphone ? level : -Infinity));
    this.preview = h("video", {
      class: "tile__video tile__video--own",
      muted: true,
      playsInline: true,
      autoplay: true,
      "aria-label": t("Your own picture"),
    });
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

  /** @param {boolean} hand whether my hand is up */
  show(hand) {
    const { tracks, sending } = this.own;
    const now = /** @type {MediaStream | null} */ (this.preview.srcObject)?.getTracks()[0] ?? null;
    if (now !== tracks.camera) {
      this.preview.srcObject = tracks.camera && new MediaStream([tracks.camera]);
    }
    this.element.dataset.seen = String(tracks.camera !== null);
    replace(this.words, [
      hand && h("span", { class: "mark-badge" }, icon("hand"), t("Hand up")),
      h(
        "span",
        { class: "mark-badge" },
        icon(sending.microphone ? "mic" : "mic-off"),
        sending.microphone ? t("Microphone on") : t("Microphone off"),
      ),
    ]);
  }
}
