// @ts-check
/** Notices that somebody speaks while their microphone is off. Pure: no devices, no clock. */

/** As other meeting programs have found it: louder than this is speech. */
const SPEECH_DBFS = -50;
/** Speech has gaps: so much of it within the window is enough. */
const ENOUGH_SECONDS = 0.6;
const WINDOW_SECONDS = 2;
/** Told for this long after the last sound. */
const LINGER_SECONDS = 4;

export class MutedSpeakerRule {
  constructor() {
    this.now = 0;
    this.loudAt = -Infinity;
    this.told = false;
    /** @type {{ at: number, seconds: number }[]} */
    this.loud = [];
  }

  /** The microphone is on again. */
  reset() {
    this.told = false;
    this.loud = [];
  }

  /**
   * @param {number} level dBFS
   * @param {number} seconds since the last one
   * @returns {boolean} whether the person should be told now
   */
  add(level, seconds) {
    this.now += seconds;
    if (level > SPEECH_DBFS) {
      this.loud.push({ at: this.now, seconds });
      this.loudAt = this.now;
    }
    this.loud = this.loud.filter(({ at }) => this.now - at < WINDOW_SECONDS);
    const sum = this.loud.reduce((total, each) => total + each.seconds, 0);
    if (sum >= ENOUGH_SECONDS) this.told = true;
    else if (this.now - this.loudAt > LINGER_SECONDS) this.told = false;
    return this.told;
  }
}
