// @ts-check
/** Where people see themselves, before the call and in it. */

import { h } from "../dom.js";
import { t } from "../i18n.js";

/** @returns {HTMLVideoElement} silent, and without a picture until it is given one */
export function ownPicture() {
  return h("video", {
    class: "tile__video tile__video--own",
    muted: true,
    playsInline: true,
    autoplay: true,
    "aria-label": t("Your own picture"),
  });
}
