// @ts-check
/** A websocket that only tells: comes back by itself, and always says how it stands. */

import { waitToRetry } from "./connection.js";
import { ApiError, send } from "./http.js";
import { url } from "./page.js";

/** The server tells something every ten seconds; after so long without, nobody is there. */
const SILENCE_MS = 25_000;
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
   */
  constructor(path, listener) {
    const address = new URL(url(path), location.href);
    address.protocol = address.protocol.replace("http", "ws");
    this.address = address.href;
    this.listener = listener;
    /** @type {LiveState} */
    this.state = "connecting";
  }

  /**
   * Follow until it is over.
   *
   * @param {AbortSignal} [signal] ends it as well
   */
  async run(signal) {
    for (let tries = 1; !signal?.aborted; tries += 1) {
      const { over, lived } = await this.follow(signal);
      if (over || (!lived && (await isTurnedAway()))) break;
      if (lived) tries = 1;
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
      let watchdog = setTimeout(lose, SILENCE_MS);
      addEventListener("offline", lose);
      signal?.addEventListener("abort", end);
      socket.addEventListener("close", (event) => leave(event.code === OVER));
      socket.addEventListener("message", (event) => {
        clearTimeout(watchdog);
        watchdog = setTimeout(lose, SILENCE_MS);
        lived = true;
        this.setState("live");
        this.listener.onMessage(JSON.parse(event.data));
      });
    });
  }

  /** @param {LiveState} state */
  setState(state) {
    if (state === this.state) return;
    console.info(`live: ${this.state} -> ${state}`);
    this.state = state;
    this.listener.onState?.(state);
  }
}

/** A websocket isn't told why it was refused: ask whether this is still a signed-in page. */
async function isTurnedAway() {
  try {
    await send({ method: "GET", path: "/api/me" });
    return false;
  } catch (error) {
    return error instanceof ApiError;
  }
}
