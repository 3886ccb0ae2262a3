// @ts-check
/** Hear what the others will hear: a short recording, or oneself a little later. Nothing is kept. */

import { h, replace } from "../dom.js";
import { t } from "../i18n.js";
import { problemOf } from "../media_error.js";
import { findingOf } from "./findings.js";

/** @typedef {import("./frame.js").Run} Run */

const RECORD_SECONDS = 3;
/** As in BigBlueButton: long enough that one hears the difference between now and then. */
const DELAY_SECONDS = 0.5;

export class ListenBack {
  /**
   * @param {Run} run
   * @param {MediaStream} stream
   * @param {AbortSignal} signal another microphone was chosen, or the test is over
   */
  constructor(run, stream, signal) {
    this.run = run;
    this.stream = stream;
    this.signal = signal;
    /** @type {AbortController | null} what is played or recorded now */
    this.sounding = null;
    this.told = h("p", { role: "status" });
    this.record = h(
      "button",
      { type: "button", class: "button", onclick: () => this.playBack() },
      t("Record and listen"),
    );
    this.self = h(
      "button",
      { type: "button", class: "button", "aria-pressed": "false", onclick: () => this.hearSelf() },
      t("Hear yourself"),
    );
    this.el = h(
      "div",
      { class: "stack stack--tight" },
      h("p", null, t("Do you want to hear how you sound to others? Nothing of it is kept.")),
      !run.place.headset &&
        h(
          "p",
          { class: "soft" },
          t("Hear yourself only with a headset on. Otherwise it can howl."),
        ),
      h("div", { class: "row" }, this.record, this.self),
      this.told,
    );
  }

  /** @returns {AbortSignal} of what begins now; what sounded before is over */
  begin() {
    this.sounding?.abort();
    this.sounding = new AbortController();
    this.self.setAttribute("aria-pressed", "false");
    return AbortSignal.any([this.signal, this.sounding.signal]);
  }

  async playBack() {
    const signal = this.begin();
    const { media } = this.run;
    await this.guard(signal, async () => {
      this.tell(t("Speak now. We record for three seconds."));
      const blob = await media.record(this.stream, RECORD_SECONDS, signal);
      if (signal.aborted) return;
      this.tell(t("Now you hear what we recorded."));
      await media.play(blob, media.preferred("speaker"), signal);
    });
  }

  async hearSelf() {
    const isOn = this.self.getAttribute("aria-pressed") === "true";
    const signal = this.begin();
    if (isOn) {
      this.sounding?.abort();
      return replace(this.told);
    }
    this.self.setAttribute("aria-pressed", "true");
    const { media } = this.run;
    await this.guard(signal, async () => {
      this.tell(t("Speak. You hear yourself half a second later. Press the button again to stop."));
      const options = {
        delaySeconds: DELAY_SECONDS,
        speakerId: media.preferred("speaker"),
        signal,
      };
      await media.hearSelf(this.stream, options);
    });
  }

  /**
   * What goes wrong here concerns the loudspeaker, never the microphone that is being tested.
   *
   * @param {AbortSignal} signal
   * @param {() => Promise<void>} sound
   */
  async guard(signal, sound) {
    try {
      await sound();
      if (!signal.aborted) replace(this.told);
    } catch (error) {
      if (signal.aborted) return;
      const { sentence, next } = findingOf("speaker", problemOf(error).reason);
      replace(this.told, `${sentence} ${next}`);
    } finally {
      if (!signal.aborted) this.self.setAttribute("aria-pressed", "false");
    }
  }

  /** @param {string} words */
  tell(words) {
    replace(this.told, words);
  }
}
