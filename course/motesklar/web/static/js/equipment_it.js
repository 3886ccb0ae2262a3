// @ts-check
/** The IT department's page: causes in words, and texts to copy. */

import { copy } from "./copy.js";
import { fillFindings } from "./finding_words.js";

fillFindings(document);

const told = /** @type {HTMLElement} */ (document.querySelector("[data-copied]"));

for (const button of document.querySelectorAll("[data-copy]")) {
  const id = /** @type {HTMLElement} */ (button).dataset.copy ?? "";
  button.addEventListener("click", () => copy(document.getElementById(id)?.textContent ?? "", told));
}
