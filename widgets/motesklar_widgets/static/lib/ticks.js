// @ts-check

/** A computer that slept, or a tab in the background, must not count as seconds of evidence. */
const LONGEST_TICK_SECONDS = 0.5;

/**
 * The seconds since the last tick, again and again until `signal` ends it.
 *
 * @param {number} everyMs
 * @param {AbortSignal} signal
 */
export async function* ticks(everyMs, signal) {
  let last = performance.now();
  while (!signal.aborted) {
    await pause(everyMs, signal);
    const now = performance.now();
    if (!signal.aborted) yield Math.min(LONGEST_TICK_SECONDS, (now - last) / 1000);
    last = now;
  }
}

/**
 * @param {number} milliseconds
 * @param {AbortSignal} signal ends the pause early
 * @returns {Promise<void>}
 */
export function pause(milliseconds, signal) {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      signal.removeEventListener("abort", done);
      resolve();
    };
    const timer = setTimeout(done, milliseconds);
    signal.addEventListener("abort", done);
    if (signal.aborted) done();
  });
}
