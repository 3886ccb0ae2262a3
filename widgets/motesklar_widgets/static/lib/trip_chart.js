// @ts-check
/** How the kronor of a year add up, month by month: bars for the eye, a table for whoever wants it. */

import { h } from "./dom.js";
import { formatNumber, t } from "./i18n.js";

const MONTHS = 12;

/**
 * @param {number} kronor of a whole year
 * @returns {HTMLElement}
 */
export function tripChart(kronor) {
  const sums = Array.from({ length: MONTHS }, (_, month) => (kronor * (month + 1)) / MONTHS);
  return h(
    "figure",
    { class: "trip-chart stack stack--tight" },
    h("figcaption", null, t("This is how the kronor add up, month by month")),
    h(
      "div",
      { class: "trip-chart__bars", "aria-hidden": "true" },
      sums.map((_, month) =>
        h(
          "span",
          { class: "trip-chart__month" },
          h("span", { class: "trip-chart__bar", style: `height:${(100 * (month + 1)) / MONTHS}%` }),
          String(month + 1),
        ),
      ),
    ),
    h(
      "details",
      null,
      h("summary", null, t("See the same as a table")),
      h(
        "table",
        { class: "table" },
        h("thead", null, h("tr", null, h("th", { scope: "col" }, t("Month")), h("th", { scope: "col" }, t("Kronor so far")))),
        h(
          "tbody",
          null,
          sums.map((sum, month) =>
            h("tr", null, h("th", { scope: "row" }, String(month + 1)), h("td", null, formatNumber(sum))),
          ),
        ),
      ),
    ),
  );
}
