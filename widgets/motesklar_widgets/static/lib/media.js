// @ts-check
/**
 * The browser's media engine behind one interface, so that widgets also run on `FakeMedia`.
 *
 * Streams are leased: the practice call on the same page gets the stream that the device test
 * opened, and a device is turned off when the last one who used it lets it go.
 */

import { LeasedStreams } from "./leases.js";
import { problemOf } from "./media_error.js";
import { dbfs, pictureFigures } from "./signal.js";
import { testSound } from "./test_sound.js";

/** @typedef {"microphone" | "camera"} Source */

/** @typedef {{ id: string, label: string }} Device label is empty until permission is given */

/**
 * @typedef {object} Lease
 * @property {MediaStream} stream
 * @property {string} deviceId the device that was really opened
 * @property {() => void} release turns the device off if nobody else uses it; safe to call twice
 */

/**
 * @typedef {object} LevelMeter
 * @property {() => number} level loudness now, in dBFS; -Infinity is digital silence
 * @property {() => void} close
 */

/**
 * @typedef {object} Picture
 * @property {number} brightness mean of the picture, 0 (black) to 255
 * @property {number} contrast standard deviation of its brightness; 0 is one flat colour
 */

/**
 * @typedef {object} Media
 * @property {(source: Source, deviceId?: string) => Promise<Lease>} open asks for permission where
 *   it isn't given yet; throws MediaError
 * @property {(kind: Source | "speaker") => Promise<Device[]>} devices
 * @property {(stream: MediaStream) => Promise<LevelMeter>} meter
 * @property {(video: HTMLVideoElement) => Picture | null} look null before the first frame
 * @property {boolean} canChooseSpeaker
 * @property {(speakerId: string, signal: AbortSignal) => Promise<void>} playTestSound done when it
 *   has been played to its end or the signal ends it; throws MediaError
 * @property {(kind: Source | "speaker") => string} preferred the device chosen last, or ""
 * @property {(kind: Source | "speaker", deviceId: string) => void} prefer
 */

const PREFERRED = "motesklar:device:";

/** @type {Record<Source | "speaker", MediaDeviceKind>} */
const KINDS = { microphone: "audioinput", camera: "videoinput", speaker: "audiooutput" };

/** @implements {Media} */
export class BrowserMedia {
  constructor() {
    this.streams = new LeasedStreams((source, deviceId) => this.ask(source, deviceId));
    this.canChooseSpeaker = "setSinkId" in HTMLMediaElement.prototype;
  }

  /**
   * @param {Source} source
   * @param {string} [deviceId]
   */
  open(source, deviceId) {
    return this.streams.open(source, deviceId || this.preferred(source));
  }

  /**
   * @param {Source} source
   * @param {string} deviceId empty for the browser's own choice
   * @returns {Promise<import("./leases.js").Opened>}
   */
  async ask(source, deviceId) {
    const media = navigator.mediaDevices;
    if (!media) throw problemOf(new DOMException("no media devices", "SecurityError"));
    const wanted = deviceId ? { deviceId: { exact: deviceId } } : true;
    try {
      const stream = await media.getUserMedia(constraints(source, wanted));
      return { stream, deviceId: stream.getTracks()[0]?.getSettings().deviceId ?? deviceId };
    } catch (error) {
      // the device chosen last may have been unplugged since; another one is better than none
      if (deviceId && error instanceof OverconstrainedError) return this.ask(source, "");
      throw problemOf(error);
    }
  }

  /** @param {Source | "speaker"} kind */
  async devices(kind) {
    const all = (await navigator.mediaDevices?.enumerateDevices()) ?? [];
    return all
      .filter((device) => device.kind === KINDS[kind] && device.deviceId !== "")
      .map(({ deviceId, label }) => ({ id: deviceId, label }));
  }

  /** @param {MediaStream} stream */
  async meter(stream) {
    const context = new AudioContext();
    const analyser = context.createAnalyser();
    context.createMediaStreamSource(stream).connect(analyser);
    const samples = new Float32Array(analyser.fftSize);
    // started outside a click, the browser may hold the sound back until one comes
    await context.resume();
    return {
      level: () => {
        analyser.getFloatTimeDomainData(samples);
        return dbfs(samples);
      },
      close: () => {
        if (context.state !== "closed") context.close();
      },
    };
  }

  /** @param {HTMLVideoElement} video */
  look(video) {
    return video.videoWidth ? pictureFigures(video) : null;
  }

  /**
   * @param {string} speakerId empty for the system's own
   * @param {AbortSignal} signal
   */
  async playTestSound(speakerId, signal) {
    const address = URL.createObjectURL(testSound());
    const audio = new Audio(address);
    try {
      if (speakerId && this.canChooseSpeaker) await audio.setSinkId(speakerId);
      await audio.play();
      await ended(audio, signal);
    } catch (error) {
      throw problemOf(error);
    } finally {
      audio.pause();
      URL.revokeObjectURL(address);
    }
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
 * @param {MediaTrackConstraints | boolean} wanted
 * @returns {MediaStreamConstraints}
 */
function constraints(source, wanted) {
  return source === "microphone" ? { audio: wanted } : { video: wanted };
}

/**
 * @param {HTMLAudioElement} audio
 * @param {AbortSignal} signal
 * @returns {Promise<void>}
 */
function ended(audio, signal) {
  return new Promise((resolve, reject) => {
    audio.addEventListener("ended", () => resolve(), { once: true });
    audio.addEventListener("error", () => reject(audio.error), { once: true });
    signal.addEventListener("abort", () => resolve(), { once: true });
    if (signal.aborted) resolve();
  });
}

export const media = new BrowserMedia();
