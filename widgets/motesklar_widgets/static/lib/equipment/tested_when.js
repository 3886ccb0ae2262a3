// @ts-check

import { t } from "../i18n.js";

/** @param {number} days since it worked on this device */
export function testedWhen(days) {
  if (days === 0) return t("You tested it today.");
  if (days === 1) return t("You tested it yesterday.");
  return t("You tested it %(days)s days ago.", { days });
}
