// @ts-check
/**
 * Listens until it has heard the person speak. In a hall a lamp says when to speak and when to be
 * quiet, so that a neighbour's voice is no pass.
 */

import { DevicePicker } from "../../device_picker.js";
import { h, replace } from "../../dom.js";
import { t } from "../../i18n.js";
import { isLive } from "../../leases.js";
import { MediaError } from "../../media_error.js";
import { TONE_SECONDS, TONES } from "../../test_sound.js";
import { ticks } from "../../ticks.js";
import { Ear, meterInTime, playAndListen } from "../ear.js";
import { Lamp } from "../lamp.js";
import { QUICK_SECONDS, within } from "../limits.js";
import { ListenBack } from "../listen_back.js";
import { Beside, SoundRule, soundSample } from "../sound_rule.js";
import { ECHO_FLOOR_DBFS } from "../thresholds.js";
import { heardTones } from "../tones.js";
import { TurnRule } from "../turn_rule.js";
import { waitForTurn } from "../turn_wait.js";

/** @typedef {import("../frame.js").Run} Run */
/** @typedef {import("../frame.js").Report} Report */
/** @typedef {import("../../media.js").LevelMeter} LevelMeter */

const EVERY_MS = 100;
const METER_BOTTOM_DBFS = -70;
/** Somebody who has walked away must not leave the microphone on. */
const LONGEST_MS = 180_000;
/** A voice was heard: these say how well, and there is nothing more to wait for. */
const HEARD = new Set(["works", "clipping", "one-sided"]);

class MicrophoneRun {
  /** @param {Run} run */
  constructor(run) {
    this.run = run;
    this.changed = new AbortController();
    this.picker = new DevicePicker(run.media, "microphone", t("Microphone"), () =>
      this.changed.abort(),
    );
    this.words = h("p", { class: "lead", role: "status" });
    this.lamp = run.place.hall ? new Lamp() : null;
    this.meter = h("meter", {
      class: "meter",
      min: METER_BOTTOM_DBFS,
      max: 0,
      value: METER_BOTTOM_DBFS,
      "aria-label": t("How loud you are"),
    });
    this.after = h("div");
    this.told = "";
    /** Whether another stream of the microphone ends the first, as Safari may do: never try in a call. */
    this.lentOnce = !run.alone;
  }

  async go() {
    const { place, signal, stage } = this.run;
    if (place.hall) await waitForTurn(stage, signal);
    replace(stage, this.words, this.lamp?.el, this.meter, this.picker.el, this.after);
    const stop = this.picker.follow();
    const late = new AbortController();
    const timer = setTimeout(() => late.abort(), LONGEST_MS);
    const ends = AbortSignal.any([signal, late.signal]);
    try {
      let isOver = false;
      while (!isOver && !ends.aborted) {
        this.changed = new AbortController();
        isOver = await this.listen(AbortSignal.any([ends, this.changed.signal]));
      }
    } finally {
      clearTimeout(timer);
      stop();
    }
  }

  /**
   * Listen to one microphone.
   *
   * @param {AbortSignal} signal
   * @returns {Promise<boolean>} whether there is nothing more to hear
   * @throws {MediaError}
   */
  async listen(signal) {
    const { media } = this.run;
    replace(this.words, t("If the browser asks, choose Allow."));
    const lease = await media.open("microphone");
    try {
      if (signal.aborted) return false;
      await within(this.picker.refresh(lease.deviceId), QUICK_SECONDS);
      const levels = await meterInTime(media, lease.stream);
      try {
        if (!(await this.judgeBeside(lease.stream, levels, signal))) return false;
        // in a hall nobody plays sound to themselves: the next table waits for its turn
        if (this.lamp) return !signal.aborted;
        if (!signal.aborted) await this.listenBack(lease.stream, levels, signal);
        return false;
      } finally {
        levels.close();
      }
    } finally {
      lease.release();
    }
  }

  /**
   * Judge the sound, with the microphone as it is beside it.
   *
   * @param {MediaStream} stream
   * @param {LevelMeter} levels
   * @param {AbortSignal} signal
   * @returns {Promise<boolean>} false when the browser lends it out only once: try again without
   */
  async judgeBeside(stream, levels, signal) {
    const ear = this.lentOnce ? null : await this.openEar();
    try {
      if (ear && !isHearing(stream)) {
        this.lentOnce = true;
        return false;
      }
      await this.judge(stream, levels, ear, signal);
      return true;
    } finally {
      ear?.close();
    }
  }

  /** @returns {Promise<Ear | null>} null where the browser lends it out in one way only */
  openEar() {
    const opened = within(Ear.open(this.run.media), QUICK_SECONDS, (late) => late.close());
    return opened.catch((error) => {
      console.info("the microphone can't be heard as it is", error);
      return null;
    });
  }

  /**
   * Over when the microphone has been heard; a warning meanwhile is told, and it goes on listening.
   *
   * @param {MediaStream} stream
   * @param {LevelMeter} levels
   * @param {Ear | null} ear
   * @param {AbortSignal} signal
   */
  async judge(stream, levels, ear, signal) {
    this.told = "";
    replace(
      this.words,
      this.lamp
        ? t("Speak only while the lamp is lit.")
        : t("Talk as you do on the telephone. Count slowly to five, for example."),
    );
    const rule = this.lamp ? new TurnRule() : new SoundRule();
    const beside = new Beside();
    /** @type {import("../tones.js").ToneSample[]} */
    const tones = [];
    for await (const seconds of ticks(EVERY_MS, signal)) {
      this.look(stream, levels);
      tones.push(toneSample(levels));
      const sample = soundSample(levels, stream);
      const asItIs = ear && isHearing(ear.lease.stream) && soundSample(ear.meter, ear.lease.stream);
      rule.add(asItIs ? beside.join(sample, asItIs, seconds) : sample, seconds);
      if (rule instanceof TurnRule) this.lamp?.show(rule.lit);
      const { finding } = rule;
      if (!finding) continue;
      if (finding === "works")
        return this.report(await this.final(rule.figures, tones, levels, signal));
      this.tell({ finding, figures: rule.figures });
      if (HEARD.has(finding) || rule instanceof TurnRule) return;
    }
  }

  /**
   * @param {MediaStream} stream
   * @param {LevelMeter} levels
   * @throws {MediaError}
   */
  look(stream, levels) {
    if (!isLive(stream)) throw new MediaError("lost");
    this.meter.value = Math.max(METER_BOTTOM_DBFS, levels.level());
  }

  /**
   * Somebody was heard: is the rest well too?
   *
   * @param {Report["figures"]} figures
   * @param {import("../tones.js").ToneSample[]} tones
   * @param {LevelMeter} levels
   * @param {AbortSignal} signal
   * @returns {Promise<Report>}
   */
  async final(figures, tones, levels, signal) {
    const { place } = this.run;
    if (place.hall) return { finding: "works", figures };
    // nothing of ours was playing: it came from a device beside this one
    if (heardTones(tones, TONE_SECONDS).heard) return { finding: "other-device", figures };
    if (place.headset) return { finding: "works", figures };
    return this.echo(figures, levels, signal);
  }

  /**
   * Whether what the loudspeaker plays comes back in spite of the browser's echo cancelling: that is
   * what others would hear of themselves.
   *
   * @param {Report["figures"]} figures
   * @param {LevelMeter} levels
   * @param {AbortSignal} signal
   * @returns {Promise<Report>}
   */
  async echo(figures, levels, signal) {
    const { media } = this.run;
    replace(
      this.words,
      t(
        "We hear you. Now be quiet a moment while we play the tones, to hear whether they come back.",
      ),
    );
    try {
      const { heard, level } = await playAndListen(
        media,
        media.preferred("speaker"),
        levels,
        signal,
      );
      const finding = heard && level >= ECHO_FLOOR_DBFS ? "echo" : "works";
      return { finding, figures: { ...figures, echo_dbfs: Math.round(level) } };
    } catch (error) {
      // a loudspeaker that cannot play gives no echo; its own check has told of it
      console.info("the echo can't be measured", error);
      return { finding: "works", figures };
    }
  }

  /**
   * Warned once for each cause; it goes on listening and may still pass.
   *
   * @param {Report} report
   */
  tell(report) {
    if (report.finding === this.told) return;
    this.told = report.finding;
    this.run.report(report);
  }

  /** @param {Report} report */
  report(report) {
    if (!this.run.signal.aborted) this.run.report(report);
  }

  /**
   * After the verdict: hear how it sounds, for as long as one likes.
   *
   * @param {MediaStream} stream
   * @param {LevelMeter} levels
   * @param {AbortSignal} signal
   */
  async listenBack(stream, levels, signal) {
    replace(this.words);
    replace(this.after, new ListenBack(this.run, stream, signal).el);
    for await (const _ of ticks(EVERY_MS, signal)) {
      this.look(stream, levels);
    }
    replace(this.after);
  }
}

/** @param {MediaStream} stream */
function isHearing(stream) {
  return isLive(stream) && !stream.getAudioTracks().some((track) => track.muted);
}

/**
 * @param {LevelMeter} levels
 * @returns {import("../tones.js").ToneSample}
 */
function toneSample(levels) {
  return { seconds: performance.now() / 1000, levels: TONES.map((hertz) => levels.tone(hertz)) };
}

/** @type {import("../frame.js").CheckParts} */
export const microphone = {
  check: "microphone",
  title: t("Be heard"),
  intro: [
    t("Here you find out whether others can hear you."),
    t(
      "When you press the button, the browser asks whether the page may use the microphone. Choose Allow. Nothing you say is kept.",
    ),
  ],
  start: t("Test the microphone"),
  run: (run) => new MicrophoneRun(run).go(),
};
