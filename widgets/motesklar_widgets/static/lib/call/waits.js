// @ts-check
/** How long to wait before each try to come back, as calls in daily use have found it. */

const WAITS_MS = [0, 300, 1_200, 2_700, 4_800, 7_000, 7_000, 7_000, 7_000, 7_000];
const JITTER_MS = 1_000;
/** Only a connection that has held this long starts the waits anew: a flapping one must not. */
const STABLE_MS = 10_000;

export class Waits {
  constructor() {
    this.tries = 0;
  }

  /**
   * The wait before the next try, or null when it is time to give up.
   *
   * @param {number} heldMs how long the connection that was lost had held
   * @param {boolean} together whether everybody was sent away at once, and must not return so
   * @returns {number | null} in ms
   */
  next(heldMs, together) {
    if (heldMs > STABLE_MS) this.tries = 0;
    if (this.tries === WAITS_MS.length) return null;
    const wait = WAITS_MS[this.tries];
    this.tries += 1;
    // spread, so that a hall of people doesn't come back in the same moment
    return wait || together ? wait + Math.random() * JITTER_MS : 0;
  }
}

/**
 * Over after `ms`, at once when the network is back or one of the signals is aborted.
 *
 * @param {number} ms
 * @param {AbortSignal} signal
 * @returns {Promise<void>}
 */
export function waitOrReturn(ms, signal) {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      removeEventListener("online", done);
      signal.removeEventListener("abort", done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    // timers of a hidden page are slow: the network's own return is not
    addEventListener("online", done);
    signal.addEventListener("abort", done);
    if (signal.aborted) done();
  });
}
