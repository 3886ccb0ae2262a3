// @ts-check
/** Every wait for a machine has an end: a driver that never answers must not hold the test. */

import { MediaError } from "../media_error.js";

/** A list of devices, a meter, a permission's state: these take milliseconds where they work. */
export const QUICK_SECONDS = 5;

/**
 * What `promise` gives, if it comes in time. What comes later is handed to `late`, so that a
 * device that opens at last is turned off again.
 *
 * @template T
 * @param {Promise<T>} promise
 * @param {number} seconds
 * @param {(value: T) => void} [late]
 * @param {import("../media_error.js").Reason} [reason]
 * @returns {Promise<T>}
 * @throws {MediaError} for that reason when it does not come in time
 */
export function within(promise, seconds, late = () => undefined, reason = "hung") {
  return new Promise((resolve, reject) => {
    let over = false;
    const timer = setTimeout(() => {
      over = true;
      reject(new MediaError(reason));
    }, seconds * 1000);
    promise.then(
      (value) => {
        clearTimeout(timer);
        if (over) late(value);
        else resolve(value);
      },
      (error) => {
        clearTimeout(timer);
        if (over) console.warn("failed after it was given up", error);
        else reject(error);
      },
    );
  });
}
