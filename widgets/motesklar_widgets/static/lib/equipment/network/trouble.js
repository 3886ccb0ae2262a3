// @ts-check
/** Why the check could not go on: a finding of its own, never a bad line. */

export class Trouble extends Error {
  /** @param {string} finding of `findings.js` */
  constructor(finding) {
    super(finding);
    this.name = "Trouble";
    this.finding = finding;
  }
}

/**
 * What `promise` gives, if it comes in time and nobody stops the check.
 *
 * @template T
 * @param {Promise<T>} promise
 * @param {number} seconds
 * @param {AbortSignal} signal
 * @returns {Promise<T>}
 * @throws {DOMException} TimeoutError or AbortError, or what `promise` throws
 */
export function inTime(promise, seconds, signal) {
  return new Promise((resolve, reject) => {
    const stop = () => reject(new DOMException("stopped", "AbortError"));
    const late = () => reject(new DOMException(`not within ${seconds} s`, "TimeoutError"));
    const timer = setTimeout(late, seconds * 1000);
    signal.addEventListener("abort", stop, { once: true });
    if (signal.aborted) stop();
    promise.then(resolve, reject).finally(() => {
      clearTimeout(timer);
      signal.removeEventListener("abort", stop);
    });
  });
}

/**
 * @param {number} seconds
 * @param {AbortSignal} signal
 * @returns {Promise<void>}
 * @throws {DOMException} AbortError
 */
export function pause(seconds, signal) {
  return inTime(new Promise((resolve) => setTimeout(resolve, seconds * 1000)), seconds + 1, signal);
}
