// @ts-check
/** Shows captions on a page that has a place for them, `[data-captions-of]`. */

import { followCaptions } from "./captions.js";

for (const place of document.querySelectorAll("[data-captions-of]")) {
  followCaptions(/** @type {HTMLElement} */ (place));
}
