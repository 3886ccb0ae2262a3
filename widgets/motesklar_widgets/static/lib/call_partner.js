// @ts-check
/** The partner as the learner meets them: voice, sound meter and every sentence in writing. */

import { SoundMeter } from "./call_meter.js";
import { h, icon, replace } from "./dom.js";
import { t } from "./i18n.js";

/** @typedef {import("./call_client.js").PartnerMessage} PartnerMessage */

export class PartnerPanel {
  constructor() {
    this.name = t("Your partner");
    // an element, not an AudioContext: the browser cancels the echo of elements only
    this.audio = h("audio", { autoplay: true });
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
    // a new stream each time: Chromium stays silent when a track is added to one it plays already
    const voice = new MediaStream([track]);
    this.audio.srcObject = voice;
    this.meter.follow(voice);
    this.listen();
  }

  /**
   * Play the voice. Some browsers do so only after a click, which opens the element for later
   * voices too; where that was not enough, a button asks for another one.
   */
  async listen() {
    try {
      await this.audio.play();
      this.unmute.hidden = true;
    } catch (error) {
      // the other reason is that there is no voice yet, or that a new one took its place
      this.unmute.hidden = /** @type {Error} */ (error).name !== "NotAllowedError";
    }
  }

  remove() {
    this.meter.remove();
    this.audio.srcObject = null;
  }
}
