// @ts-check
/** Keeps the screen lit during a call: a phone that goes dark drops it. */

export class WakeLock {
  constructor() {
    this.leaving = new AbortController();
    /** @type {WakeLockSentinel | null} */
    this.lock = null;
    // the browser lets go of it whenever the page is hidden
    document.addEventListener("visibilitychange", () => this.take(), {
      signal: this.leaving.signal,
    });
    this.take();
  }

  async take() {
    if (document.hidden || !("wakeLock" in navigator)) return;
    try {
      const lock = await navigator.wakeLock.request("screen");
      if (this.leaving.signal.aborted) await lock.release();
      else this.lock = lock;
    } catch (error) {
      // a device that saves its battery says no, and the call goes on
      console.info("the screen may go dark", error);
    }
  }

  /** Safe to call twice. */
  remove() {
    this.leaving.abort();
    this.lock?.release();
    this.lock = null;
  }
}
