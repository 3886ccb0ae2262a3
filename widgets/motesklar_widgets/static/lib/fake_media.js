// @ts-check
/** A media engine without devices, for tests; `tests/widgets` checks it against a real browser. */

import { LeasedStreams } from "./leases.js";
import { MediaError } from "./media_error.js";
import { testSound } from "./test_sound.js";
import { pause } from "./ticks.js";

/** @typedef {import("./media.js").Source} Source */
/** @typedef {import("./media.js").Device} Device */
/** @typedef {import("./media.js").Picture} Picture */
/** @typedef {import("./media.js").Media} Media */
/** @typedef {import("./media.js").Permission} Permission */
/** @typedef {import("./media_error.js").Reason} Reason */

/** @implements {Media} */
export class FakeMedia {
  constructor() {
    /** @type {Record<Source | "speaker", Device[]>} */
    this.plugged = {
      microphone: [{ id: "mic-1", label: "Fake microphone" }],
      camera: [{ id: "cam-1", label: "Fake camera" }],
      speaker: [{ id: "out-1", label: "Fake speaker" }],
    };
    /** @type {Partial<Record<Source | "speaker", Reason>>} what goes wrong when it is opened */
    this.problems = {};
    /** @type {Record<Source, Permission>} change it with `answer` */
    this.permissions = { microphone: "granted", camera: "granted" };
    /** dBFS; a function is asked at each look, for speech that comes and goes */
    /** @type {number | (() => number)} */
    this.level = speaking();
    /** dBFS of the loudest moment; null: a little over the level */
    /** @type {number | null} */
    this.peak = null;
    /** share of the sound that is cut off */
    this.clipped = 0;
    /** @type {number[] | null} dBFS of each channel; null: one, as loud as the level */
    this.channels = null;
    /** @type {Record<number, number>} hertz to dBFS of tones in the sound */
    this.tones = {};
    /** brightness, contrast, and the print of a picture that stands still, if it does */
    /** @type {{ brightness: number, contrast: number, print?: number }} */
    this.picture = { brightness: 120, contrast: 40 };
    /** frames a second */
    this.frameRate = 30;
    this.canChooseSpeaker = true;
    /** @type {string[]} speakers that a sound was played on */
    this.played = [];
    /** @type {string[]} speakers on which somebody has heard themselves */
    this.heard = [];
    /** @type {import("./media.js").Battery | null} */
    this.charge = { level: 1, charging: true };
    /** @type {Partial<Record<Source | "speaker", string>>} */
    this.preferences = {};
    this.streams = new LeasedStreams((source, deviceId) => this.ask(source, deviceId));
    this.changes = new EventTarget();
    this.looks = 0;
  }

  /**
   * @param {Source} source
   * @param {string} [deviceId]
   * @param {import("./media.js").OpenOptions} [options]
   */
  open(source, deviceId, options) {
    return this.streams.open(source, deviceId || this.preferred(source), options);
  }

  /**
   * @param {Source} source
   * @param {string} deviceId
   */
  async ask(source, deviceId) {
    const problem = this.problems[source];
    if (problem) throw new MediaError(problem);
    if (this.permissions[source] === "denied") throw new MediaError("denied");
    const devices = this.plugged[source];
    const device = devices.find(({ id }) => id === deviceId) ?? devices[0];
    if (!device) throw new MediaError("missing");
    return { stream: source === "microphone" ? fakeSound() : fakePicture(), deviceId: device.id };
  }

  /** @param {Source} source */
  async permission(source) {
    return this.permissions[source];
  }

  /**
   * @param {Source} source
   * @param {(state: Permission) => void} fn
   */
  onPermission(source, fn) {
    return this.on(`permission-${source}`, () => fn(this.permissions[source]));
  }

  /**
   * The person changes their mind.
   *
   * @param {Source} source
   * @param {Permission} state
   */
  answer(source, state) {
    this.permissions[source] = state;
    this.changes.dispatchEvent(new Event(`permission-${source}`));
  }

  /** @param {Source | "speaker"} kind */
  async devices(kind) {
    return [...this.plugged[kind]];
  }

  /** @param {() => void} fn */
  onDevices(fn) {
    return this.on("devices", fn);
  }

  /**
   * Plug devices in and out; a device in use that goes away ends its tracks.
   *
   * @param {Source | "speaker"} kind
   * @param {Device[]} devices
   */
  plug(kind, devices) {
    this.plugged[kind] = devices;
    const held = kind === "speaker" ? undefined : this.streams.holdings.get(kind);
    if (held && !devices.some(({ id }) => id === held.deviceId)) endTracks(held.stream);
    this.changes.dispatchEvent(new Event("devices"));
  }

  /**
   * @param {string} name
   * @param {() => void} fn
   */
  on(name, fn) {
    const listening = new AbortController();
    this.changes.addEventListener(name, () => fn(), { signal: listening.signal });
    return () => listening.abort();
  }

  async meter() {
    const level = () => (typeof this.level === "function" ? this.level() : this.level);
    return {
      level,
      peak: () => this.peak ?? Math.min(0, level() + 6),
      clipped: () => this.clipped,
      channels: () => this.channels ?? [level()],
      tone: (/** @type {number} */ hertz) => this.tones[hertz] ?? -Infinity,
      close: () => undefined,
    };
  }

  look() {
    this.looks += 1;
    return { print: this.looks, ...this.picture };
  }

  frames() {
    const started = performance.now();
    return {
      count: () => Math.floor(((performance.now() - started) / 1000) * this.frameRate),
      close: () => undefined,
    };
  }

  /**
   * @param {MediaStream} stream
   * @param {number} seconds
   * @param {AbortSignal} signal
   */
  async record(stream, seconds, signal) {
    if (stream.getAudioTracks().length === 0) throw new MediaError("failed");
    await pause(seconds * 1000, signal);
    return testSound();
  }

  /**
   * @param {Blob} _blob
   * @param {string} speakerId
   */
  async play(_blob, speakerId) {
    if (this.problems.speaker) throw new MediaError(this.problems.speaker);
    this.played.push(speakerId);
  }

  /** @param {string} speakerId */
  playTestSound(speakerId) {
    return this.play(testSound(), speakerId);
  }

  /**
   * @param {MediaStream} _stream
   * @param {import("./media.js").HearSelfOptions} options
   */
  async hearSelf(_stream, { speakerId, signal }) {
    if (this.problems.speaker) throw new MediaError(this.problems.speaker);
    this.heard.push(speakerId);
    await new Promise((resolve) => {
      signal.addEventListener("abort", resolve);
      if (signal.aborted) resolve(null);
    });
  }

  async battery() {
    return this.charge;
  }

  /** @param {Source | "speaker"} kind */
  preferred(kind) {
    return this.preferences[kind] ?? "";
  }

  /**
   * @param {Source | "speaker"} kind
   * @param {string} deviceId
   */
  prefer(kind, deviceId) {
    this.preferences[kind] = deviceId;
  }
}

/** Words and pauses: loudness by the clock, as a voice has it. */
export function speaking() {
  const words = [-18, -24, -15, -22, -60];
  const eachMs = 150;
  return () => words[Math.floor(performance.now() / eachMs) % words.length];
}

/** @param {MediaStream} stream */
function endTracks(stream) {
  for (const track of stream.getTracks()) {
    track.stop();
    // a device that goes away tells it; a track that is stopped doesn't
    track.dispatchEvent(new Event("ended"));
  }
}

/** A real but silent track, so that it can end and be stopped like any other. */
function fakeSound() {
  return new AudioContext().createMediaStreamDestination().stream;
}

function fakePicture() {
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [640, 480];
  canvas.getContext("2d");
  return canvas.captureStream();
}
