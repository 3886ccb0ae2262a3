// @ts-check
/** Looks whether this browser can hold a meeting at all. It takes no time and asks for nothing. */

import { t } from "../../i18n.js";
import { QUICK_SECONDS, within } from "../limits.js";
import { LOW_BATTERY } from "../thresholds.js";

/** @typedef {import("../frame.js").Run} Run */
/** @typedef {import("../world.js").World} World */
/** @typedef {import("../../media.js").Battery} Battery */

/** Every version of these that is still in use can hold calls; if one can't, something stops it. */
const ABLE = new Set(["chrome", "edge", "firefox", "safari", "samsung"]);

/**
 * What stands in the way first is told first: in another app's page nothing else is worth mending.
 *
 * @param {World} world
 * @param {boolean} canCall whether a connection could be made ready
 * @param {Battery | null} battery
 */
export function browserFinding({ browser, app, secure, framed, features }, canCall, battery) {
  if (!secure) return "insecure";
  if (framed) return "framed";
  if (app) return "in-app";
  if (!canCall) return ABLE.has(browser) ? "add-on-blocks" : "no-webrtc";
  if (!features.devices) return "no-webrtc";
  if (!features.recording || !features.websockets) return "old";
  return battery && !battery.charging && battery.level <= LOW_BATTERY ? "low-battery" : "works";
}

/** Tried, not only looked for: some add-ons leave the name and take the thing away. */
function canCall() {
  try {
    new RTCPeerConnection().close();
    return true;
  } catch (error) {
    console.info("no connection can be made", error);
    return false;
  }
}

/** @param {Run} run */
async function testBrowser({ media, world, report }) {
  const battery = await within(media.battery(), QUICK_SECONDS).catch((error) => {
    console.info("the battery is not known", error);
    return null;
  });
  /** @type {import("../../types.js").Verdict["figures"]} */
  const figures = battery
    ? { battery: Math.round(battery.level * 100), charging: battery.charging }
    : {};
  report({ finding: browserFinding(world, canCall(), battery), figures });
}

/** @type {import("../frame.js").CheckParts} */
export const browser = {
  check: "browser",
  title: t("Your browser"),
  intro: [t("Here you find out whether the program that shows this page can hold a meeting.")],
  start: t("Test the browser"),
  run: testBrowser,
};
