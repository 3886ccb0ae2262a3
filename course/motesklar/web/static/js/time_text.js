// @ts-check
/** A time of day as the reader writes it. */

import { page } from "../widgets/lib/page.js";

const clock = new Intl.DateTimeFormat(page.language.replace("_", "-"), { hour: "2-digit", minute: "2-digit" });

/** @param {string | null} at ISO 8601; nothing is written for null */
export function timeText(at) {
  return at === null ? "" : clock.format(new Date(at));
}
