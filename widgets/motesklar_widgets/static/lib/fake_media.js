// @ts-check
/** A media engine without devices, for tests; `tests/widgets` checks it against a real browser. */

import { LeasedStreams } from "./leases.js";
import { MediaError } from "./media_error.js";

/** @typedef {import("./media.js").Source} Source */
/** @typedef {import("./media.js").Device} Device */
/** @typedef {import("./media.js").Picture} Picture */
/** @typedef {import("./media.js").Media} Media */
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
    /** dBFS */
    this.level = -20;
    /** @type {Picture} */
    this.picture = { brightness: 120, contrast: 40 };
    this.canChooseSpeaker = true;
    /** @type {string[]} speakers that the test sound was played on */
    this.played = [];
    /** @type {Partial<Record<Source | "speaker", string>>} */
    this.preferences = {};
    this.streams = new LeasedStreams((source, deviceId) => this.ask(source, deviceId));
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
   * @param {string} deviceId
   */
  async ask(source, deviceId) {
    const problem = this.problems[source];
    if (problem) throw new MediaError(problem);
    const devices = this.plugged[source];
    const device = devices.find(({ id }) => id === deviceId) ?? devices[0];
    if (!device) throw new MediaError("missing");
    return { stream: source === "microphone" ? fakeSound() : fakePicture(), deviceId: device.id };
  }

  /** @param {Source | "speaker"} kind */
  async devices(kind) {
    return [...this.plugged[kind]];
  }

  async meter() {
    return { level: () => this.level, close: () => undefined };
  }

  look() {
    return this.picture;
  }

  /** @param {string} speakerId */
  async playTestSound(speakerId) {
    if (this.problems.speaker) throw new MediaError(this.problems.speaker);
    this.played.push(speakerId);
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

/** A real but silent track, so that it can end and be stopped like any other. */
function fakeSound() {
  return new AudioContext().createMediaStreamDestination().stream;
}

function fakePicture() {
  const canvas = document.createElement("canvas");
  canvas.getContext("2d");
  return canvas.captureStream();
}
