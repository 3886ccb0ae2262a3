// @ts-check
/** The partner as the learner meets them: voice, sound meter and every sentence in writing. */

import { h, icon, replace } from "../dom.js";
import { t } from "../i18n.js";
import { SoundMeter } from "./meter.js";

/** @typedef {import("./messages.js").PartnerMessage} PartnerMessage */

export class PartnerPanel {
  constructor() {
    this.name = t("Your partner");
    this.meter = new SoundMeter(t("Sound from your partner"));
    this.heading = h("h3", null, this.name);
    this.state = h("p", { class: "partner__state" });
    this.caption = h("p", {
      class: "partner__caption",
      "aria-live": "polite",
      "data-caption": true,
    });
    this.element = h(
      "section",
      { class: "partner", tabindex: "-1", "aria-label": t("Your partner") },
      h("span", { class: "partner__face", "aria-hidden": "true" }, icon("headphones")),
      h("div", { class: "partner__who" }, this.heading, this.state, this.meter.element),
      this.caption,
    );
  }

  /** @param {string} name */
  setName(name) {
    this.name = name;
    replace(this.heading, name);
  }

  /** @param {PartnerMessage} message */
  show({ state, caption }) {
    const speaking = state !== "listening";
    const sentence = speaking
      ? t("%(name)s is speaking.", { name: this.name })
      : t("%(name)s is listening. Your turn.", { name: this.name });
    replace(this.state, icon(speaking ? "volume-2" : "headphones"), " ", sentence);
    this.element.classList.toggle("partner--speaking", speaking);
    if (caption) replace(this.caption, caption);
  }

  /** @param {MediaStreamTrack | undefined} track the voice of a new connection */
  follow(track) {
    this.meter.follow(track ? new MediaStream([track]) : null);
  }

  remove() {
    this.meter.remove();
  }
}
