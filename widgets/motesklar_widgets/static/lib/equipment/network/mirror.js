// @ts-check
/**
 * One connection to the server's mirror: what is sent comes back over the same line.
 *
 * The server makes the one offer, as in every call (`lib/call/connection.js`).
 */

import { Lines } from "../../call/lines.js";
import { newId } from "../../ids.js";
import { socketAddress } from "../../page.js";
import { COME_IN_SECONDS, STAGE_SECONDS } from "../thresholds.js";
import { median } from "./samples.js";
import { inTime, Trouble } from "./trouble.js";

/** @typedef {import("../../call/messages.js").ClientMessage} ClientMessage */
/** @typedef {import("../../call/messages.js").Joined} Joined */
/** @typedef {import("../../call/messages.js").Quality} Quality */
/** @typedef {import("../../call/messages.js").ServerMessage} ServerMessage */
/** @typedef {import("./synthetic.js").Synthetic} Synthetic */

const PINGS = 5;

/** The server would rather not: its code says why. */
export class Refused extends Error {
  /** @param {string} code of the server's error */
  constructor(code) {
    super(code);
    this.name = "Refused";
    this.code = code;
  }
}

export class Mirror {
  /** @param {AbortSignal} signal ends every wait */
  constructor(signal) {
    this.signal = signal;
    this.closed = false;
    /** The server has said that it is about to restart. */
    this.leaving = false;
    /** @type {Joined | null} */
    this.joined = null;
    /** @type {RTCPeerConnection | null} */
    this.peer = null;
    /** @type {Quality[]} */
    this.qualities = [];
    /** @type {Map<string, ServerMessage>} the latest of each type that nobody has taken */
    this.waiting = new Map();
    /** @type {() => void} */
    this.changed = () => undefined;
    /** @type {Refused | null} */
    this.refusal = null;
    this.socket = new WebSocket(socketAddress("/api/equipment/mirror"));
    this.socket.addEventListener("message", ({ data }) => this.take(JSON.parse(data)));
    this.socket.addEventListener("close", () => this.close());
  }

  /**
   * @returns {Promise<void>}
   * @throws {Error} it is closed, or not there in time
   */
  async opened() {
    const opened = new Promise((resolve, reject) => {
      this.socket.addEventListener("open", () => resolve(undefined), { once: true });
      this.socket.addEventListener("close", () => reject(new Error("closed")), { once: true });
    });
    await inTime(opened, STAGE_SECONDS, this.signal);
  }

  /** @returns {Promise<number>} ms there and back over the websocket */
  async roundTrip() {
    const times = [];
    for (let i = 0; i < PINGS; i += 1) {
      const began = performance.now();
      this.send({ type: "ping" });
      await this.receive("pong", STAGE_SECONDS);
      times.push(performance.now() - began);
    }
    return median(times);
  }

  /**
   * @returns {Promise<Joined>}
   * @throws {Refused} there is no place now
   */
  async join() {
    const client_id = newId();
    this.send({
      type: "join",
      client_id,
      microphone: true,
      camera: true,
      hall: false,
      pace: "gentle",
    });
    this.joined = /** @type {Joined} */ (await this.receive("joined", COME_IN_SECONDS));
    return this.joined;
  }

  /**
   * Have sound and picture flow, straight or over one relay alone.
   *
   * @param {Synthetic} media
   * @param {number} bitrate of the picture at best
   * @param {RTCIceServer} [relay]
   * @returns {Promise<number>} ms until they can
   * @throws {Error} they can't within the time for a stage
   */
  async connect({ sound, picture }, bitrate, relay) {
    const offer = await this.receive("offer", COME_IN_SECONDS);
    if (offer.type !== "offer" || !this.joined) throw new Error("no offer");
    const began = performance.now();
    const peer = new RTCPeerConnection(
      relay ? { iceServers: [relay], iceTransportPolicy: "relay" } : {},
    );
    this.peer = peer;
    await peer.setRemoteDescription({ type: "offer", sdp: offer.sdp });
    const lines = new Lines(peer.getTransceivers(), this.joined.shape);
    const limits = { ...this.joined.limits, bitrate: Math.min(bitrate, this.joined.limits.bitrate) };
    await lines.send("microphone", sound, limits);
    await lines.send("camera", picture, limits);
    await peer.setLocalDescription(await peer.createAnswer());
    this.send({ type: "answer", sdp: peer.localDescription?.sdp ?? "" });
    await inTime(connected(peer), STAGE_SECONDS, this.signal);
    return performance.now() - began;
  }

  /** Let go of everything; safe to call twice. */
  close() {
    this.closed = true;
    this.socket.close();
    this.peer?.close();
    this.changed();
  }

  /** Why nothing comes any more. */
  whyGone() {
    return this.leaving ? new Trouble("server-away") : new Error("the mirror is gone");
  }

  /** @param {ClientMessage} message */
  send(message) {
    if (this.socket.readyState === WebSocket.OPEN) this.socket.send(JSON.stringify(message));
  }

  /** @param {ServerMessage} message */
  take(message) {
    if (message.type === "restarting") this.leaving = true;
    else if (message.type === "quality") this.qualities.push(message);
    // what it says of media that don't get through we find out ourselves
    else if (message.type === "error" && message.code !== "media_blocked") {
      this.refusal = new Refused(message.code);
    } else this.waiting.set(message.type, message);
    this.changed();
  }

  /**
   * The next message of this type.
   *
   * @param {ServerMessage["type"]} type
   * @param {number} seconds
   */
  receive(type, seconds) {
    /** @type {Promise<ServerMessage>} */
    const received = new Promise((resolve, reject) => {
      this.changed = () => {
        const message = this.waiting.get(type);
        this.waiting.delete(type);
        if (message) resolve(message);
        else if (this.refusal) reject(this.refusal);
        else if (this.closed) reject(this.whyGone());
      };
      this.changed();
    });
    return inTime(received, seconds, this.signal);
  }
}

/**
 * @param {RTCPeerConnection} peer
 * @returns {Promise<void>}
 */
function connected(peer) {
  return new Promise((resolve, reject) => {
    const look = () => {
      if (peer.connectionState === "connected") resolve();
      if (peer.connectionState === "failed") reject(new Error("no way through"));
    };
    peer.addEventListener("connectionstatechange", look);
    look();
  });
}
