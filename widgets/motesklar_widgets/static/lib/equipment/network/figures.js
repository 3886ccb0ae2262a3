// @ts-check
/** The numbers of the network that are kept with a verdict: none of them tells who or where. Pure. */

import { scoreOf } from "../network_rule.js";
import { kindOf } from "./stages.js";

/** @typedef {import("../network_rule.js").Line} Line */
/** @typedef {import("../../types.js").Verdict["figures"]} Figures */
/** @typedef {import("./stages.js").StageState} StageState */

/** @typedef {Map<string, { state: StageState, ms?: number }>} Stages by name, those that were tried */

/**
 * @param {Stages} stages
 * @returns {Figures}
 */
export function stageFigures(stages) {
  /** @type {Figures} */
  const figures = {};
  const tried = new Set();
  const working = new Set();
  for (const [name, { state, ms }] of stages) {
    if (ms !== undefined) figures[`${name.replaceAll("-", "_")}_ms`] = Math.round(ms);
    const kind = kindOf(name);
    if (state === "failed") tried.add(kind);
    if (state === "works") working.add(kind);
  }
  const broken = [...tried].filter((kind) => !working.has(kind));
  // one word: the server stores no sentences, which could hold anything
  if (broken.length > 0) figures.broken_stages = broken.join("+");
  return figures;
}

/**
 * @param {Line} line
 * @returns {Figures}
 */
export function lineFigures(line) {
  const { up, down, round_trip_ms, processor_share } = line;
  /** @type {Figures} */
  const figures = {
    up_kbps: Math.round(up.sound_kbps + up.picture_kbps),
    down_kbps: Math.round(down.sound_kbps + down.picture_kbps),
    up_loss_percent: tenths(up.sound_loss * 100),
    down_loss_percent: tenths(down.sound_loss * 100),
    up_picture_loss_percent: tenths(up.picture_loss * 100),
    down_picture_loss_percent: tenths(down.picture_loss * 100),
    up_jitter_ms: tenths(up.jitter_ms),
    down_jitter_ms: tenths(down.jitter_ms),
    voice_score: tenths(scoreOf(line)),
    processor_limited_percent: Math.round(processor_share * 100),
  };
  if (round_trip_ms !== null) figures.round_trip_ms = Math.round(round_trip_ms);
  return figures;
}

/** @param {number} value */
function tenths(value) {
  return Math.round(value * 10) / 10;
}
