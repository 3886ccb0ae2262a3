// @ts-check
/** The server's clock, because those of tablets go wrong. */

export class ServerClock {
  constructor() {
    /** how much the server is ahead of this device, in ms */
    this.ahead = 0;
  }

  /** @param {string} now the server's, as a message has it */
  set(now) {
    this.ahead = Date.parse(now) - Date.now();
  }

  /**
   * Seconds from now on; negative for what has passed.
   *
   * @param {string} at
   */
  until(at) {
    return (Date.parse(at) - Date.now() - this.ahead) / 1000;
  }
}

/**
 * Minutes and seconds of a countdown, never below nothing.
 *
 * @param {number} seconds
 */
export function countdown(seconds) {
  const left = Math.max(0, Math.ceil(seconds));
  return `${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")}`;
}
