// @ts-check
/** How loud it has been lately, and whether that was somebody speaking. Pure. */

import {
  LOWEST_FIGURE_DBFS,
  QUIET_SHARE,
  SOUND_WINDOW_SECONDS,
  SPEECH_FLOOR_DBFS,
  SPEECH_ONSETS,
  SPEECH_RISE_DB,
  SPEECH_SWING_DB,
} from "./thresholds.js";

/** @typedef {{ level: number, seconds: number }} Moment level in dBFS */

export class Envelope {
  constructor() {
    /** @type {Moment[]} */
    this.moments = [];
    this.seconds = 0;
  }

  /**
   * @param {number} level dBFS
   * @param {number} seconds since the one before
   */
  add(level, seconds) {
    this.moments.push({ level, seconds });
    this.seconds += seconds;
    while (this.seconds - this.moments[0].seconds >= SOUND_WINDOW_SECONDS) {
      this.seconds -= this.moments[0].seconds;
      this.moments.shift();
    }
  }

  /** What is heard without speech: people pause, fans don't. */
  get quiet() {
    return quantile(this.levels, QUIET_SHARE);
  }

  get levels() {
    return this.moments.map(({ level }) => level);
  }

  /** Over this it may be speech: audible, and clearly more than what is heard without it. */
  get speechFloor() {
    return Math.max(SPEECH_FLOOR_DBFS, this.quiet + SPEECH_RISE_DB);
  }

  /**
   * Seconds of speech over `floor`; none when it comes and goes less than a voice does.
   *
   * @param {number} [floor] dBFS
   */
  speechSeconds(floor = this.speechFloor) {
    const loud = this.moments.filter(({ level }) => level > floor);
    if (!isVoice(this.levels, floor)) return 0;
    return loud.reduce((sum, { seconds }) => sum + seconds, 0);
  }
}

/**
 * Whether these levels come and go as speech does. A hum, a fan or a tone that is switched on is
 * loud, but it is no voice.
 *
 * @param {number[]} levels dBFS, in order
 * @param {number} floor dBFS
 */
export function isVoice(levels, floor) {
  if (rises(levels, floor) >= SPEECH_ONSETS) return true;
  const loud = levels.filter((level) => level > floor);
  return quantile(loud, 0.75) - quantile(loud, 0.25) >= SPEECH_SWING_DB;
}

/**
 * How often the levels come up over `floor`.
 *
 * @param {number[]} levels dBFS, in order
 * @param {number} floor dBFS
 */
export function rises(levels, floor) {
  return levels.filter((level, i) => i > 0 && level > floor && levels[i - 1] <= floor).length;
}

/**
 * The value under which this share of the values lies; the lowest figure where there are none.
 *
 * @param {number[]} values
 * @param {number} share from 0 to 1
 */
export function quantile(values, share) {
  if (values.length === 0) return LOWEST_FIGURE_DBFS;
  const sorted = [...values].sort((a, b) => a - b);
  const at = Math.min(sorted.length - 1, Math.floor(share * sorted.length));
  return Math.max(LOWEST_FIGURE_DBFS, sorted[at]);
}
