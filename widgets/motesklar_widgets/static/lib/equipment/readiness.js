// @ts-check
/** Whether somebody is ready for a meeting, and what is to be mended first. Pure. */

/** @typedef {import("../types.js").Verdict} Verdict */
/** @typedef {import("../types.js").Check} Check */

/**
 * @typedef {object} Result
 * @property {Check} check
 * @property {string} title
 * @property {Verdict | null} verdict null: not done
 * @property {number | null} days since it passed, where it was not asked again
 */

/** What is worst comes first, and what is equal in the order in which it was done. */
const WORST_FIRST = ["fail", "warn", "pass", "skipped"];

/**
 * Whether nothing is left to do in a check.
 *
 * @param {Pick<Verdict, "verdict">} verdict
 */
export function isDone({ verdict }) {
  return verdict === "pass" || verdict === "skipped";
}

/**
 * @param {Result[]} results
 * @returns {"ready" | "nearly" | "mend" | "unknown"} "unknown" where nothing was tested
 */
export function readinessOf(results) {
  const verdicts = results.map(({ verdict }) => verdict?.verdict);
  if (verdicts.includes("fail")) return "mend";
  if (verdicts.includes("warn") || verdicts.includes(undefined)) return "nearly";
  // a browser and a network that work say nothing of what the person hears and says
  const own = results.filter(({ check }) => check !== "browser" && check !== "network");
  return own.some(({ verdict }) => verdict?.verdict === "pass") ? "ready" : "unknown";
}

/**
 * @param {Result[]} results
 * @returns {Result[]}
 */
export function inOrder(results) {
  const rank = (/** @type {Result} */ { verdict }) =>
    verdict ? WORST_FIRST.indexOf(verdict.verdict) : WORST_FIRST.indexOf("skipped");
  return [...results].sort((a, b) => rank(a) - rank(b));
}
