// @ts-check
/** My own screen, shown to the others. */

import { problemOf } from "../media_error.js";

export class ScreenShare {
  /** @param {() => void} onChange also when the browser's own button ends it */
  constructor(onChange) {
    this.onChange = onChange;
    /** @type {MediaStreamTrack | null} */
    this.track = null;
  }

  /** Phones can't show their screen. */
  static get isPossible() {
    return typeof navigator.mediaDevices?.getDisplayMedia === "function";
  }

  /**
   * Ask which window or screen, and show it; over when it is shown or the person has said no.
   *
   * @param {number} framerate
   * @throws {import("../media_error.js").MediaError} it was not the person who said no
   */
  async start(framerate) {
    try {
      const video = { frameRate: { max: framerate } };
      const stream = await navigator.mediaDevices.getDisplayMedia({ video, audio: false });
      this.take(stream.getVideoTracks()[0]);
    } catch (error) {
      const problem = problemOf(error);
      if (problem.reason !== "denied") throw problem;
    }
  }

  /** @param {MediaStreamTrack} track */
  take(track) {
    this.stop();
    // words and numbers must be sharp, whatever moves
    track.contentHint = "detail";
    track.addEventListener("ended", () => {
      if (this.track === track) this.stop();
    });
    this.track = track;
    this.onChange();
  }

  /** Safe to call twice. */
  stop() {
    const { track } = this;
    if (!track) return;
    this.track = null;
    track.stop();
    this.onChange();
  }
}
