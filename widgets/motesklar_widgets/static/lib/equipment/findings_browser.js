// @ts-check
/** What the check of the browser can find. */

import { t } from "../i18n.js";
import { fail, pass, skipped, warn } from "./finding.js";

/** @type {Record<string, import("./finding.js").Entry>} */
export const BROWSER = {
  works: () =>
    pass(t("Your browser can do everything that a meeting needs."), t("Go on to the next step.")),
  insecure: () =>
    fail(
      t("The page is not opened the secure way, so the browser keeps microphone and camera to itself."),
      t("Ask for help, and say that the address of the course must begin with https."),
      t("Look at the address at the top: it must begin with https. Raise your hand if it doesn't."),
    ),
  framed: () =>
    fail(
      t("The page is shown inside another page, and that page lends out neither microphone nor camera."),
      t("Open the course in a tab of its own, and test there."),
      t("Open the course in a tab of its own, not inside another page."),
    ),
  "in-app": () =>
    warn(
      t("The page is open inside another app, where microphone and camera often do not work."),
      t("Open it in your ordinary browser instead. Below you see how."),
      t(
        "If you came here from a link in an app, open the page in your ordinary browser: press the dots or the compass, and choose Open in browser.",
      ),
    ),
  "no-webrtc": () =>
    fail(
      t("This browser cannot be used for meetings."),
      t("Open the page in Chrome, Edge, Firefox or Safari, in its latest version."),
      t("Open the page in Chrome, Edge, Firefox or Safari instead."),
    ),
  "add-on-blocks": () =>
    fail(
      t("Something that has been added to your browser stops meetings, for example a shield against tracking."),
      t("Turn it off for this page, or use another browser. Then press Test again."),
      t("Turn off shields and blockers for this page, or use another browser."),
    ),
  old: () =>
    warn(
      t("Your browser is old. Meetings may work, but not for certain."),
      t("Update the browser, or ask the helpdesk to do it. You can go on meanwhile."),
      t("Your browser is old. You can go on today; ask the helpdesk to update it."),
    ),
  "low-battery": () =>
    warn(
      t("The battery will soon be empty."),
      t("Plug in the charger before the meeting. Sound and picture use a lot of power."),
      t("Plug in your charger now: meetings use a lot of power."),
    ),
  failed: () =>
    fail(
      t("We could not find out what your browser can do."),
      t("Load the page again. If that does not help, use another browser or ask for help."),
      t("Load the page again, and raise your hand if it still does not work."),
    ),
  "not-here": () =>
    skipped(
      t("You have not tested the browser on this device."),
      t("Go on. Test it later, on the device you will use in meetings."),
    ),
  "not-for-me": () => skipped(t("You have chosen not to test the browser."), t("Go on to the next step.")),
};
