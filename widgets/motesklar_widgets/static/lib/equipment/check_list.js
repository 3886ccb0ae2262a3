// @ts-check
/** The list of checks beside the flow: how each went, and the way to any of them. */

import { h, icon, replace } from "../dom.js";
import { t } from "../i18n.js";

/** @typedef {import("../types.js").Check} Check */
/** @typedef {import("./frame.js").CheckParts} CheckParts */
/** @typedef {import("./readiness.js").Result} Result */

/** @type {Record<string, string>} */
const ICONS = {
  pass: "circle-check",
  warn: "triangle-alert",
  fail: "circle-x",
  skipped: "x",
  now: "play",
  none: "circle",
};

export class CheckList {
  /**
   * @param {CheckParts[]} checks
   * @param {(check: Check) => void} onOpen
   */
  constructor(checks, onOpen) {
    /** @type {Map<Check, { button: HTMLButtonElement, title: string }>} */
    this.rows = new Map();
    const items = checks.map(({ check, title }) => {
      const button = h("button", {
        type: "button",
        class: "equipment__check",
        onclick: () => onOpen(check),
      });
      this.rows.set(check, { button, title });
      return h("li", null, button);
    });
    this.el = h(
      "nav",
      { class: "equipment__list", "aria-label": t("The parts of the test") },
      h("ol", { class: "plain-list" }, items),
    );
  }

  /**
   * @param {Result[]} results
   * @param {string} shown the check that is open, if one is
   */
  show(results, shown) {
    for (const { check, verdict } of results) {
      const row = this.rows.get(check);
      if (!row) continue;
      const state = verdict?.verdict ?? (check === shown ? "now" : "none");
      row.button.dataset.state = state;
      if (check === shown) row.button.setAttribute("aria-current", "step");
      else row.button.removeAttribute("aria-current");
      replace(
        row.button,
        icon(ICONS[state]),
        h(
          "span",
          null,
          h("span", { class: "equipment__title" }, row.title),
          " ",
          h("span", { class: "equipment__state" }, stateWords(state)),
        ),
      );
    }
  }
}

/** @param {string} state */
function stateWords(state) {
  switch (state) {
    case "pass":
      return t("Works");
    case "warn":
      return t("Could be better");
    case "fail":
      return t("Does not work");
    case "skipped":
      return t("Left out");
    case "now":
      return t("Now");
    default:
      return t("Not tested");
  }
}
