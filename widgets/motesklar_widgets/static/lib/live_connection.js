// @ts-check
/**
 * A websocket that only tells: comes back by itself, and always says how it stands. Where websockets
 * are blocked and the rest of the web is not, the same is asked for again and again.
 */

import { waitToRetry } from "./connection.js";
import { ApiError, send } from "./http.js";
import { url } from "./page.js";

/** The server tells something every ten seconds; after so long without, nobody is there. */
const SILENCE_MS = 25_000;
/** Some networks answer a websocket's opening with nothing at all. */
const OPENING_MS = 10_000;
/** After so many openings in a row without a message, websockets count as blocked. */
const MOST_SILENT = 2;
/** Between two questions where websockets are blocked. */
const POLL_MS = 3_000;
/** So often a blocked websocket is tried again: the computer may have come to another network. */
const POLLS_A_ROUND = 100;
/** Close code of the server: don't come back. */
const OVER = 4000;

/**
 * @typedef {"connecting" | "live" | "waiting" | "over"} LiveState
 *   connecting: not yet there; live: what is shown is as things are; waiting: lost, and coming back;
 *   over: the server has said that there is nothing more
 */

/** @template Message */
export class LiveConnection {
  /**
   * @param {string} path of the websocket, without the base URL
   * @param {{ onMessage: (message: Message) => void, onState?: (state: LiveState) => void }} listener
   * @param {{ poll?: string }} [options] poll: where the same message is had by GET, asked for when
   *   websockets are blocked; the server has it at the websocket's own address as well
   */
  constructor(path, listener, { poll = path } = {}) {
    const address = new URL(url(path), location.href);
    address.protocol = address.protocol.replace("http", "ws");
    this.address = address.href;
    this.listener = listener;
    this.poll = poll;
    /** @type {LiveState} */
    this.state = "connecting";
  }

  /**
   * Follow until it is over.
   *
   * @param {AbortSignal} [signal] ends it as well
   */
  async run(signal) {
    let silent = 0;
    for (let tries = 1; !signal?.aborted; tries += 1) {
      const { over, lived } = await this.follow(signal);
      if (over) break;
      silent = lived ? 0 : silent + 1;
      const server = lived ? "away" : await askServer();
      if (server === "refuses") break;
      if (lived) tries = 1;
      if (server === "answers" && silent >= MOST_SILENT) {
        console.info("live: websockets are blocked, asking instead");
        const asked = await this.ask(this.poll, signal);
        if (asked === "over") break;
        if (asked === "enough") continue;
      }
      this.setState("waiting");
      await waitToRetry(tries);
    }
    this.setState("over");
  }

  /**
   * One connection, from its opening to its end.
   *
   * @param {AbortSignal} [signal]
   * @returns {Promise<{over: boolean, lived: boolean}>} whether it is over, and whether anything came
   */
  follow(signal) {
    return new Promise((resolve) => {
      const socket = new WebSocket(this.address);
      let lived = false;
      const leave = (/** @type {boolean} */ over) => {
        clearTimeout(watchdog);
        removeEventListener("offline", lose);
        signal?.removeEventListener("abort", end);
        socket.close();
        resolve({ over, lived });
      };
      // a line that is cut says nothing, so it is not waited for
      const lose = () => leave(false);
      const end = () => leave(true);
      let watchdog = setTimeout(lose, OPENING_MS);
      addEventListener("offline", lose);
      signal?.addEventListener("abort", end);
      socket.addEventListener("close", (event) => leave(event.code === OVER));
      socket.addEventListener("message", (event) => {
        clearTimeout(watchdog);
        watchdog = setTimeout(lose, SILENCE_MS);
        lived = true;
        this.tell(JSON.parse(event.data));
      });
    });
  }

  /**
   * Ask again and again.
   *
   * @param {string} path
   * @param {AbortSignal} [signal]
   * @returns {Promise<"over" | "lost" | "enough">} enough: time to see whether a websocket opens now
   */
  async ask(path, signal) {
    for (let asked = 0; asked < POLLS_A_ROUND; asked += 1) {
      try {
        const message = await send({ method: "GET", path });
        if (signal?.aborted) return "over";
        this.tell(message);
      } catch (error) {
        return error instanceof ApiError ? "over" : "lost";
      }
      await pause(POLL_MS, signal);
    }
    return "enough";
  }

  /** @param {Message} message */
  tell(message) {
    this.setState("live");
    this.listener.onMessage(message);
  }

  /** @param {LiveState} state */
  setState(state) {
    if (state === this.state) return;
    console.info(`live: ${this.state} -> ${state}`);
    this.state = state;
    this.listener.onState?.(state);
  }
}

/**
 * A websocket isn't told why it was refused: ask whether this is still a signed-in page.
 *
 * @returns {Promise<"answers" | "refuses" | "away">}
 */
async function askServer() {
  try {
    await send({ method: "GET", path: "/api/me" });
    return "answers";
  } catch (error) {
    return error instanceof ApiError ? "refuses" : "away";
  }
}

/**
 * @param {number} milliseconds
 * @param {AbortSignal} [signal] ends it at once
 * @returns {Promise<void>}
 */
function pause(milliseconds, signal) {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", done);
      resolve();
    };
    const timer = setTimeout(done, milliseconds);
    signal?.addEventListener("abort", done);
  });
}
