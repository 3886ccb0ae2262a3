// @ts-check
/**
 * Plays three tones and asks whether they were heard. Only the person can know; a microphone that
 * may listen anyway tells a loudspeaker that is off from sound that comes out somewhere else.
 */

import { DevicePicker } from "../../device_picker.js";
import { announce, h, replace } from "../../dom.js";
import { t } from "../../i18n.js";
import { problemOf } from "../../media_error.js";
import { Ear, playAndListen, playInTime } from "../ear.js";
import { QUICK_SECONDS, within } from "../limits.js";

/** @typedef {import("../frame.js").Run} Run */
/** @typedef {import("../ear.js").Heard} Heard */

/** @typedef {"yes" | "weakly" | "no" | "unsure"} Answer */

class SpeakerRun {
  /** @param {Run} run */
  constructor(run) {
    this.run = run;
    /** @type {Ear | null} */
    this.ear = null;
    /** @type {Heard | null} what the microphone heard, where it could listen */
    this.heard = null;
    this.sound = new AbortController();
    this.picker = new DevicePicker(run.media, "speaker", t("Play the sound in"), () =>
      this.again(),
    );
    this.playing = h("p", { role: "status" });
    this.playButton = this.button(t("Play again"), () => this.again());
    this.listenButton = this.button(t("I can't tell: let the microphone listen"), () =>
      this.letListen(),
    );
    /** @type {(answer: Answer | null) => void} */
    this.answer = () => undefined;
    /** @type {(error: unknown) => void} */
    this.fail = () => undefined;
  }

  /**
   * @param {string} words
   * @param {() => void} onclick
   */
  button(words, onclick) {
    return h("button", { type: "button", class: "button", onclick }, words);
  }

  async go() {
    const { media, signal } = this.run;
    if (media.canChooseSpeaker) await this.picker.refresh(media.preferred("speaker"));
    const stop = media.canChooseSpeaker ? this.picker.follow() : () => undefined;
    try {
      await this.openEarIfAllowed();
      const answered = new Promise((resolve, reject) => {
        this.answer = resolve;
        this.fail = reject;
        signal.addEventListener("abort", () => resolve(null), { once: true });
        if (signal.aborted) resolve(null);
      });
      this.show();
      this.again();
      this.report(await answered);
    } finally {
      stop();
      this.sound.abort();
      this.ear?.close();
    }
  }

  /**
   * In a hall it would hear the neighbours' tones, and where somebody else on the page has the
   * microphone it would be opened twice: iOS then takes it from the first.
   */
  get mayListen() {
    return this.run.alone && !this.run.place.hall;
  }

  /** Where the microphone is allowed already, it listens without a question. */
  async openEarIfAllowed() {
    const { media } = this.run;
    if (!this.mayListen) return;
    try {
      const state = await within(media.permission("microphone"), QUICK_SECONDS);
      if (state === "granted") await this.openEar();
    } catch (error) {
      console.info("the microphone can't listen for the tones", error);
    }
  }

  async openEar() {
    const ear = await Ear.open(this.run.media);
    if (this.run.signal.aborted) ear.close();
    else this.ear = ear;
  }

  show() {
    const { media, place, stage } = this.run;
    this.listenButton.hidden = this.ear !== null || !this.mayListen;
    replace(
      stage,
      place.hall &&
        !place.headset &&
        h(
          "p",
          null,
          t("In the hall: turn the sound down, so that you disturb nobody, or put a headset on."),
        ),
      media.canChooseSpeaker
        ? this.picker.el
        : h(
            "p",
            null,
            t("The sound comes from the loudspeaker or headset that the device itself has chosen."),
          ),
      this.playing,
      h(
        "fieldset",
        { class: "stack" },
        h("legend", null, t("Did you hear three tones?")),
        h(
          "div",
          { class: "row" },
          this.button(t("Yes, I heard them"), () => this.answer("yes")),
          this.button(t("Only weakly"), () => this.answer("weakly")),
          this.button(t("No, I heard nothing"), () => this.answer("no")),
          this.playButton,
          this.listenButton,
        ),
      ),
    );
  }

  /** Pressed again while it plays, it begins anew instead of playing twice at once. */
  again() {
    this.sound.abort();
    this.sound = new AbortController();
    const ends = AbortSignal.any([this.run.signal, this.sound.signal]);
    return this.play(ends).catch((error) => this.playFailed(error));
  }

  /** @param {AbortSignal} signal */
  async play(signal) {
    const { media } = this.run;
    const speaker = this.picker.el.hidden ? "" : this.picker.select.value;
    replace(this.playing, t("Now three tones are played …"));
    if (this.ear)
      this.heard = louder(this.heard, await playAndListen(media, speaker, this.ear.meter, signal));
    else await playInTime(media, speaker, signal);
    if (signal.aborted) return;
    replace(this.playButton, t("Play again"));
    replace(this.playing);
    announce(t("Did you hear three tones?"));
  }

  /** @param {unknown} error */
  playFailed(error) {
    const { reason } = problemOf(error);
    // playing needs no permission, only a press: some browsers call the lack of one "not allowed"
    if (reason !== "denied" && reason !== "autoplay-blocked") return this.fail(error);
    replace(this.playing);
    replace(this.playButton, t("Turn on sound"));
    this.playButton.focus();
    this.run.report({ finding: "autoplay-blocked", figures: {} });
  }

  /** For somebody who hears badly or not at all: the microphone is asked instead. */
  async letListen() {
    this.listenButton.hidden = true;
    try {
      await this.openEar();
    } catch (error) {
      console.info("the microphone can't listen for the tones", error);
      replace(this.playing, t("The microphone cannot listen. Answer by yourself, or go on."));
      return;
    }
    await this.again();
    if (this.heard) this.answer("unsure");
  }

  /** @param {Answer | null} answer null: stopped before one came */
  report(answer) {
    if (answer === null) return;
    const heard = this.heard?.heard ?? false;
    /** @type {Record<string, boolean>} */
    const figures = {
      heard: answer === "yes" || answer === "weakly",
      speaker_chosen: !this.picker.el.hidden,
    };
    if (this.heard) figures.heard_by_microphone = heard;
    this.run.report({ finding: findingFor(answer, heard), figures });
  }
}

/**
 * @param {Answer} answer
 * @param {boolean} heard by the microphone
 */
export function findingFor(answer, heard) {
  if (answer === "weakly") return "quiet";
  // the tones are in the room, and not where the person listens
  if (answer === "no") return heard ? "wrong-device" : "nothing-heard";
  if (heard) return "heard-by-microphone";
  return answer === "yes" ? "works" : "nothing-heard";
}

/**
 * @param {Heard | null} one
 * @param {Heard} other
 */
function louder(one, other) {
  return one && one.rise > other.rise ? one : other;
}

/** @type {import("../frame.js").CheckParts} */
export const speaker = {
  check: "speaker",
  title: t("Hear the others"),
  intro: [
    t("Here you find out whether you can hear others."),
    t(
      "When you press the button, three soft tones are played. Put your headset on first, if you have one.",
    ),
  ],
  start: t("Test the sound"),
  run: (run) => new SpeakerRun(run).go(),
};
