// @ts-check
/**
 * The one table of verdicts and sentences: whoever shows what a check found asks here.
 *
 * A finding is a name that is stored and sent (`microphone`, `silent`); its verdict and its words
 * are looked up when they are shown, so that they can be mended without touching what is stored.
 */

import { BROWSER } from "./findings_browser.js";
import { CAMERA } from "./findings_camera.js";
import { MICROPHONE } from "./findings_microphone.js";
import { NETWORK } from "./findings_network.js";
import { SPEAKER } from "./findings_speaker.js";

/** @typedef {import("./finding.js").Finding} Finding */
/** @typedef {import("./finding.js").Entry} Entry */
/** @typedef {import("../types.js").Check} Check */

/** In the order in which they are done: each needs what comes before it. */
export const CHECKS = /** @type {const} */ ([
  "browser",
  "speaker",
  "microphone",
  "camera",
  "network",
]);

/** @type {Record<Check, Record<string, Entry>>} */
const FINDINGS = {
  browser: BROWSER,
  speaker: SPEAKER,
  microphone: MICROPHONE,
  camera: CAMERA,
  network: NETWORK,
};

/** What was stored before findings had names: only the verdict is known. */
const BEFORE_NAMES = new Map([
  ["pass", "works"],
  ["skipped", "not-here"],
]);

/**
 * The verdict and the words of a finding; one that is unknown is the check's "failed".
 *
 * @param {Check} check
 * @param {string} finding
 * @returns {Finding}
 */
export function findingOf(check, finding) {
  const table = FINDINGS[check];
  const name = BEFORE_NAMES.get(finding) ?? finding;
  return (Object.hasOwn(table, name) ? table[name] : table.failed)();
}

/**
 * Every finding of a check, its own order: what works first, then what can be wrong.
 *
 * @param {Check} check
 * @returns {string[]}
 */
export function findingNames(check) {
  return Object.keys(FINDINGS[check]);
}

/**
 * The finding's name of what is stored, also by older versions of the course.
 *
 * @param {import("../types.js").StoredVerdict} stored
 */
export function storedFinding({ verdict, finding, figures }) {
  return String(finding ?? figures?.reason ?? verdict);
}
