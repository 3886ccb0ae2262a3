// @ts-check
/** Keeps the capacity panel new: fetches the page again and takes its figures. */

const EVERY_MS = 3_000;

class Panel {
  /** @param {HTMLElement} figures @param {HTMLButtonElement} button */
  constructor(figures, button) {
    this.figures = figures;
    this.button = button;
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.timer = undefined;
    this.paused = false;
  }

  start() {
    this.button.hidden = false;
    this.button.addEventListener("click", () => this.setPaused(!this.paused));
    document.addEventListener("visibilitychange", () => this.schedule());
    this.schedule();
  }

  /** @param {boolean} paused */
  setPaused(paused) {
    this.paused = paused;
    this.button.textContent = this.button.dataset[paused ? "goOn" : "pause"] ?? "";
    if (paused) clearTimeout(this.timer);
    else this.renew();
  }

  schedule() {
    clearTimeout(this.timer);
    if (!this.paused && !document.hidden) this.timer = setTimeout(() => this.renew(), EVERY_MS);
  }

  async renew() {
    try {
      const response = await fetch(location.href, { headers: { Accept: "text/html" } });
      const page = new DOMParser().parseFromString(await response.text(), "text/html");
      const fresh = page.querySelector("[data-figures]");
      // signed out meanwhile, or an error page: the old figures stay, with their time beside them
      if (response.ok && fresh && !this.paused) this.figures.replaceChildren(...fresh.childNodes);
    } catch (error) {
      console.info("the figures come again", error);
    }
    this.schedule();
  }
}

const figures = /** @type {HTMLElement} */ (document.querySelector("[data-figures]"));
const button = /** @type {HTMLButtonElement} */ (document.querySelector("[data-pause]"));
new Panel(figures, button).start();
