// @ts-check
/** Shows how loud a stream is, so that sound can also be seen. */

import { h } from "../dom.js";
import { SoundLevel } from "./sound_level.js";

/** Quieter than this shows as nothing, in dBFS. */
const QUIET = -60;

/** @param {string} label */
export function levelBar(label) {
  const element = h("meter", { class: "meter", min: 0, max: 100, value: 0, "aria-label": label });
  return {
    element,
    /** @param {number} level dBFS */
    show: (level) => {
      element.value = Math.max(0, Math.min(100, (1 - level / QUIET) * 100));
    },
  };
}

/** A bar that follows a stream of its own: somebody else's voice. */
export class SoundMeter {
  /** @param {string} label */
  constructor(label) {
    this.bar = levelBar(label);
    this.element = this.bar.element;
    this.sound = new SoundLevel();
    this.sound.onLevel((level) => this.bar.show(level));
  }

  /** @param {MediaStream | null} stream */
  follow(stream) {
    return this.sound.follow(stream);
  }

  remove() {
    this.sound.remove();
  }
}
