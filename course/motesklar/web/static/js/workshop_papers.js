// @ts-check
/** The pages before and after a workshop: texts to copy, findings in words. */

import { copy } from "./copy.js";
import { fillFindings } from "./finding_words.js";

fillFindings(document);

const told = /** @type {HTMLElement} */ (document.querySelector("[data-copied]"));

for (const button of document.querySelectorAll("[data-copy]")) {
  const id = /** @type {HTMLElement} */ (button).dataset.copy ?? "";
  const text = /** @type {HTMLTextAreaElement} */ (document.getElementById(id));
  button.addEventListener("click", () => copy(text.value, told));
}
