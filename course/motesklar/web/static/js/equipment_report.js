// @ts-check
/** A report in words, and its figures, for whoever helps. */

import { h, replace } from "../widgets/lib/dom.js";
import { figureRows } from "../widgets/lib/equipment/figures.js";
import { fillFindings } from "./finding_words.js";
import "./print_button.js";

fillFindings(document);

for (const place of document.querySelectorAll("[data-figures]")) {
  const rows = figureRows(JSON.parse(/** @type {HTMLElement} */ (place).dataset.figures ?? "{}"));
  const list = /** @type {HTMLElement} */ (place.querySelector("[data-list]"));
  list.hidden = rows.length === 0;
  replace(list, rows.flatMap(([name, value]) => [h("dt", null, name), h("dd", null, value)]));
}
