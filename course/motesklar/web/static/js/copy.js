// @ts-check
/** Copies text, and tells whether it worked. */

import { announce } from "../widgets/lib/dom.js";
import { t } from "../widgets/lib/i18n.js";

/**
 * @param {string} text
 * @param {HTMLElement} place where it is told
 */
export async function copy(text, place) {
  const words = await tryToCopy(text);
  place.textContent = words;
  announce(words);
}

/** @param {string} text */
async function tryToCopy(text) {
  try {
    await navigator.clipboard.writeText(text);
    return t("It is copied. Paste it where you want it.");
  } catch (error) {
    // there is no clipboard on pages without https, and browsers may refuse
    console.info("the browser does not copy by itself", error);
    return t("The web browser does not let us copy. Mark the text and copy it yourself.");
  }
}
