// @ts-check
/** How the network is, in words. Pure. */

import { t } from "../i18n.js";

/** @typedef {import("./messages.js").Quality} Quality */

/** Shares that are lost and times in ms from which others have found that people notice. */
const LOSS = { unstable: 0.05, bad: 0.2 };
const RTT_MS = { unstable: 500, bad: 2_000 };
const JITTER_MS = { unstable: 30, bad: 100 };

/** One bad measurement is chance; two are told. */
const AGREEING = 2;

/** @typedef {"good" | "unstable" | "bad"} Verdict */

/**
 * @param {Quality} quality
 * @returns {{ verdict: Verdict, words: string }}
 */
export function judge(quality) {
  const { up_loss, down_loss, rtt_ms, jitter_ms } = quality;
  /** @type {{ verdict: Verdict, words: string }[]} */
  const findings = [
    { verdict: grade(up_loss, LOSS), words: t("the others may hear you in pieces") },
    { verdict: grade(down_loss, LOSS), words: t("you may hear the others in pieces") },
    { verdict: grade(rtt_ms ?? 0, RTT_MS), words: t("answers come late") },
    { verdict: grade(jitter_ms, JITTER_MS), words: t("the sound may crackle") },
  ];
  const worst =
    findings.find(({ verdict }) => verdict === "bad") ??
    findings.find(({ verdict }) => verdict === "unstable");
  if (!worst) return { verdict: "good", words: t("Good") };
  const { verdict, words: what } = worst;
  return {
    verdict,
    words: verdict === "bad" ? t("Bad: %(what)s", { what }) : t("Unstable: %(what)s", { what }),
  };
}

/** Changes its mind only when two measurements in a row agree. */
export class SteadyVerdict {
  constructor() {
    /** @type {Verdict} */
    this.verdict = "good";
    /** @type {Verdict} */
    this.last = "good";
    this.same = AGREEING;
  }

  /**
   * @param {Verdict} verdict
   * @returns {boolean} whether the verdict has changed
   */
  add(verdict) {
    this.same = verdict === this.last ? this.same + 1 : 1;
    this.last = verdict;
    if (this.same < AGREEING || verdict === this.verdict) return false;
    this.verdict = verdict;
    return true;
  }
}

/**
 * @param {number} value
 * @param {{ unstable: number, bad: number }} bounds
 * @returns {Verdict}
 */
function grade(value, bounds) {
  if (value >= bounds.bad) return "bad";
  return value >= bounds.unstable ? "unstable" : "good";
}
