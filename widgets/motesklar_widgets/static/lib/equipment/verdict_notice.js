// @ts-check
/** A verdict as it is shown: its sentence and the next action, from the table of findings. */

import { notice } from "../widget.js";
import { findingOf, storedFinding } from "./findings.js";

/** @typedef {import("../types.js").Verdict} Verdict */
/** @typedef {import("../types.js").StoredVerdict} StoredVerdict */
/** @typedef {import("../types.js").Check} Check */

/** @type {Record<Verdict["verdict"], import("../widget.js").NoticeKind>} */
const KINDS = { pass: "ok", warn: "warn", fail: "fail", skipped: "info" };

/**
 * @param {Check} check
 * @param {StoredVerdict} verdict
 * @param {{ end?: boolean }} [options] at the end what works has nothing that comes next
 */
export function verdictNotice(check, verdict, { end = false } = {}) {
  const { sentence, next } = findingOf(check, storedFinding(verdict));
  const isDone = verdict.verdict === "pass" || verdict.verdict === "skipped";
  return notice(KINDS[verdict.verdict], sentence, end && isDone ? "" : next);
}
