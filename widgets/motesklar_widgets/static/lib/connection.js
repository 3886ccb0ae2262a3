// @ts-check
/** Whether our server can be reached, and the wait between two tries. */

const FIRST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 15_000;

/** @typedef {"ok" | "waiting"} ConnectionState ok: the last request was answered */

class Connection {
  constructor() {
    /** @type {ConnectionState} */
    this.state = "ok";
  }

  /**
   * Tells the page at each change, by the event `motesklar:connection` `{state}`.
   *
   * @param {ConnectionState} state
   */
  setState(state) {
    if (state === this.state) return;
    console.info(`connection: ${this.state} -> ${state}`);
    this.state = state;
    document.dispatchEvent(new CustomEvent("motesklar:connection", { detail: { state } }));
  }
}

export const connection = new Connection();

/**
 * Wait before try number `tries` + 1: longer each time, and over at once when the browser says
 * that the network is back.
 *
 * @param {number} tries made so far, from 1
 * @returns {Promise<void>}
 */
export function waitToRetry(tries) {
  const longest = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** (tries - 1));
  // spread, so that a hall of people doesn't come back in the same second
  const delay = longest * (0.5 + Math.random() / 2);
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      removeEventListener("online", done);
      resolve();
    };
    const timer = setTimeout(done, delay);
    addEventListener("online", done);
  });
}
