// @ts-check
/** The board's websocket: comes back by itself, and always says how it stands. */

import { waitToRetry } from "../widgets/lib/connection.js";
import { ApiError, send } from "../widgets/lib/http.js";

/** The server sends a board every ten seconds; after so long without one, nobody is there. */
const SILENCE_MS = 25_000;
/** Close code of the server: don't come back. */
const OVER = 4000;

/**
 * @typedef {"connecting" | "live" | "waiting" | "over"} BoardState
 *   connecting: not yet there; live: the board is as things are; waiting: lost, and coming back;
 *   over: the server has said that there is nothing more
 */

/**
 * @typedef {object} Participant
 * @property {string} id
 * @property {string} name
 * @property {string} department
 * @property {"not_started" | "working" | "done_steps" | "done"} progress
 * @property {number | null} step from 1
 * @property {number} steps_done
 * @property {string | null} at
 * @property {string | null} hand_raised_at
 * @property {number | null} place place in the queue of raised hands, from 1
 */

/**
 * What `workshops/messages.py` sends.
 *
 * @typedef {object} Board
 * @property {boolean} ended
 * @property {string[]} steps
 * @property {{ people: number, not_started: number, working: number[], done: number, hands: number }} counts
 * @property {Participant[]} participants
 */

export class BoardConnection {
  /**
   * @param {string} address of the websocket
   * @param {{ onBoard: (board: Board) => void, onState: (state: BoardState) => void }} listener
   */
  constructor(address, listener) {
    this.address = address;
    this.listener = listener;
    /** @type {BoardState} */
    this.state = "connecting";
  }

  /** Follow the board until it is over. */
  async run() {
    for (let tries = 1; ; tries += 1) {
      const { over, lived } = await this.follow();
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
   * @returns {Promise<{over: boolean, lived: boolean}>} whether to come back, and whether a board came
   */
  follow() {
    return new Promise((resolve) => {
      const socket = new WebSocket(this.address);
      let lived = false;
      const leave = (/** @type {boolean} */ over) => {
        clearTimeout(watchdog);
        removeEventListener("offline", lose);
        socket.close();
        resolve({ over, lived });
      };
      // a line that is cut says nothing, so it is not waited for
      const lose = () => leave(false);
      let watchdog = setTimeout(lose, SILENCE_MS);
      addEventListener("offline", lose);
      socket.addEventListener("close", (event) => leave(event.code === OVER));
      socket.addEventListener("message", (event) => {
        clearTimeout(watchdog);
        watchdog = setTimeout(lose, SILENCE_MS);
        lived = true;
        this.setState("live");
        this.listener.onBoard(JSON.parse(event.data));
      });
    });
  }

  /** @param {BoardState} state */
  setState(state) {
    if (state === this.state) return;
    console.info(`board: ${this.state} -> ${state}`);
    this.state = state;
    this.listener.onState(state);
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
