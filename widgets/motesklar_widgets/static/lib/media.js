// @ts-check
/**
 * The browser's media engine behind one interface, so that widgets also run on `FakeMedia`.
 *
 * Streams are leased: the practice call on the same page gets the stream that the device test
 * opened, and a device is turned off when the last one who used it lets it go.
 */

import { countFrames } from "./frame_counter.js";
import { LeasedStreams } from "./leases.js";
import { MediaError } from "./media_error.js";
import { openDevice, PATIENCE, readPermission, watchPermission } from "./media_opening.js";
import { playBack, playBlob, recordStream } from "./media_playing.js";
import { pictureFigures } from "./signal.js";
import { soundMeter } from "./sound_meter.js";
import { testSound } from "./test_sound.js";

/** @typedef {"microphone" | "camera"} Source */

/** @typedef {"granted" | "denied" | "prompt" | "unknown"} Permission unknown: it does not tell */

/** @typedef {{ id: string, label: string }} Device label is empty until permission is given */

/**
 * @typedef {object} OpenOptions
 * @property {boolean} [processing] false: the sound as the microphone gives it, without the
 *   browser's cancelling of echo and noise; true where it isn't said
 */

/**
 * @typedef {object} Lease
 * @property {MediaStream} stream
 * @property {string} deviceId the device that was really opened
 * @property {() => void} release turns the device off if nobody else uses it; safe to call twice
 */

/**
 * @typedef {object} LevelMeter
 * @property {() => number} level loudness of the last tenth of a second, in dBFS; -Infinity is
 *   digital silence
 * @property {() => number} peak the loudest moment of the last window, in dBFS
 * @property {() => number} clipped share of the last window that was cut off at full scale
 * @property {() => number[]} channels loudness of each channel, in dBFS; one where it is mono
 * @property {(hertz: number) => number} tone how loud this tone is in it, in dBFS
 * @property {() => void} close safe to call twice
 */

/**
 * @typedef {object} Picture
 * @property {number} brightness mean of the picture, 0 (black) to 255
 * @property {number} contrast standard deviation of its brightness; 0 is one flat colour
 * @property {number} print another number for another picture
 */

/**
 * @typedef {object} FrameCounter
 * @property {() => number} count frames shown so far
 * @property {() => void} close safe to call twice
 */

/** @typedef {{ level: number, charging: boolean }} Battery level from 0 to 1 */

/**
 * @typedef {object} Media
 * @property {(source: Source, deviceId?: string, options?: OpenOptions) => Promise<Lease>} open
 *   asks for permission where it isn't given yet, and gives up a driver that hangs; throws
 *   MediaError
 * @property {(source: Source) => Promise<Permission>} permission
 * @property {(source: Source, fn: (state: Permission) => void) => () => void} onPermission calls
 *   at each change until stopped
 * @property {(kind: Source | "speaker") => Promise<Device[]>} devices
 * @property {(fn: () => void) => () => void} onDevices calls when one comes or goes, until stopped
 * @property {(stream: MediaStream) => Promise<LevelMeter>} meter
 * @property {(video: HTMLVideoElement) => Picture | null} look null before the first frame
 * @property {(video: HTMLVideoElement) => FrameCounter} frames
 * @property {(stream: MediaStream, seconds: number, signal: AbortSignal) => Promise<Blob>} record
 *   the signal ends it early; throws MediaError
 * @property {(blob: Blob, speakerId: string, signal: AbortSignal) => Promise<void>} play done when
 *   it has been played to its end or the signal ends it; throws MediaError
 * @property {(stream: MediaStream, options: HearSelfOptions) => Promise<void>} hearSelf plays the
 *   stream a little later, its echo cancelled, until the signal ends it; throws MediaError
 * @property {boolean} canChooseSpeaker
 * @property {(speakerId: string, signal: AbortSignal) => Promise<void>} playTestSound as `play`
 * @property {() => Promise<Battery | null>} battery null where the browser does not tell
 * @property {(kind: Source | "speaker") => string} preferred the device chosen last, or ""
 * @property {(kind: Source | "speaker", deviceId: string) => void} prefer
 */

/** @typedef {{ delaySeconds: number, speakerId: string, signal: AbortSignal }} HearSelfOptions */

const PREFERRED = "motesklar:device:";

/** @type {Record<Source | "speaker", MediaDeviceKind>} */
const KINDS = { microphone: "audioinput", camera: "videoinput", speaker: "audiooutput" };

/** @implements {Media} */
export class BrowserMedia {
  /** @param {import("./media_opening.js").Patience} [patience] */
  constructor(patience = PATIENCE) {
    this.patience = patience;
    this.streams = new LeasedStreams((source, deviceId, options) =>
      this.ask(source, deviceId, options),
    );
    this.canChooseSpeaker = "setSinkId" in HTMLMediaElement.prototype;
  }

  /**
   * @param {Source} source
   * @param {string} [deviceId]
   * @param {OpenOptions} [options]
   */
  open(source, deviceId, options) {
    return this.streams.open(source, deviceId || this.preferred(source), options);
  }

  /**
   * @param {Source} source
   * @param {string} deviceId empty for the browser's own choice
   * @param {OpenOptions} options
   * @returns {Promise<import("./leases.js").Opened>}
   */
  async ask(source, deviceId, options) {
    try {
      const wanted = constraints(source, deviceId, options);
      const stream = await openDevice(source, wanted, this.patience);
      return { stream, deviceId: stream.getTracks()[0]?.getSettings().deviceId ?? deviceId };
    } catch (error) {
      // the device chosen last may have been unplugged since; another one is better than none
      const isGone = error instanceof MediaError && error.reason === "overconstrained";
      if (deviceId && isGone) return this.ask(source, "", options);
      throw error;
    }
  }

  /** @param {Source} source */
  permission(source) {
    return readPermission(source);
  }

  /**
   * @param {Source} source
   * @param {(state: Permission) => void} fn
   */
  onPermission(source, fn) {
    return watchPermission(source, fn);
  }

  /** @param {Source | "speaker"} kind */
  async devices(kind) {
    const all = (await navigator.mediaDevices?.enumerateDevices()) ?? [];
    return all
      .filter((device) => device.kind === KINDS[kind] && device.deviceId !== "")
      .map(({ deviceId, label }) => ({ id: deviceId, label }));
  }

  /** @param {() => void} fn */
  onDevices(fn) {
    const watching = new AbortController();
    const { signal } = watching;
    navigator.mediaDevices?.addEventListener("devicechange", () => fn(), { signal });
    return () => watching.abort();
  }

  /** @param {MediaStream} stream */
  meter(stream) {
    return soundMeter(stream);
  }

  /** @param {HTMLVideoElement} video */
  look(video) {
    return video.videoWidth ? pictureFigures(video) : null;
  }

  /** @param {HTMLVideoElement} video */
  frames(video) {
    return countFrames(video);
  }

  /**
   * @param {MediaStream} stream
   * @param {number} seconds
   * @param {AbortSignal} signal
   */
  record(stream, seconds, signal) {
    return recordStream(stream, seconds, signal);
  }

  /**
   * @param {Blob} blob
   * @param {string} speakerId empty for the system's own
   * @param {AbortSignal} signal
   */
  play(blob, speakerId, signal) {
    return playBlob(blob, speakerId, signal);
  }

  /**
   * @param {string} speakerId empty for the system's own
   * @param {AbortSignal} signal
   */
  playTestSound(speakerId, signal) {
    return this.play(testSound(), speakerId, signal);
  }

  /**
   * @param {MediaStream} stream
   * @param {HearSelfOptions} options
   */
  hearSelf(stream, options) {
    return playBack(stream, options);
  }

  /** @returns {Promise<Battery | null>} */
  async battery() {
    // Battery Status, Chromium alone
    /** @type {(() => Promise<Battery>) | undefined} */
    const ask = Reflect.get(navigator, "getBattery");
    if (!ask) return null;
    const { level, charging } = await ask.call(navigator);
    return { level, charging };
  }

  /** @param {Source | "speaker"} kind */
  preferred(kind) {
    return sessionStorage.getItem(PREFERRED + kind) ?? "";
  }

  /**
   * @param {Source | "speaker"} kind
   * @param {string} deviceId
   */
  prefer(kind, deviceId) {
    sessionStorage.setItem(PREFERRED + kind, deviceId);
  }
}

/**
 * @param {Source} source
 * @param {string} deviceId
 * @param {OpenOptions} options
 * @returns {MediaStreamConstraints}
 */
function constraints(source, deviceId, { processing = true }) {
  const wanted = deviceId ? { deviceId: { exact: deviceId } } : {};
  if (source === "camera") return { video: deviceId ? wanted : true };
  if (processing) return { audio: deviceId ? wanted : true };
  const raw = { echoCancellation: false, noiseSuppression: false, autoGainControl: false };
  return { audio: { ...wanted, ...raw, channelCount: { ideal: 2 } } };
}

export const media = new BrowserMedia();
