// @ts-check
/**
 * The practice call without its looks: signalling, sound and picture, and coming back by itself.
 *
 * The server makes the one offer of a connection. Our answer needs no addresses, because the
 * server takes ours from our own connectivity checks, so it is sent at once. aiortc can't restart
 * a connection whose network has changed; therefore a lost one is replaced by a new one, with the
 * same `client_id`, and the conversation goes on where it was.
 */

import { newId } from "./ids.js";
import { url } from "./page.js";

/**
 * Messages on the wire; the same as in `call/messages.py`, where each is described.
 *
 * @typedef {{ type: "join", client_id: string }} Join
 * @typedef {{ type: "answer", sdp: string }} Answer
 * @typedef {{ type: "text", text: string }} Text
 * @typedef {{ type: "leave" }} Leave
 * @typedef {{ type: "ping" }} Ping
 * @typedef {Join | Answer | Text | Leave | Ping} ClientMessage
 *
 * @typedef {"greeting" | "listening" | "speaking"} PartnerState
 * @typedef {{ type: "joined", room: string, partner: string }} Joined
 * @typedef {{ type: "offer", sdp: string }} Offer
 * @typedef {{ type: "partner", state: PartnerState, caption: string }} PartnerMessage
 * @typedef {{ type: "partner_text", text: string }} PartnerText
 * @typedef {{ type: "evidence", sound_seconds: number, picture_seconds: number, text_characters: number }} EvidenceMessage
 * @typedef {{ type: "error", code: string, message: string, next_step: string }} ErrorMessage
 * @typedef {{ type: "pong" }} Pong
 * @typedef {Joined | Offer | PartnerMessage | PartnerText | EvidenceMessage | ErrorMessage | Pong} ServerMessage
 */

/**
 * @typedef {"idle" | "connecting" | "connected" | "reconnecting" | "ended"} CallState
 *
 * - idle: not started
 * - connecting: the first connection is being made
 * - connected: the server has us in a room; sound and picture may still be on their way
 * - reconnecting: the connection was lost, a new one is being made
 * - ended: over, whoever ended it
 */

/**
 * @typedef {object} CallEvents
 * @property {(state: CallState) => void} onState
 * @property {(message: ServerMessage) => void} onMessage
 * @property {(track: MediaStreamTrack) => void} onTrack the partner's voice
 * @property {() => void} onGaveUp the connection could not be made again
 */

/** Waits before each try to come back, in ms, as calls that are used every day have found them. */
const WAITS_MS = [0, 300, 1_200, 2_700, 4_800, 7_000, 7_000, 7_000, 7_000, 7_000];
const JITTER_MS = 1_000;
/** Only a connection that has held this long starts the waits anew: a flapping one must not. */
const STABLE_MS = 10_000;

const PING_MS = 5_000;
/** Nothing at all from the server for this long, though it answers every ping: it is gone. */
const SILENT_MS = 12_000;
/** Sound and picture may stop for this long before the connection is replaced. */
const STALLED_MS = 3_000;

/** The server's close code for "the call is over"; every other one means "come back". */
const OVER = 4000;

/** A small picture is enough to practise with, and kind to a school's network. */
const PICTURE_WIDTH = 320;
const PICTURE_BITS = 200_000;
const PICTURE_RATE = 12;

export class CallClient {
  /**
   * @param {string} module
   * @param {CallEvents} events
   */
  constructor(module, events) {
    this.address = socketAddress(`/api/call/${encodeURIComponent(module)}`);
    this.events = events;
    this.clientId = newId();
    /** @type {CallState} */
    this.state = "idle";
    /** @type {Record<"audio" | "video", MediaStreamTrack | null>} */
    this.tracks = { audio: null, video: null };
    /** @type {Connection | null} */
    this.connection = null;
    this.ending = new AbortController();
  }

  /** Call, and stay in the call until it ends; a second call of it does nothing. */
  async start() {
    if (this.state !== "idle") return;
    this.setState("connecting");
    let tries = 0;
    for (;;) {
      const began = performance.now();
      const over = await this.connectOnce();
      if (over || this.ending.signal.aborted) break;
      if (performance.now() - began > STABLE_MS) tries = 0;
      if (tries === WAITS_MS.length) {
        this.events.onGaveUp();
        break;
      }
      this.setState("reconnecting");
      await waitToReturn(WAITS_MS[tries], this.ending.signal);
      if (this.ending.signal.aborted) break;
      tries += 1;
    }
    this.setState("ended");
  }

  /** Hang up; safe to call twice. */
  hangUp() {
    this.connection?.send({ type: "leave" });
    this.ending.abort();
  }

  /**
   * Send this track, or none, from now on and after each return.
   *
   * @param {"audio" | "video"} kind
   * @param {MediaStreamTrack | null} track
   */
  setTrack(kind, track) {
    this.tracks[kind] = track;
    this.connection?.sendTrack(kind);
  }

  /**
   * @param {string} text the whole line so far; a line feed at its end finishes it
   * @returns {boolean} whether it could be sent
   */
  write(text) {
    return this.connection?.send({ type: "text", text }) ?? false;
  }

  /** @returns {Promise<boolean>} whether the call is over */
  async connectOnce() {
    const connection = new Connection(this);
    this.connection = connection;
    const end = () => connection.close(false);
    this.ending.signal.addEventListener("abort", end);
    try {
      return await connection.ended;
    } finally {
      this.ending.signal.removeEventListener("abort", end);
      this.connection = null;
    }
  }

  /** @param {CallState} state */
  setState(state) {
    if (state === this.state) return;
    console.info(`call: ${this.state} -> ${state}`);
    this.state = state;
    this.events.onState(state);
  }
}

/** One websocket and one peer connection; replaced whole when either is lost. */
class Connection {
  /** @param {CallClient} client */
  constructor(client) {
    this.client = client;
    this.peer = new RTCPeerConnection({ iceServers: [] });
    this.socket = new WebSocket(client.address);
    this.heardAt = performance.now();
    this.hadMedia = false;
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.stalled = undefined;
    this.heartbeat = setInterval(() => this.beat(), PING_MS);
    /** @type {Promise<boolean>} */
    this.ended = new Promise((resolve) => {
      this.resolve = resolve;
    });
    this.socket.addEventListener("open", () =>
      this.send({ type: "join", client_id: client.clientId }),
    );
    this.socket.addEventListener("message", ({ data }) => this.receive(data));
    this.socket.addEventListener("close", ({ code }) => this.close(code === OVER));
    this.peer.addEventListener("track", ({ track }) => client.events.onTrack(track));
    this.peer.addEventListener("connectionstatechange", () => this.watchMedia());
  }

  /**
   * Let go of everything; safe to call twice.
   *
   * @param {boolean} over whether the server said that the call is over
   */
  close(over) {
    clearInterval(this.heartbeat);
    clearTimeout(this.stalled);
    this.socket.close();
    this.peer.close();
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
    if (message.type === "joined") this.client.setState("connected");
    if (message.type === "offer") {
      this.answer(message.sdp).catch((error) => {
        console.error("the offer could not be answered", error);
        this.close(false);
      });
    }
    this.client.events.onMessage(message);
  }

  /** @param {string} sdp */
  async answer(sdp) {
    await this.peer.setRemoteDescription({ type: "offer", sdp });
    // both lines send from the start, so that a camera turned on later needs no new offer
    for (const transceiver of this.peer.getTransceivers()) {
      const kind = kindOf(transceiver);
      transceiver.direction = kind === "audio" ? "sendrecv" : "sendonly";
      await this.sendTrack(kind);
    }
    await this.peer.setLocalDescription(await this.peer.createAnswer());
    this.send({ type: "answer", sdp: this.peer.localDescription?.sdp ?? "" });
  }

  /** @param {"audio" | "video"} kind */
  async sendTrack(kind) {
    const transceiver = this.peer.getTransceivers().find((each) => kindOf(each) === kind);
    if (!transceiver || this.peer.signalingState === "closed") return;
    const track = this.client.tracks[kind];
    await transceiver.sender.replaceTrack(track);
    if (kind === "video" && track) await keepSmall(transceiver.sender, track);
  }

  watchMedia() {
    const state = this.peer.connectionState;
    clearTimeout(this.stalled);
    if (state === "connected") this.hadMedia = true;
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

/**
 * @param {RTCRtpTransceiver} transceiver
 * @returns {"audio" | "video"}
 */
function kindOf(transceiver) {
  return transceiver.receiver.track.kind === "audio" ? "audio" : "video";
}

/**
 * @param {RTCRtpSender} sender
 * @param {MediaStreamTrack} track
 */
async function keepSmall(sender, track) {
  const parameters = sender.getParameters();
  const width = track.getSettings().width ?? PICTURE_WIDTH;
  for (const encoding of parameters.encodings) {
    encoding.maxBitrate = PICTURE_BITS;
    encoding.maxFramerate = PICTURE_RATE;
    encoding.scaleResolutionDownBy = Math.max(1, width / PICTURE_WIDTH);
  }
  try {
    await sender.setParameters(parameters);
  } catch (error) {
    // a browser that can't limit itself sends more than is needed, and that is all
    console.warn("the picture could not be made smaller", error);
  }
}

/**
 * Over after `wait` and a little more, at once when the network is back or the call is ended.
 *
 * @param {number} wait in ms
 * @param {AbortSignal} signal
 * @returns {Promise<void>}
 */
function waitToReturn(wait, signal) {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      removeEventListener("online", done);
      signal.removeEventListener("abort", done);
      resolve();
    };
    // spread, so that a hall of people doesn't come back in the same moment
    const timer = setTimeout(done, wait && wait + Math.random() * JITTER_MS);
    addEventListener("online", done);
    signal.addEventListener("abort", done);
  });
}

/** @param {string} path */
function socketAddress(path) {
  const address = new URL(url(path), location.href);
  address.protocol = address.protocol === "https:" ? "wss:" : "ws:";
  return address.href;
}
