// @ts-check
/** What the check of the camera can find. */

import { t } from "../i18n.js";
import { fail, pass, skipped, warn } from "./finding.js";

/** @type {Record<string, import("./finding.js").Entry>} */
export const CAMERA = {
  works: () => pass(t("Your camera works."), t("Go on to the next step. The camera turns off when you leave.")),
  black: () =>
    fail(
      t("The camera is on, but its picture is black."),
      t("Look for a cover or a small slider in front of the camera and open it. Or choose another camera."),
      t("Look for a small slider in front of the camera, and push it aside."),
    ),
  dark: () =>
    warn(
      t("Your picture is dark. The others can hardly see your face."),
      t("Turn on a lamp in front of you, or turn so that the window is in front of you."),
      t("Turn so that the light is in front of you, not behind."),
    ),
  frozen: () =>
    fail(
      t("The camera's picture has stopped."),
      t("Pull out the camera and plug it in again, or close other programs that use it. Then press Test again."),
      t("Close other programs that use the camera, and test again."),
    ),
  still: () =>
    warn(
      t("The picture stands quite still. It may be a drawing that is shown instead of you."),
      t("Look for a camera button on the keyboard or a cover in front of the camera, or choose another camera."),
      t("Look for a button with a camera on the keyboard, and press it."),
    ),
  slow: () =>
    warn(
      t("Your picture moves in jerks."),
      t("Turn on more light and close other programs. Then press Test again."),
      t("Turn on more light, and close programs you don't need."),
    ),
  small: () =>
    warn(
      t("Your picture is small and will look blurred."),
      t("Choose another camera in the list if there is one. You can use this one meanwhile."),
      t("Your picture is small. Choose another camera in the list if there is one."),
    ),
  denied: () =>
    fail(
      t("The page may not use the camera."),
      t("Allow the camera as the pictures show. The test then goes on by itself."),
      t("Press the small picture to the left of the address at the top, and allow the camera."),
    ),
  dismissed: () =>
    fail(
      t("The browser's question about the camera was closed without an answer."),
      t("Press Test again and choose Allow. If no question comes, do as the pictures show."),
      t("Press Test again, and choose Allow when the browser asks."),
    ),
  "blocked-by-system": () =>
    fail(
      t("The device's own settings keep the camera away from the browser."),
      t("Open the settings as the pictures show, and let the browser use the camera. Then press Test again."),
      t("Open the device's settings, find privacy and camera, and let the browser use it."),
    ),
  "blocked-by-policy": () =>
    fail(
      t("The camera is locked for this page, by whoever looks after the device or the page."),
      t("You cannot change it yourself. Contact the helpdesk and show them this. Meetings work without a picture too."),
      t("Your camera is locked by a setting at work. You can take part without a picture."),
    ),
  framed: () =>
    fail(
      t("The page is shown inside another page, and that page does not lend out the camera."),
      t("Open the course in a tab of its own, and test there."),
      t("Open the course in a tab of its own, not inside another page."),
    ),
  missing: () =>
    fail(
      t("We find no camera."),
      t(
        "Plug in a camera, wait a few seconds and press Test again. You can also take part in meetings without a picture.",
      ),
      t("If you have no camera, choose Not on this device. You can take part without a picture."),
    ),
  busy: () =>
    fail(
      t("Another program is using the camera."),
      t("Close other programs and tabs that hold meetings. Then press Test again."),
      t("Close other programs that hold meetings, such as Teams and Zoom."),
    ),
  overconstrained: () =>
    fail(
      t("The camera does not suit the browser."),
      t("Choose another camera in the list, or go on without a picture."),
      t("Choose another camera in the list."),
    ),
  insecure: () =>
    fail(
      t("The browser lends out the camera only on secure pages."),
      t("Ask for help, and say that the address of the course must begin with https."),
      t("Look at the address at the top: it must begin with https. Raise your hand if it doesn't."),
    ),
  lost: () =>
    fail(
      t("The camera disappeared during the test."),
      t("Check that its cable or its wireless connection is in place, and press Test again."),
      t("Check the camera's cable, and press Test again."),
    ),
  hung: () =>
    fail(
      t("The camera does not answer."),
      t("Pull out the camera and plug it in again, or restart the device. Then press Test again."),
      t("Restart the device, and test again."),
    ),
  failed: () =>
    fail(
      t("The camera could not be started."),
      t("Press Test again. If that does not help, close the browser and open it again."),
      t("Close the browser, open it again and test once more."),
    ),
  "not-here": () =>
    skipped(
      t("You have not tested a camera on this device."),
      t("Go on. You can take part in meetings without a picture."),
    ),
  "not-for-me": () =>
    skipped(
      t("You have chosen to be in meetings without a picture."),
      t("Go on. You are just as welcome."),
    ),
};
