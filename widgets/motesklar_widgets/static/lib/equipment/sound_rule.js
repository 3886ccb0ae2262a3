// @ts-check
/**
 * What a microphone's sound proves, fed with a sample ten times a second. Pure: no devices, no
 * clock of its own.
 *
 * Somebody was heard when, within the window, there was enough sound that is audible, that rises
 * clearly over what is heard in the pauses, and that comes and goes as speech does. Silence, a hum
 * and a fan are therefore never a pass.
 */

import { Envelope, rises } from "./envelope.js";
import {
  AS_IT_IS_SECONDS,
  CLIPPED_SHARE,
  DIGITAL_SILENCE_DBFS,
  LOWEST_FIGURE_DBFS,
  ONE_SIDED_DB,
  SILENCE_SECONDS,
  SPEECH_FLOOR_DBFS,
  SPEECH_ONSETS,
  SPEECH_RISE_DB,
  SPEECH_SECONDS,
} from "./thresholds.js";

/**
 * @typedef {object} SoundSample
 * @property {number} level dBFS
 * @property {number} [clipped] share that was cut off at full scale
 * @property {number[]} [channels] dBFS of each
 * @property {boolean} [muted] the system or a switch has turned the microphone off
 */

/**
 * A sample of what a meter hears now.
 *
 * @param {import("../media.js").LevelMeter} meter
 * @param {MediaStream} stream
 * @returns {SoundSample}
 */
export function soundSample(meter, stream) {
  return {
    level: meter.level(),
    clipped: meter.clipped(),
    channels: meter.channels(),
    muted: stream.getAudioTracks().some((track) => track.muted),
  };
}

/**
 * Puts what the microphone gives as it is beside what the browser makes of it: a weak voice that is
 * lifted counts as it came, and one that was cut counts before it was rounded off. What the browser
 * takes away, as the noise of a fan, is heard by nobody and doesn't count either.
 */
export class Beside {
  constructor() {
    /** @type {{ level: number, seconds: number }[]} of the microphone as it is, the latest first */
    this.lately = [];
  }

  /**
   * @param {SoundSample} sample what the browser makes of it
   * @param {SoundSample} asItIs
   * @param {number} seconds since the last one
   * @returns {SoundSample}
   */
  join(sample, asItIs, seconds) {
    for (const moment of this.lately) moment.seconds += seconds;
    this.lately.unshift({ level: asItIs.level, seconds: 0 });
    this.lately = this.lately.filter((moment) => moment.seconds < AS_IT_IS_SECONDS);
    const loudest = Math.max(...this.lately.map(({ level }) => level));
    return { ...sample, level: Math.min(sample.level, loudest), clipped: asItIs.clipped };
  }
}

export class SoundRule {
  constructor() {
    this.envelope = new Envelope();
    this.peak = -Infinity;
    this.seconds = 0;
    this.mutedSeconds = 0;
    this.clippedSeconds = 0;
    this.oneSidedSeconds = 0;
    this.audibleSeconds = 0;
    /** since something clear was last heard */
    this.quietSeconds = 0;
  }

  /**
   * @param {SoundSample} sample
   * @param {number} seconds since the last one
   */
  add({ level, clipped = 0, channels = [], muted = false }, seconds) {
    this.envelope.add(level, seconds);
    this.seconds += seconds;
    this.peak = Math.max(this.peak, level);
    this.mutedSeconds = muted ? this.mutedSeconds + seconds : 0;
    const isClear = level > this.envelope.speechFloor;
    this.quietSeconds = isClear ? 0 : this.quietSeconds + seconds;
    if (level <= SPEECH_FLOOR_DBFS) return;
    this.audibleSeconds += seconds;
    if (clipped > 0) this.clippedSeconds += seconds;
    if (isOneSided(channels)) this.oneSidedSeconds += seconds;
  }

  /**
   * Empty while it is too early to say. What is found without a voice may be followed by one.
   *
   * @returns {"" | "works" | "clipping" | "one-sided" | "noisy" | "weak" | "no-voice" | "silent"
   *   | "muted"}
   */
  get finding() {
    if (this.envelope.speechSeconds() >= SPEECH_SECONDS) return this.heard();
    return this.quietSeconds >= SILENCE_SECONDS ? this.unheard() : "";
  }

  heard() {
    if (this.clippedSeconds >= CLIPPED_SHARE * this.audibleSeconds) return "clipping";
    return this.oneSidedSeconds > this.audibleSeconds / 2 ? "one-sided" : "works";
  }

  unheard() {
    if (this.mutedSeconds >= SILENCE_SECONDS) return "muted";
    if (this.peak <= DIGITAL_SILENCE_DBFS) return "silent";
    if (this.clippedSeconds > this.seconds / 2) return "clipping";
    if (this.audibleSeconds > this.seconds / 2) return "noisy";
    return this.isWeak ? "weak" : "no-voice";
  }

  /** Whether something comes and goes under what can be understood. */
  get isWeak() {
    const { levels, quiet } = this.envelope;
    const isSound = this.peak > DIGITAL_SILENCE_DBFS;
    return isSound && rises(levels, quiet + SPEECH_RISE_DB) >= SPEECH_ONSETS;
  }

  /** Numbers of the evidence, as JSON can carry them. */
  get figures() {
    return {
      peak_dbfs: rounded(this.peak),
      quiet_dbfs: rounded(this.envelope.quiet),
      sound_seconds: Math.round(this.envelope.speechSeconds() * 10) / 10,
      clipped_percent: percent(this.clippedSeconds, this.audibleSeconds),
    };
  }
}

/** @param {number[]} channels dBFS */
function isOneSided(channels) {
  return channels.length > 1 && Math.abs(channels[0] - channels[1]) >= ONE_SIDED_DB;
}

/** @param {number} dbfs */
export function rounded(dbfs) {
  return Math.round(Math.max(LOWEST_FIGURE_DBFS, dbfs));
}

/**
 * @param {number} part
 * @param {number} whole
 */
function percent(part, whole) {
  return whole ? Math.round((100 * part) / whole) : 0;
}
