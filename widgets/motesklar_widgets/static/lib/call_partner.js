// @ts-check
/** The partner as the learner meets them: voice, sound meter and every sentence in writing. */

import { SoundMeter } from "./call_meter.js";
import { h, icon, replace } from "./dom.js";
import { t } from "./i18n.js";

/** @typedef {import("./call_client.js").PartnerMessage} PartnerMessage */

export class PartnerPanel {
  constructor() {
    this.name = t("Your partner");
    this.voice = new MediaStream();
    // an element, not an AudioContext: the browser cancels the echo of elements only
    this.audio = h("audio", { autoplay: true, srcObject: this.voice });
    this.meter = new SoundMeter(t("Sound from your partner"));
    this.heading = h("h3", null, this.name);
    this.state = h("p", { class: "soft" });
    this.caption = h("p", { class: "lead", "aria-live": "polite", "data-caption": true });
    this.unmute = h(
      "button",
      { type: "button", class: "button button--primary", hidden: true, onclick: () => this.listen() },
      icon("volume-2"),
      t("Turn on sound"),
    );
    this.log = h("ol", { class: "stack stack--tight plain-list" });
    this.element = h(
      "section",
      { class: "stack stack--tight", "aria-label": t("Your partner") },
      this.audio,
      this.heading,
      this.state,
      this.meter.element,
      this.unmute,
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
    if (!caption) return;
    replace(this.caption, caption);
    this.note(t("%(name)s said", { name: this.name }), caption);
  }

  /**
   * Add to what has been said.
   *
   * @param {string} who
   * @param {string} text
   */
  note(who, text) {
    this.log.append(h("li", null, h("strong", null, `${who}: `), text));
  }

  /** @param {MediaStreamTrack} track the voice of a new connection, in the old one's place */
  play(track) {
    for (const old of this.voice.getTracks()) this.voice.removeTrack(old);
    this.voice.addTrack(track);
    this.meter.follow(this.voice);
    this.listen();
  }

  /** Some browsers play sound only after a click; then a button asks for one. */
  async listen() {
    try {
      await this.audio.play();
      this.unmute.hidden = true;
    } catch (error) {
      // the other reason is that a new voice took the old one's place, and that one plays
      this.unmute.hidden = /** @type {Error} */ (error).name !== "NotAllowedError";
    }
  }

  remove() {
    this.meter.remove();
    this.audio.srcObject = null;
  }
}
