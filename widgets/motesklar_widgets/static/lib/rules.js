// @ts-check
/** When a device test passes: on evidence only. Pure: no devices, no clock of their own. */

/** Quieter than this nobody understands what is said; a silent room is at about -60. */
export const SOUND_FLOOR_DBFS = -50;
/** Under this there is no sound at all: a muted microphone, not a quiet room. */
export const DIGITAL_SILENCE_DBFS = -90;
export const SOUND_SECONDS = 1.5;
export const SILENCE_SECONDS = 6;

/** Under this mean brightness (0 to 255) the picture is black: a closed cover or a dark room. */
export const BLACK_BRIGHTNESS = 16;
/** A picture of something is never one flat colour. */
export const FLAT_CONTRAST = 2;
export const PICTURE_SECONDS = 1;
export const BLACK_SECONDS = 4;

/** Sound adds up over pauses; silence counts from the last sound. */
export class SoundRule {
  constructor() {
    this.loudSeconds = 0;
    this.quietSeconds = 0;
    this.peak = -Infinity;
  }

  /**
   * @param {number} level dBFS
   * @param {number} seconds since the last one
   */
  add(level, seconds) {
    this.peak = Math.max(this.peak, level);
    if (level > SOUND_FLOOR_DBFS) {
      this.loudSeconds += seconds;
      this.quietSeconds = 0;
    } else {
      this.quietSeconds += seconds;
    }
  }

  /** @returns {"listening" | "heard" | "weak" | "silent"} */
  get state() {
    if (this.loudSeconds >= SOUND_SECONDS) return "heard";
    if (this.quietSeconds < SILENCE_SECONDS) return "listening";
    return this.peak > DIGITAL_SILENCE_DBFS ? "weak" : "silent";
  }

  get figures() {
    return {
      // JSON has no infinity
      peak_dbfs: Math.round(Math.max(-120, this.peak)),
      sound_seconds: Math.round(this.loudSeconds * 10) / 10,
    };
  }
}

export class PictureRule {
  constructor() {
    this.goodSeconds = 0;
    this.blackSeconds = 0;
    this.brightness = 0;
  }

  /**
   * @param {{ brightness: number, contrast: number } | null} picture null before the first frame
   * @param {number} seconds since the last one
   */
  add(picture, seconds) {
    this.brightness = picture?.brightness ?? 0;
    const good = this.brightness > BLACK_BRIGHTNESS && (picture?.contrast ?? 0) > FLAT_CONTRAST;
    this.goodSeconds = good ? this.goodSeconds + seconds : 0;
    this.blackSeconds = good ? 0 : this.blackSeconds + seconds;
  }

  /** @returns {"looking" | "seen" | "black"} */
  get state() {
    if (this.goodSeconds >= PICTURE_SECONDS) return "seen";
    return this.blackSeconds >= BLACK_SECONDS ? "black" : "looking";
  }

  get figures() {
    return { brightness: Math.round(this.brightness) };
  }
}
