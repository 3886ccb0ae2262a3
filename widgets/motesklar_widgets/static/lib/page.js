// @ts-check
/**
 * What the page says about itself, read once.
 *
 * Outside our own pages (JupyterLab) nothing of it is there: `live` is false, and widgets show a
 * preview and save nothing.
 */

const root = document.documentElement;

/**
 * @typedef {object} Page
 * @property {string} module such as `02-test-your-equipment`, empty outside a module
 * @property {string} language such as `sv`
 * @property {string} base the base URL without a slash at its end: empty when it is `/`
 * @property {boolean} live whether answers and facts are saved
 * @property {ReadonlyMap<string, string>} exercises version of each exercise of the module
 * @property {boolean} final whether answers are told only after the hand-in
 */

const listed = document.querySelector("main")?.dataset.exercises?.trim();

/** @type {Readonly<Page>} */
export const page = Object.freeze({
  module: document.querySelector("main")?.dataset.module ?? "",
  language: root.dataset.language ?? (root.lang || "en"),
  base: (root.dataset.base ?? "").replace(/\/+$/, ""),
  exercises: new Map(
    listed?.split(" ").map((one) => /** @type {[string, string]} */ (one.split(":"))),
  ),
  final: document.querySelector("main")?.dataset.final !== undefined,
  live: root.dataset.live !== undefined && root.dataset.live !== "false",
});

/**
 * An address of ours under the base URL.
 *
 * @param {string} path starts with a slash
 */
export function url(path) {
  return page.base + path;
}

/**
 * The same for a websocket.
 *
 * @param {string} path starts with a slash
 */
export function socketAddress(path) {
  const address = new URL(url(path), location.href);
  address.protocol = address.protocol === "https:" ? "wss:" : "ws:";
  return address.href;
}
