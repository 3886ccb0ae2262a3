// @ts-check
/** How good a voice sounds over a line, as people would rate it. Pure. */

/** The rating of a perfect line. */
const BEST_RATING = 94.768;

/**
 * The mean opinion score, 1 (useless) to about 4.4 (very good): Twilio's reading of the E-model
 * (ITU-T G.107), `lib/preflight/mos.ts` of twilio-video.js.
 *
 * @param {number} roundTripMs
 * @param {number} jitterMs
 * @param {number} loss share of packets, 0 to 1
 */
export function meanOpinionScore(roundTripMs, jitterMs, loss) {
  const rating = ratingOf(roundTripMs + 2 * jitterMs + 10, loss * 100);
  return 1 + 0.035 * rating + 0.000007 * rating * (rating - 60) * (100 - rating);
}

/**
 * @param {number} latencyMs
 * @param {number} lostPercent
 */
function ratingOf(latencyMs, lostPercent) {
  let rating = 0;
  if (latencyMs < 160) rating = BEST_RATING - latencyMs / 40;
  else if (latencyMs < 1000) rating = BEST_RATING - (latencyMs - 120) / 10;
  return lostPercent <= rating / 2.5 ? Math.max(rating - lostPercent * 2.5, 6.52) : 0;
}
