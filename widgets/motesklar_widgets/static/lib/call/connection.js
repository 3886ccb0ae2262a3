// @ts-check
/**
 * One websocket and one peer connection; replaced whole when either is lost.
 *
 * The server makes the one offer. Our answer needs no addresses, because the server takes ours
 * from our own connectivity checks, so it is sent at once. The server can't restart a connection
 * whose network has changed; therefore a lost one is never mended.
 */

import { Lines } from "./lines.js";

/** @typedef {import("./messages.js").ClientMessage} ClientMessage */
/** @typedef {import("./messages.js").Join} Join */
/** @typedef {import("./messages.js").Joined} Joined */
/** @typedef {import("./messages.js").Limits} Limits */
/** @typedef {import("./messages.js").ServerMessage} ServerMessage */
/** @typedef {import("./messages.js").Track} Track */

/**
 * @typedef {object} ConnectionEvents
 * @property {(message: ServerMessage) => void} onMessage
 * @property {(incoming: import("./lines.js").Incoming) => void} onIncoming
 * @property {() => void} onMedia sound and picture get through
 */

const PING_MS = 5_000;
/** Nothing at all from the server for this long, though it answers every ping: it is gone. */
const SILENT_MS = 12_000;
/** Sound and picture may stop for this long before the connection is replaced. */
const STALLED_MS = 3_000;

/** The server's close code for "the call is over"; every other one means "come back". */
const OVER = 4000;

export class Connection {
  /**
   * @param {string} address of the websocket
   * @param {Join} join
   * @param {Record<Track, MediaStreamTrack | null>} tracks read at each change
   * @param {ConnectionEvents} events
   */
  constructor(address, join, tracks, events) {
    this.tracks = tracks;
    this.events = events;
    this.closed = false;
    /** @type {Joined | null} */
    this.joined = null;
    /** @type {Limits | null} */
    this.limits = null;
    /** @type {RTCPeerConnection | null} */
    this.peer = null;
    /** @type {Lines | null} */
    this.lines = null;
    this.hadMedia = false;
    this.heardAt = performance.now();
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.stalled = undefined;
    this.heartbeat = setInterval(() => this.beat(), PING_MS);
    /** @type {Promise<boolean>} whether the call is over */
    this.ended = new Promise((resolve) => {
      this.resolve = resolve;
    });
    this.socket = new WebSocket(address);
    this.socket.addEventListener("open", () => this.send(join));
    this.socket.addEventListener("message", ({ data }) => this.receive(data));
    this.socket.addEventListener("close", ({ code }) => this.close(code === OVER));
  }

  /**
   * Let go of everything; safe to call twice.
   *
   * @param {boolean} over whether the call is over
   */
  close(over) {
    this.closed = true;
    clearInterval(this.heartbeat);
    clearTimeout(this.stalled);
    this.socket.close();
    this.peer?.close();
    this.resolve?.(over);
  }

  /**
   * @param {ClientMessage} message
   * @returns {boolean} whether it could be sent
   */
  send(message) {
    if (this.socket.readyState !== WebSocket.OPEN) return false;
    this.socket.send(JSON.stringify(message));
    return true;
  }

  /** @param {string} frame */
  receive(frame) {
    this.heardAt = performance.now();
    /** @type {ServerMessage} */
    const message = JSON.parse(frame);
    if (message.type === "joined") {
      this.joined = message;
      this.limits = message.limits;
    }
    if (message.type === "limits") this.takeLimits(message.limits);
    if (message.type === "offer") this.takeOffer(message.sdp);
    if (!this.closed) this.events.onMessage(message);
  }

  /** @param {Limits} limits */
  takeLimits(limits) {
    this.limits = limits;
    this.sendTrack("camera");
    this.sendTrack("screen");
  }

  /** @param {string} sdp */
  takeOffer(sdp) {
    this.answer(sdp).catch((error) => {
      if (this.closed) return;
      console.error("the offer could not be answered", error);
      this.close(false);
    });
  }

  /** @param {string} sdp */
  async answer(sdp) {
    const { joined } = this;
    // some add-ons take peer connections away: the call goes on in writing
    if (!joined || typeof RTCPeerConnection === "undefined") return;
    const peer = new RTCPeerConnection({ iceServers: joined.ice_servers });
    this.peer = peer;
    peer.addEventListener("connectionstatechange", () => this.watchMedia(peer.connectionState));
    await peer.setRemoteDescription({ type: "offer", sdp });
    this.lines = new Lines(peer.getTransceivers(), joined.shape);
    this.events.onIncoming(this.lines.incoming);
    await Promise.all([
      this.sendTrack("microphone"),
      this.sendTrack("camera"),
      this.sendTrack("screen"),
    ]);
    await peer.setLocalDescription(await peer.createAnswer());
    this.send({ type: "answer", sdp: peer.localDescription?.sdp ?? "" });
  }

  /** @param {Track} name */
  async sendTrack(name) {
    if (!this.lines || !this.limits || this.closed) return;
    try {
      await this.lines.send(name, this.tracks[name], this.limits);
    } catch (error) {
      // closed meanwhile: the next connection sends it
      if (!this.closed) console.error(`the ${name} can't be sent`, error);
    }
  }

  /** @param {RTCPeerConnectionState} state */
  watchMedia(state) {
    clearTimeout(this.stalled);
    if (state === "connected") {
      this.hadMedia = true;
      this.events.onMedia();
    }
    // where no sound or picture gets through at all, the call goes on in writing
    if (!this.hadMedia) return;
    if (state === "failed") this.close(false);
    if (state === "disconnected") this.stalled = setTimeout(() => this.close(false), STALLED_MS);
  }

  beat() {
    if (performance.now() - this.heardAt > SILENT_MS) this.close(false);
    else this.send({ type: "ping" });
  }
}
