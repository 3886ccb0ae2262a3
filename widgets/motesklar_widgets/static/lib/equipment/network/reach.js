// @ts-check
/** Whether the course answers at all, when something beyond plain pages does not work. */

import { url } from "../../page.js";
import { STAGE_SECONDS } from "../thresholds.js";

/**
 * @param {AbortSignal} signal
 * @returns {Promise<"offline" | "server-away" | "">} empty: it answers
 */
export async function reachTrouble(signal) {
  if (!navigator.onLine) return "offline";
  try {
    const late = AbortSignal.timeout(STAGE_SECONDS * 1000);
    const response = await fetch(url("/health"), {
      cache: "no-store",
      signal: AbortSignal.any([signal, late]),
    });
    // a proxy or a guest network may answer in the course's place, with a page of its own
    const { status } = await response.json();
    return status === "ok" ? "" : "server-away";
  } catch {
    // a network error, no answer in time, or no JSON: all are the same here
    return navigator.onLine ? "server-away" : "offline";
  }
}
