// @ts-check
/** Something that somebody does by a press, and why it couldn't be done. */

import { waitToRetry } from "../widgets/lib/connection.js";
import { ApiError, send, TryLater } from "../widgets/lib/http.js";
import { t } from "../widgets/lib/i18n.js";

/** After so many tries it is told that the press did nothing. */
const MOST_TRIES = 3;

/**
 * @param {string} path
 * @param {unknown} body
 * @returns {Promise<string>} empty when it is done, or else what to tell
 */
export async function act(path, body) {
  for (let tries = 1; ; tries += 1) {
    try {
      await send({ method: "POST", path, body });
      return "";
    } catch (error) {
      if (error instanceof ApiError) return `${error.message} ${error.nextStep}`;
      if (tries === MOST_TRIES) {
        const refusal = error instanceof TryLater ? error.refusal : undefined;
        return refusal
          ? `${refusal.message} ${refusal.nextStep}`
          : t("It could not be done, because the connection is gone. Try again in a while.");
      }
      await waitToRetry(tries);
    }
  }
}
