// @ts-check
/** What the frame of every page does by itself: it tells when the connection is gone and back. */

/** So long it says that all is well again. */
const GOOD_NEWS_MS = 8_000;

/** @typedef {"network" | "server"} Missing what can't be reached, as far as is known */

class ConnectionBanner {
  /** @param {HTMLElement} element */
  constructor(element) {
    this.element = element;
    /** @type {Set<Missing>} */
    this.missing = new Set();
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.timer = undefined;
  }

  start() {
    addEventListener("offline", () => this.lose("network"));
    addEventListener("online", () => this.find("network"));
    document.addEventListener("motesklar:connection", (event) => {
      const { state } = /** @type {CustomEvent<{state: "ok" | "waiting"}>} */ (event).detail;
      if (state === "waiting") this.lose("server");
      // where the server answers there is a network, whatever the browser believes
      else this.find("server", "network");
    });
    if (!navigator.onLine) this.lose("network");
  }

  /** @param {Missing} what */
  lose(what) {
    this.missing.add(what);
    clearTimeout(this.timer);
    this.show("waiting");
  }

  /** @param {...Missing} found */
  find(...found) {
    const wereGone = this.missing.size > 0;
    for (const what of found) this.missing.delete(what);
    if (!wereGone || this.missing.size > 0) return;
    this.show("ok");
    this.timer = setTimeout(() => this.element.replaceChildren(), GOOD_NEWS_MS);
  }

  /** @param {"ok" | "waiting"} state a sentence that stands there already is not said again */
  show(state) {
    if (this.element.dataset.state === state && this.element.textContent) return;
    this.element.dataset.state = state;
    this.element.textContent =
      this.element.dataset[state === "ok" ? "textOk" : "textWaiting"] ?? "";
  }
}

new ConnectionBanner(/** @type {HTMLElement} */ (document.getElementById("connection"))).start();
