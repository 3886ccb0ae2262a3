// @ts-check
/** Puts the words of findings into a page that the server has written with their names alone. */

import { findingOf } from "../widgets/lib/equipment/findings.js";

/** @typedef {import("../widgets/lib/types.js").Check} Check */

/**
 * Every element with `data-check` and `data-finding` gets its sentence and its next action, where it
 * has a place for them.
 *
 * @param {ParentNode} root
 */
export function fillFindings(root) {
  for (const place of root.querySelectorAll("[data-check][data-finding]")) {
    const { check, finding } = /** @type {HTMLElement} */ (place).dataset;
    const { verdict, sentence, next } = findingOf(/** @type {Check} */ (check), finding ?? "");
    fill(place.querySelector("[data-sentence]"), sentence);
    // to go on to the next step is nothing that a helper has to hear
    fill(place.querySelector("[data-next]"), verdict === "pass" ? "" : next);
  }
}

/**
 * @param {Element | null} place
 * @param {string} words
 */
function fill(place, words) {
  if (!place) return;
  place.textContent = words;
  /** @type {HTMLElement} */ (place).hidden = words === "";
}
