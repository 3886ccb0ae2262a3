// @ts-check
/** One plain sentence and one next action for each thing that can go wrong with a device. */

import { t } from "./i18n.js";

/** @typedef {import("./device_test.js").Advice} Advice */

/**
 * @param {unknown} reason
 * @returns {Advice}
 */
export function microphoneProblem(reason) {
  /** @type {Record<string, Advice>} */
  const advice = {
    denied: [
      t("The page may not use the microphone."),
      t(
        "Press the small picture to the left of the address, at the top of the window, and allow the microphone. Then press Test again.",
      ),
    ],
    "blocked-by-system": [
      t("The computer's own settings keep the microphone away from the browser."),
      t(
        "Open the computer's settings, choose privacy and microphone, and let the browser use it. Then press Test again.",
      ),
    ],
    missing: [
      t("We find no microphone."),
      t("Plug in a headset or a microphone, wait a few seconds and press Test again."),
    ],
    busy: [
      t("Another program is using the microphone."),
      t("Close other programs and tabs that hold meetings. Then press Test again."),
    ],
    insecure: [
      t("The browser lends out the microphone only on secure pages."),
      t("Ask for help, and say that the address of the course must begin with https."),
    ],
    lost: [
      t("The microphone disappeared during the test."),
      t("Check that its cable or its wireless connection is in place, and press Test again."),
    ],
    failed: [
      t("The microphone could not be started."),
      t("Press Test again. If that does not help, close the browser and open it again."),
    ],
  };
  return advice[String(reason)] ?? advice.failed;
}

/**
 * @param {unknown} reason
 * @returns {Advice}
 */
export function cameraProblem(reason) {
  /** @type {Record<string, Advice>} */
  const advice = {
    denied: [
      t("The page may not use the camera."),
      t(
        "Press the small picture to the left of the address, at the top of the window, and allow the camera. Then press Test again.",
      ),
    ],
    "blocked-by-system": [
      t("The computer's own settings keep the camera away from the browser."),
      t(
        "Open the computer's settings, choose privacy and camera, and let the browser use it. Then press Test again.",
      ),
    ],
    missing: [
      t("We find no camera."),
      t(
        "Plug in a camera, wait a few seconds and press Test again. You can also take part in meetings without a picture.",
      ),
    ],
    busy: [
      t("Another program is using the camera."),
      t("Close other programs and tabs that hold meetings. Then press Test again."),
    ],
    insecure: [
      t("The browser lends out the camera only on secure pages."),
      t("Ask for help, and say that the address of the course must begin with https."),
    ],
    lost: [
      t("The camera disappeared during the test."),
      t("Check that its cable or its wireless connection is in place, and press Test again."),
    ],
    failed: [
      t("The camera could not be started."),
      t("Press Test again. If that does not help, close the browser and open it again."),
    ],
  };
  return advice[String(reason)] ?? advice.failed;
}
