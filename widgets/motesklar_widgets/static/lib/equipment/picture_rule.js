// @ts-check
/**
 * What a camera's picture proves, fed with a sample a few times a second. Pure: no devices, no
 * clock of its own. A black, a flat or a standing picture is never a pass.
 */

import {
  BLACK_BRIGHTNESS,
  BLACK_SECONDS,
  DARK_BRIGHTNESS,
  FLAT_CONTRAST,
  FPS_SECONDS,
  FROZEN_SECONDS,
  PICTURE_SECONDS,
  SLOW_FPS,
  SMALL_HEIGHT,
  SMALL_WIDTH,
} from "./thresholds.js";

/**
 * @typedef {object} PictureSample
 * @property {import("../media.js").Picture | null} picture null before the first frame
 * @property {number} frames shown so far
 * @property {number} width
 * @property {number} height
 * @property {boolean} [hidden] the page is in the background, where browsers show no frames
 */

/**
 * A sample of what a video shows now.
 *
 * @param {import("../media.js").Media} media
 * @param {HTMLVideoElement} video
 * @param {import("../media.js").FrameCounter} counter
 * @returns {PictureSample}
 */
export function pictureSample(media, video, counter) {
  const { width = 0, height = 0 } = settingsOf(video);
  const { hidden } = document;
  return { picture: media.look(video), frames: counter.count(), width, height, hidden };
}

/**
 * @param {HTMLVideoElement} video
 * @returns {MediaTrackSettings}
 */
function settingsOf(video) {
  const stream = video.srcObject instanceof MediaStream ? video.srcObject : null;
  return stream?.getVideoTracks()[0]?.getSettings() ?? {};
}

export class PictureRule {
  constructor() {
    /** @type {PictureSample} */
    this.last = { picture: null, frames: 0, width: 0, height: 0 };
    this.goodSeconds = 0;
    this.blackSeconds = 0;
    /** since the last new frame */
    this.frozenSeconds = 0;
    /** since the last frame that was not the same as the one before */
    this.stillSeconds = 0;
    /** since the first frame */
    this.shownSeconds = 0;
    this.firstFrames = 0;
    this.moved = false;
  }

  /**
   * @param {PictureSample} sample
   * @param {number} seconds since the last one
   */
  add(sample, seconds) {
    if (sample.hidden) return;
    const { picture, frames } = sample;
    const isFirst = this.last.picture === null && picture !== null;
    const isNew = frames > this.last.frames;
    const isOther = isNew && picture?.print !== this.last.picture?.print;
    if (isFirst) this.firstFrames = frames;
    else if (picture) this.shownSeconds += seconds;
    if (isOther && !isFirst) this.moved = true;
    this.frozenSeconds = isNew ? 0 : this.frozenSeconds + seconds;
    this.stillSeconds = isOther ? 0 : this.stillSeconds + seconds;
    const good = isSomething(picture);
    this.goodSeconds = good ? this.goodSeconds + seconds : 0;
    this.blackSeconds = picture && !good ? this.blackSeconds + seconds : 0;
    this.last = sample;
  }

  /**
   * Empty while it is too early to say. What is found without a picture may be followed by one.
   *
   * @returns {"" | "works" | "black" | "dark" | "frozen" | "still" | "slow" | "small"}
   */
  get finding() {
    if (this.frozenSeconds >= FROZEN_SECONDS) return "frozen";
    if (this.blackSeconds >= BLACK_SECONDS) return "black";
    if (this.stillSeconds >= FROZEN_SECONDS) return "still";
    if (this.goodSeconds < PICTURE_SECONDS || !this.moved) return "";
    if (this.fps < SLOW_FPS) return this.shownSeconds < FPS_SECONDS ? "" : "slow";
    return this.quality();
  }

  quality() {
    const { picture, width, height } = this.last;
    // turned upright, a telephone's picture is higher than wide
    const [short, long] = [Math.min(width, height), Math.max(width, height)];
    if (long && (long < SMALL_WIDTH || short < SMALL_HEIGHT)) return "small";
    return (picture?.brightness ?? 0) < DARK_BRIGHTNESS ? "dark" : "works";
  }

  /** Frames a second since the first. */
  get fps() {
    return this.shownSeconds ? (this.last.frames - this.firstFrames) / this.shownSeconds : 0;
  }

  /** Numbers of the evidence. */
  get figures() {
    const { picture, width, height } = this.last;
    return {
      brightness: Math.round(picture?.brightness ?? 0),
      contrast: Math.round(picture?.contrast ?? 0),
      fps: Math.round(this.fps),
      width,
      height,
    };
  }
}

/** @param {import("../media.js").Picture | null} picture */
function isSomething(picture) {
  if (!picture) return false;
  return picture.brightness > BLACK_BRIGHTNESS && picture.contrast > FLAT_CONTRAST;
}
