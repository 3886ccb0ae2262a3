// @ts-check
/** What is said when a call is over, and what can be done now. */

import { h } from "../dom.js";
import { t } from "../i18n.js";
import { notice } from "./notice.js";

/** @typedef {import("./messages.js").ErrorMessage} ErrorMessage */

/**
 * @typedef {object} End
 * @property {boolean} gaveUp the connection could not be made again
 * @property {ErrorMessage | null} error why the server has ended it
 * @property {"practice" | "room"} kind
 * @property {HTMLElement | null} summary what came through
 */

/**
 * @typedef {"again" | "either" | "away"} Next
 *
 * - again: most people call again now
 * - either: something came through, so one may as well go on
 * - away: this room is closed to this person
 */

/** After these errors nobody comes in again. */
const CLOSED = ["ended_by_leader", "removed", "no_such_room"];

/**
 * @param {End} end
 * @returns {Next}
 */
export function nextAfter({ gaveUp, error, summary }) {
  if (error && CLOSED.includes(error.code)) return "away";
  return summary !== null && !gaveUp && !error ? "either" : "again";
}

/** @param {End} end */
export function farewell({ gaveUp, error, kind, summary }) {
  return h(
    "div",
    { class: "stack", tabindex: "-1" },
    words(gaveUp, error, kind, summary !== null),
    summary,
  );
}

/**
 * @param {boolean} gaveUp
 * @param {ErrorMessage | null} error
 * @param {"practice" | "room"} kind
 * @param {boolean} cameThrough
 */
function words(gaveUp, error, kind, cameThrough) {
  if (gaveUp) {
    return notice(
      "fail",
      t("The connection was lost and could not be made again."),
      t("Check that you are connected to the network, and press the button to call again."),
    );
  }
  if (error) return notice("info", error.message, error.next_step);
  if (kind === "room") {
    return notice(
      "ok",
      t("You have left the call."),
      t("You can go in again as long as the room is open."),
    );
  }
  if (cameThrough) {
    return notice(
      "ok",
      t("The call has ended."),
      t("Everything is saved. You can go on, or call again."),
    );
  }
  return notice(
    "info",
    t("The call has ended."),
    t("Nothing came through this time. Call again, and say or write something."),
  );
}
