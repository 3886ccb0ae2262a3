// @ts-check
/** What the measured network means. Pure: no network, no clock. */

import { meanOpinionScore } from "./mos.js";
import {
  JITTER_STEPS_MS,
  LOSS_STEPS,
  MOS_STEPS,
  PICTURE_KBPS,
  PICTURE_LOSS,
  PROCESSOR_SHARE,
  ROUND_TRIP_STEPS_MS,
  SOUND_KBPS,
} from "./thresholds.js";

/**
 * @typedef {object} Direction
 * @property {number} sound_kbps that got through
 * @property {number} picture_kbps
 * @property {number} sound_loss share of packets, 0 to 1
 * @property {number} picture_loss
 * @property {number} jitter_ms of the sound
 */

/**
 * @typedef {object} Line what was measured of sound and picture there and back
 * @property {Direction} up
 * @property {Direction} down
 * @property {number | null} round_trip_ms
 * @property {number} processor_share of the time in which the processor held the picture back
 * @property {boolean} sounds the page could make a sound to send; without it only its way is judged
 * @property {boolean} seen the page was in front all the time; browsers slow pictures down behind
 */

/** @typedef {"udp" | "tcp" | "tls"} Transport */

/**
 * @typedef {object} Way one that sound and picture may take
 * @property {boolean} works
 * @property {boolean} reached something at its other end has answered, be it with a refusal
 */

/** @typedef {Way & { transport: Transport }} Relay */

/**
 * @typedef {object} Outcome
 * @property {string} trouble a finding that ended the test; empty where it came to its end
 * @property {Way} direct straight to the course by UDP
 * @property {Relay[]} relays those that are set up
 * @property {Line | null} line on the best way; null where there is none
 */

/** @typedef {0 | 1 | 2 | 3} Level nothing, warning, danger, critical */

/**
 * @param {number} value
 * @param {readonly [number, number, number]} steps
 * @returns {Level}
 */
export function levelOf(value, steps) {
  return /** @type {Level} */ (steps.filter((step) => value >= step).length);
}

/**
 * What the sound of this line is worth.
 *
 * @param {Line} line
 */
export function scoreOf({ up, down, round_trip_ms }) {
  const jitter = Math.max(up.jitter_ms, down.jitter_ms);
  return meanOpinionScore(round_trip_ms ?? 0, jitter, Math.max(up.sound_loss, down.sound_loss));
}

/**
 * The finding's name in `findings.js`.
 *
 * @param {Outcome} outcome
 */
export function networkFinding({ trouble, direct, relays, line }) {
  if (trouble) return trouble;
  const round = relays.some(({ works }) => works);
  if (!direct.works && !round) return blockedBy(relays);
  const found = line ? lineFinding(line) : "test-broken";
  if (found !== "works") return found;
  if (!direct.works) return "udp-blocked-turn-works";
  return relays.length > 0 && !round ? "turn-broken" : "works";
}

/**
 * No way is open. A firewall lets TLS through; what stops even that looks into it, as proxies and
 * some VPNs do.
 *
 * @param {Relay[]} relays
 */
function blockedBy(relays) {
  const tls = relays.filter(({ transport }) => transport === "tls");
  const stopped = tls.length > 0 && relays.every(({ reached }) => !reached);
  return stopped ? "vpn-or-proxy" : "udp-blocked";
}

/**
 * @param {Line} line
 * @returns {string}
 */
function lineFinding(line) {
  const { up, down, round_trip_ms, processor_share, seen, sounds } = line;
  const ways = [up, down];
  if (ways.some(({ sound_kbps, picture_kbps }) => sound_kbps + picture_kbps === 0)) return "no-media";
  const worst = Math.max(
    levelOf(Math.max(up.sound_loss, down.sound_loss), LOSS_STEPS),
    levelOf(round_trip_ms ?? 0, ROUND_TRIP_STEPS_MS),
  );
  const score = scoreOf(line);
  const sound = Math.min(...ways.map(({ sound_kbps }) => sound_kbps));
  const muffled = sounds && sound < SOUND_KBPS;
  if (worst === 3 || score < MOS_STEPS[0] || muffled) return "very-poor";
  if (seen && processor_share >= PROCESSOR_SHARE) return "cpu-limited";
  const picture = Math.min(...ways.map(({ picture_kbps }) => picture_kbps));
  const torn = Math.max(...ways.map(({ picture_loss }) => picture_loss));
  if (seen && (picture < PICTURE_KBPS || torn >= PICTURE_LOSS)) return "audio-only";
  // uneven arrival alone is smoothed by the browser's buffer: at its worst it is no more than poor
  const jitter = levelOf(Math.max(up.jitter_ms, down.jitter_ms), JITTER_STEPS_MS);
  const unsteady = worst === 2 || jitter === 3 || levelOf(torn, LOSS_STEPS) >= 2;
  return unsteady || score < MOS_STEPS[1] ? "poor" : "works";
}
