// @ts-check
/**
 * Whether a microphone hears our test sound. Pure.
 *
 * The tones come one after another, so each must be louder in its own turn than in the others'
 * turns, and than the others in its own: a fan or music is not. A voice may be, for the moment of one
 * look, so there must be more than one. When they arrive is not known, because a wireless headset
 * may be a third of a second late, so every start is tried.
 */

import { DIGITAL_SILENCE_DBFS, LOWEST_FIGURE_DBFS, TONE_RISE_DB } from "./thresholds.js";

const STEP_SECONDS = 0.05;
/** The analyser's window smears a tone over its neighbours' turns: their edges are left out. */
const EDGE_SECONDS = 0.1;
const LOOKS = 2;

/** @typedef {{ seconds: number, levels: number[] }} ToneSample dBFS of each tone at a moment */

/**
 * @param {ToneSample[]} samples in order of time
 * @param {number} toneSeconds how long each tone is
 * @returns {{ heard: boolean, rise: number, level: number }} how far the weakest tone stood out, in
 *   dB, and how loud it was, in dBFS, at the best start
 */
export function heardTones(samples, toneSeconds) {
  const count = samples[0]?.levels.length ?? 0;
  const first = samples[0]?.seconds ?? 0;
  const last = (samples.at(-1)?.seconds ?? 0) - count * toneSeconds;
  let best = { heard: false, rise: -Infinity, level: LOWEST_FIGURE_DBFS };
  for (
    let start = first - toneSeconds / 2;
    start <= last + toneSeconds / 2;
    start += STEP_SECONDS
  ) {
    const found = matchAt(samples, start, toneSeconds, count);
    if (found && found.rise > best.rise) best = { heard: false, ...found };
  }
  return { ...best, heard: best.rise >= TONE_RISE_DB && best.level >= DIGITAL_SILENCE_DBFS };
}

/**
 * @param {ToneSample[]} samples
 * @param {number} start
 * @param {number} toneSeconds
 * @param {number} count
 * @returns {{ rise: number, level: number } | null} null where a turn has too few samples
 */
function matchAt(samples, start, toneSeconds, count) {
  const turns = Array.from({ length: count }, (_, turn) => {
    const from = start + turn * toneSeconds + EDGE_SECONDS;
    const to = start + (turn + 1) * toneSeconds - EDGE_SECONDS;
    return samples.filter(({ seconds }) => seconds >= from && seconds <= to);
  });
  if (turns.length === 0 || turns.some((turn) => turn.length < LOOKS)) return null;
  const own = turns.map((turn, tone) => median(turn, tone));
  const rises = turns.map((_, tone) => {
    const others = turns.filter((_turn, index) => index !== tone).map((turn) => median(turn, tone));
    const beside = turns.flatMap((_turn, other) => (other === tone ? [] : median(turns[tone], other)));
    return own[tone] - Math.max(...others, ...beside);
  });
  return { rise: Math.min(...rises), level: Math.min(...own) };
}

/**
 * @param {ToneSample[]} turn
 * @param {number} tone
 */
function median(turn, tone) {
  const levels = turn
    .map((sample) => Math.max(LOWEST_FIGURE_DBFS, sample.levels[tone]))
    .sort((a, b) => a - b);
  return levels[Math.floor(levels.length / 2)];
}
