// @ts-check
/** How ready a group is, in words: what its leader's pages have in common. */

import { findingOf } from "../widgets/lib/equipment/findings.js";
import { t } from "../widgets/lib/i18n.js";

/** @typedef {import("../widgets/lib/types.js").Check} Check */

/**
 * What `equipment/messages.py` sends.
 *
 * @typedef {"ready" | "failed" | "started" | "untested"} Readiness
 * @typedef {{ verdict: "pass" | "warn" | "fail" | "skipped", finding: string }} Seen
 * @typedef {object} Member
 * @property {string} id
 * @property {string} name
 * @property {string} department
 * @property {string} table
 * @property {Readiness} readiness
 * @property {Partial<Record<Check, Seen>>} verdicts
 * @typedef {{ check: Check, finding: string, verdict: "warn" | "fail", people: string[] }} Trouble
 * @typedef {{ name: string, people: number, ready: number }} Table
 * @typedef {object} Group
 * @property {boolean} ended
 * @property {Record<Readiness, number>} counts
 * @property {Member[]} people by name
 * @property {Trouble[]} troubles the worst and most common first
 * @property {Table[]} tables in the order in which they take turns
 * @property {string | null} turn
 */

/** @type {readonly Readiness[]} */
export const READINESSES = ["ready", "failed", "started", "untested"];

/** @type {Record<Readiness, string>} */
export const BADGES = { ready: "badge--ok", failed: "badge--fail", started: "badge--info", untested: "" };

/** @param {Readiness} readiness */
export function readinessText(readiness) {
  switch (readiness) {
    case "ready":
      return t("Ready");
    case "failed":
      return t("Something does not work");
    case "started":
      return t("Not finished");
    default:
      return t("Not tested");
  }
}

/** @param {string} name of a table; empty for everybody who has said none */
export function tableText(name) {
  if (name === "") return t("Those without a table");
  // a table that has words is called by them
  return /^\d/.test(name) ? t("Table %(table)s", { table: name }) : name;
}

/** @param {number} count */
export function peopleText(count) {
  return count === 1 ? t("1 person") : t("%(count)s people", { count });
}

/**
 * What doesn't work or should be mended, a sentence for each.
 *
 * @param {Member} member
 */
export function troublesOf({ verdicts }) {
  return Object.entries(verdicts)
    .filter(([, { verdict }]) => verdict === "fail" || verdict === "warn")
    .map(([check, { finding }]) => findingOf(/** @type {Check} */ (check), finding).sentence);
}
