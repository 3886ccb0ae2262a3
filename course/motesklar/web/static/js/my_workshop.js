// @ts-check
/** Which workshop the reader is in: asked once for everything on the page that wants to know. */

import { waitToRetry } from "../widgets/lib/connection.js";
import { ApiError, send } from "../widgets/lib/http.js";

/** @typedef {{ id: string, title: string, module: string, hand_raised: boolean }} Workshop */

/** @type {Promise<Workshop | null> | undefined} */
let asked;

/** @returns {Promise<Workshop | null>} null when they are in none */
export function myWorkshop() {
  asked ??= sendUntilAnswered({ method: "GET", path: "/api/me" }).then(({ workshop }) => workshop);
  return asked;
}

/**
 * Send, and again while nobody answers.
 *
 * @param {import("../widgets/lib/http.js").Request} request
 * @returns {Promise<any>}
 * @throws {ApiError} refused
 */
export async function sendUntilAnswered(request) {
  for (let tries = 1; ; tries += 1) {
    try {
      return await send(request);
    } catch (error) {
      if (error instanceof ApiError) throw error;
      await waitToRetry(tries);
    }
  }
}
