// @ts-check
/**
 * What I send: microphone, camera and screen, each asked for by itself, because asking for several
 * at once fails wholly when one is missing. Nothing that fails here stops the call.
 */

import { media } from "../media.js";
import { problemOf } from "../media_error.js";
import { CallDevice } from "./device.js";
import { ScreenShare } from "./screen_share.js";
import { SoundLevel } from "./sound_level.js";

/** @typedef {import("../media.js").Source} Source */
/** @typedef {import("../media_error.js").Reason} Reason */
/** @typedef {import("./messages.js").Track} Track */

/**
 * @typedef {object} OwnMediaEvents
 * @property {() => void} onChange what is sent, or what could be, is another now
 * @property {(name: Track, reason: Reason | null) => void} onProblem null: it works now
 * @property {(source: Source, label: string) => void} onReplaced a lost device, by this one
 */

export class OwnMedia {
  /** @param {OwnMediaEvents} events */
  constructor(events) {
    this.events = events;
    this.removed = false;
    /** What the person wants; what is really sent may be less. */
    this.wanted = { microphone: false, camera: false };
    this.hall = false;
    this.microphone = new CallDevice("microphone", () => this.replaceLost("microphone"));
    this.camera = new CallDevice("camera", () => this.replaceLost("camera"));
    this.screen = new ScreenShare(() => this.changed());
    /** @type {MediaStreamTrack | null} sent instead of the microphone, to practise with */
    this.standIn = null;
    this.sound = new SoundLevel();
    /** @type {MediaStreamTrack | null} the microphone that the meter follows */
    this.heard = null;
    this.microphoneLost = false;
    /** Plugging in tells of itself several times. */
    this.plugged = () => this.look();
    navigator.mediaDevices?.addEventListener("devicechange", this.plugged);
  }

  /** @returns {Record<Track, MediaStreamTrack | null>} what is really sent */
  get tracks() {
    const speaks = this.wanted.microphone && !this.hall;
    return {
      microphone: speaks ? (this.standIn ?? this.microphone.track) : null,
      camera: this.wanted.camera ? this.camera.track : null,
      screen: this.screen.track,
    };
  }

  /** @returns {Record<Track, boolean>} */
  get sending() {
    const { microphone, camera, screen } = this.tracks;
    return { microphone: microphone !== null, camera: camera !== null, screen: screen !== null };
  }

  /** Open the microphone without sending anything, for its meter. */
  async listen() {
    await this.open("microphone");
  }

  /** @param {boolean} on */
  async turnMicrophone(on) {
    this.wanted.microphone = on;
    if (on) await this.open("microphone");
    if (!this.microphone.isOpen) this.wanted.microphone = false;
    this.changed();
  }

  /**
   * A camera that is off is really off: its lamp goes out.
   *
   * @param {boolean} on
   */
  async turnCamera(on) {
    this.wanted.camera = on;
    if (on) await this.open("camera");
    else this.camera.close();
    if (!this.camera.isOpen) this.wanted.camera = false;
    this.changed();
  }

  /**
   * @param {boolean} on
   * @param {number} framerate
   */
  async turnScreen(on, framerate) {
    if (!on) return this.screen.stop();
    try {
      await this.screen.start(framerate);
      if (this.removed) this.screen.stop();
      this.events.onProblem("screen", null);
    } catch (error) {
      this.events.onProblem("screen", problemOf(error).reason);
    }
  }

  /** @param {boolean} hall in the hall without a headset: the microphone stays off */
  setHall(hall) {
    this.hall = hall;
    if (hall) this.wanted.microphone = false;
    this.changed();
  }

  /** @param {MediaStreamTrack | null} track */
  setStandIn(track) {
    this.standIn = track;
    this.changed();
  }

  /**
   * Another device was chosen. The old one is let go of first: some browsers hold only one.
   *
   * @param {Source} source
   */
  async reopen(source) {
    this.device(source).close();
    await this.open(source);
    this.changed();
  }

  /** @param {Source} source */
  device(source) {
    return source === "microphone" ? this.microphone : this.camera;
  }

  /** @param {Source} source */
  async open(source) {
    const device = this.device(source);
    try {
      await device.open();
      this.events.onProblem(source, null);
    } catch (error) {
      this.events.onProblem(source, problemOf(error).reason);
    }
    if (this.removed) device.close();
    this.changed();
  }

  /** @param {Source} source */
  async replaceLost(source) {
    await this.open(source);
    const device = this.device(source);
    if (source === "microphone") this.microphoneLost = !device.isOpen;
    if (device.isOpen) this.events.onReplaced(source, device.label);
    else this.wanted[source] = false;
    this.changed();
  }

  /** Something was plugged in or out: what was lost may be back. */
  async look() {
    const found = await media.devices("microphone");
    if (this.removed) return;
    if (this.microphoneLost && found.length > 0) await this.replaceLost("microphone");
    this.changed();
  }

  changed() {
    if (this.removed) return;
    const { track, stream } = this.microphone;
    if (track !== this.heard) {
      this.heard = track;
      this.sound.follow(stream);
    }
    this.events.onChange();
  }

  /** Turn everything off; safe to call twice. */
  remove() {
    this.removed = true;
    navigator.mediaDevices?.removeEventListener("devicechange", this.plugged);
    this.screen.stop();
    this.microphone.close();
    this.camera.close();
    this.sound.remove();
  }
}
