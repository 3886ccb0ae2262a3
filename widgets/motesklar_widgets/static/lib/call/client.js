// @ts-check
/**
 * The call without its looks: signalling, sound and picture, and coming back by itself.
 *
 * A lost connection is replaced by a new one, with the same `client_id`, and goes on where it was:
 * what is sent, the raised hand, whom one looks at and the line that is being written.
 */

import { newId } from "../ids.js";
import { socketAddress } from "../page.js";
import { Connection } from "./connection.js";
import { Waits, waitOrReturn } from "./waits.js";

/** @typedef {import("./lines.js").Incoming} Incoming */
/** @typedef {import("./messages.js").ClientMessage} ClientMessage */
/** @typedef {import("./messages.js").Pace} Pace */
/** @typedef {import("./messages.js").ServerMessage} ServerMessage */
/** @typedef {import("./messages.js").Track} Track */

/** @typedef {Omit<import("./messages.js").State, "type">} Sending what others are shown of me */
/** @typedef {Omit<import("./messages.js").View, "type">} Looking whom I want to see */

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
 * @property {(incoming: Incoming) => void} onIncoming of each new connection
 * @property {() => void} onMedia sound and picture get through, on each connection
 * @property {() => void} onGaveUp the connection could not be made again
 */

export class CallClient {
  /**
   * @param {string} path of the websocket, such as `/api/rooms/r-1`
   * @param {{ sending: Sending, pace: Pace }} start
   * @param {CallEvents} events
   */
  constructor(path, { sending, pace }, events) {
    this.address = socketAddress(path);
    this.pace = pace;
    this.events = events;
    this.clientId = newId();
    /** @type {CallState} */
    this.state = "idle";
    /** @type {Sending} */
    this.sending = { ...sending };
    /** @type {Looking} */
    this.looking = { pinned: null, videos: [], count: 0 };
    /** @type {Record<Track, MediaStreamTrack | null>} */
    this.tracks = { microphone: null, camera: null, screen: null };
    /** @type {Connection | null} */
    this.connection = null;
    this.restarting = false;
    /** Stay away for this long, in ms, when the connection is dropped on purpose. */
    this.holdOff = 0;
    this.ending = new AbortController();
    this.hurrying = new AbortController();
  }

  /** Call, and stay in the call until it ends; a second call of it does nothing. */
  async start() {
    if (this.state !== "idle") return;
    this.setState("connecting");
    const waits = new Waits();
    while (!this.ending.signal.aborted) {
      const began = performance.now();
      if (await this.connectOnce()) break;
      const wait = waits.next(performance.now() - began, this.restarting);
      if (wait === null) {
        this.events.onGaveUp();
        break;
      }
      await this.stayAway(wait);
    }
    this.setState("ended");
  }

  /** @param {number} wait in ms */
  async stayAway(wait) {
    if (this.ending.signal.aborted) return;
    this.restarting = false;
    this.hurrying = new AbortController();
    this.setState("reconnecting");
    const signal = AbortSignal.any([this.ending.signal, this.hurrying.signal]);
    await waitOrReturn(Math.max(wait, this.holdOff), signal);
    this.holdOff = 0;
  }

  /** @returns {Promise<boolean>} whether the call is over */
  async connectOnce() {
    const { microphone, camera, hall } = this.sending;
    const connection = new Connection(
      this.address,
      { type: "join", client_id: this.clientId, microphone, camera, hall, pace: this.pace },
      this.tracks,
      { ...this.events, onMessage: (message) => this.receive(message) },
    );
    this.connection = connection;
    const end = () => connection.close(true);
    this.ending.signal.addEventListener("abort", end);
    try {
      return await connection.ended;
    } finally {
      this.ending.signal.removeEventListener("abort", end);
      this.connection = null;
    }
  }

  /** @param {ServerMessage} message */
  receive(message) {
    if (message.type === "joined") {
      this.send({ type: "state", ...this.sending });
      this.send({ type: "view", ...this.looking });
      this.setState("connected");
    }
    if (message.type === "restarting") this.restarting = true;
    this.events.onMessage(message);
  }

  /** Hang up; safe to call twice. */
  hangUp() {
    this.send({ type: "leave" });
    this.ending.abort();
  }

  /**
   * Lose the connection on purpose, and come back after `ms` or when told to hurry.
   *
   * @param {number} ms
   */
  drop(ms) {
    if (!this.connection) return;
    this.holdOff = ms;
    this.connection.close(false);
  }

  /** Come back now, if a return is being waited for. */
  hurry() {
    this.hurrying.abort();
  }

  /**
   * Send this track, or none, from now on and after each return.
   *
   * @param {Track} name
   * @param {MediaStreamTrack | null} track
   */
  setTrack(name, track) {
    this.tracks[name] = track;
    this.connection?.sendTrack(name);
  }

  /** @param {Partial<Sending>} change */
  setSending(change) {
    this.sending = { ...this.sending, ...change };
    this.send({ type: "state", ...this.sending });
  }

  /** @param {Looking} looking */
  setLooking(looking) {
    this.looking = looking;
    this.send({ type: "view", ...looking });
  }

  /**
   * @param {ClientMessage} message
   * @returns {boolean} whether it could be sent
   */
  send(message) {
    return this.connection?.send(message) ?? false;
  }

  /** @returns {Promise<RTCStatsReport | null>} */
  async stats() {
    return (await this.connection?.peer?.getStats()) ?? null;
  }

  /** @param {CallState} state */
  setState(state) {
    if (state === this.state) return;
    console.info(`call: ${this.state} -> ${state}`);
    this.state = state;
    this.events.onState(state);
  }
}
