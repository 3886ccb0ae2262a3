// @ts-check
/** A part of the page that could not be shown. */

import { t } from "../widgets/lib/i18n.js";
import { notice } from "../widgets/lib/widget.js";

/** @param {HTMLElement} el @param {unknown} error */
export function showFault(el, error) {
  console.error("[motesklar] a widget could not start", error);
  el.append(
    notice("fail", t("This part could not start."), t("Reload the page. If it stays, go on with the next step."), {
      role: "alert",
    }),
  );
}
