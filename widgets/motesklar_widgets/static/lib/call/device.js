// @ts-check
/**
 * A microphone or a camera in a call.
 *
 * The call sends a copy of the track, so that what is done to it leaves a device test on the same
 * page alone; the microphone itself stays open while nothing is sent, so that the page can tell
 * somebody who speaks unheard.
 */

import { media } from "../media.js";

/** @typedef {import("../media.js").Source} Source */
/** @typedef {import("../media.js").Lease} Lease */

export class CallDevice {
  /**
   * @param {Source} source
   * @param {() => void} onLost unplugged, or taken by another program
   */
  constructor(source, onLost) {
    this.source = source;
    this.onLost = onLost;
    /** @type {Lease | null} */
    this.lease = null;
    /** @type {MediaStreamTrack | null} the copy that may be sent */
    this.track = null;
    this.opening = 0;
  }

  get isOpen() {
    return this.track?.readyState === "live";
  }

  /** What the device gives, for the preview and the meter. */
  get stream() {
    return this.track ? new MediaStream([this.track]) : null;
  }

  get deviceId() {
    return this.lease?.deviceId ?? "";
  }

  /** The name of the device, as the browser tells it. */
  get label() {
    return this.track?.label ?? "";
  }

  /**
   * Open the device, or do nothing when it is open. A `close` meanwhile wins.
   *
   * @throws {import("../media_error.js").MediaError}
   */
  async open() {
    if (this.isOpen) return;
    const turn = ++this.opening;
    const lease = await media.open(this.source);
    if (turn !== this.opening) {
      lease.release();
      return;
    }
    this.letGo();
    this.lease = lease;
    const [original] = lease.stream.getTracks();
    const track = original.clone();
    this.track = track;
    original.addEventListener("ended", () => this.lost(track));
    track.addEventListener("ended", () => this.lost(track));
  }

  /** @param {MediaStreamTrack} track */
  lost(track) {
    if (track !== this.track) return;
    this.close();
    this.onLost();
  }

  /** Turn the device off, unless somebody else on the page uses it; safe to call twice. */
  close() {
    this.opening += 1;
    this.letGo();
  }

  letGo() {
    const { track, lease } = this;
    this.track = null;
    this.lease = null;
    track?.stop();
    lease?.release();
  }
}
