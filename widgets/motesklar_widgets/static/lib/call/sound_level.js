// @ts-check
/** How loud a stream is, for meters and rules; also the own microphone while it sends nothing. */

import { media } from "../media.js";

const EVERY_MS = 100;

/** @typedef {(level: number, seconds: number) => void} LevelListener level in dBFS */

export class SoundLevel {
  constructor() {
    /** @type {import("../media.js").LevelMeter | null} */
    this.meter = null;
    this.following = 0;
    /** @type {Set<LevelListener>} */
    this.listeners = new Set();
    this.timer = setInterval(() => this.tell(), EVERY_MS);
    this.toldAt = performance.now();
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

  /** @param {LevelListener} listener */
  onLevel(listener) {
    this.listeners.add(listener);
  }

  tell() {
    const now = performance.now();
    const level = this.meter?.level() ?? -Infinity;
    for (const listener of this.listeners) listener(level, (now - this.toldAt) / 1000);
    this.toldAt = now;
  }

  remove() {
    clearInterval(this.timer);
    this.listeners.clear();
    this.follow(null);
  }
}
