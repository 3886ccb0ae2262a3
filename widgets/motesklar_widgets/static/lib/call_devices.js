// @ts-check
/**
 * The learner's own microphone and camera in a call.
 *
 * Each is asked for by itself, because asking for both at once fails wholly when one is missing.
 * The call sends a copy of the track, so that muting here leaves a device test on the same page
 * alone.
 */

import { media } from "./media.js";

/** @typedef {import("./media.js").Source} Source */
/** @typedef {import("./media.js").Lease} Lease */

export class CallDevice {
  /** @param {Source} source */
  constructor(source) {
    this.source = source;
    /** @type {Lease | null} */
    this.lease = null;
    /** @type {MediaStreamTrack | null} */
    this.track = null;
  }

  get isOn() {
    return this.track !== null && this.track.enabled;
  }

  /** A stream of what is really sent, for the preview and the meter. */
  get stream() {
    return this.track ? new MediaStream([this.track]) : null;
  }

  /**
   * Open the device, or do nothing when it is open.
   *
   * @param {AbortSignal} [skip] go on without waiting any longer for the person's permission
   * @returns {Promise<boolean>} whether it is open
   * @throws {import("./media_error.js").MediaError}
   */
  async open(skip) {
    if (this.track?.readyState === "live") return true;
    const opening = media.open(this.source).then((lease) => this.take(lease, skip));
    await (skip ? Promise.race([opening, aborted(skip)]) : opening);
    return this.track !== null;
  }

  /**
   * @param {Lease} lease
   * @param {AbortSignal} [skip]
   */
  take(lease, skip) {
    if (skip?.aborted) {
      lease.release();
      return;
    }
    this.close();
    this.lease = lease;
    this.track = lease.stream.getTracks()[0].clone();
  }

  /** @param {boolean} on */
  turn(on) {
    if (this.track) this.track.enabled = on;
  }

  /** Turn the device off, unless somebody else on the page uses it; safe to call twice. */
  close() {
    this.track?.stop();
    this.track = null;
    this.lease?.release();
    this.lease = null;
  }
}

/**
 * @param {AbortSignal} signal
 * @returns {Promise<void>}
 */
function aborted(signal) {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener("abort", () => resolve(), { once: true });
  });
}
