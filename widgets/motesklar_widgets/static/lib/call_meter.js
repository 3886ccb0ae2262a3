// @ts-check
/** Shows how loud a stream is, so that sound can also be seen. */

import { h } from "./dom.js";
import { media } from "./media.js";

const EVERY_MS = 100;
/** Quieter than this shows as nothing, in dBFS. */
const QUIET = -60;

export class SoundMeter {
  /** @param {string} label */
  constructor(label) {
    this.element = h("meter", { class: "meter", min: 0, max: 100, value: 0, "aria-label": label });
    /** @type {import("./media.js").LevelMeter | null} */
    this.meter = null;
    this.following = 0;
    this.timer = setInterval(() => this.show(), EVERY_MS);
  }

  /**
   * Follow this stream from now on, or none; fails quietly.
   *
   * @param {MediaStream | null} stream
   */
  async follow(stream) {
    const turn = ++this.following;
    this.meter?.close();
    this.meter = null;
    if (!stream) return;
    try {
      const meter = await media.meter(stream);
      // another stream, or the end, may have come while the browser was starting this one
      if (turn === this.following) this.meter = meter;
      else meter.close();
    } catch (error) {
      // a call without its meter is still a call
      console.warn("the sound can't be shown", error);
    }
  }

  show() {
    const level = this.meter?.level() ?? -Infinity;
    this.element.value = Math.max(0, Math.min(100, (1 - level / QUIET) * 100));
  }

  remove() {
    clearInterval(this.timer);
    this.following += 1;
    this.meter?.close();
    this.meter = null;
  }
}
