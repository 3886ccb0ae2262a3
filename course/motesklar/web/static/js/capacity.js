// @ts-check
/** Keeps the capacity panel new: fetches the page again and takes its figures. */

import { renewNode } from "./renew.js";

const EVERY_MS = 3_000;
/** A network that has gone to sleep says nothing at all. */
const PATIENCE_MS = 10_000;

class Panel {
  /** @param {HTMLButtonElement} button @param {HTMLElement} stale */
  constructor(button, stale) {
    this.button = button;
    this.stale = stale;
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.timer = undefined;
    this.paused = false;
  }

  start() {
    this.button.hidden = false;
    this.button.addEventListener("click", () => this.setPaused(!this.paused));
    document.addEventListener("visibilitychange", () => this.schedule(0));
    this.schedule();
  }

  /** @param {boolean} paused */
  setPaused(paused) {
    this.paused = paused;
    this.button.textContent = this.button.dataset[paused ? "goOn" : "pause"] ?? "";
    this.schedule(0);
  }

  schedule(delay = EVERY_MS) {
    clearTimeout(this.timer);
    if (!this.paused && !document.hidden) this.timer = setTimeout(() => this.renew(), delay);
  }

  async renew() {
    const fresh = await this.fetchFigures();
    if (this.paused) return;
    // signed out meanwhile, or no server: the old figures stay, with their time beside them
    this.stale.hidden = fresh !== null;
    const old = document.querySelector("[data-figures]");
    if (old && fresh) renewNode(old, fresh);
    this.schedule();
  }

  /** @returns {Promise<Element | null>} */
  async fetchFigures() {
    try {
      const signal = AbortSignal.timeout(PATIENCE_MS);
      const response = await fetch(location.href, { headers: { Accept: "text/html" }, signal });
      const page = new DOMParser().parseFromString(await response.text(), "text/html");
      return page.querySelector("[data-figures]");
    } catch (error) {
      console.info("the figures come again", error);
      return null;
    }
  }
}

new Panel(
  /** @type {HTMLButtonElement} */ (document.querySelector("[data-pause]")),
  /** @type {HTMLElement} */ (document.querySelector("[data-stale]")),
).start();
