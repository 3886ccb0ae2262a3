// @ts-check
/** What the check of the microphone can find. */

import { t } from "../i18n.js";
import { fail, pass, skipped, warn } from "./finding.js";

/** @type {Record<string, import("./finding.js").Entry>} */
export const MICROPHONE = {
  works: () => pass(t("Your microphone works. We heard you."), t("Go on to the next step.")),
  weak: () =>
    warn(
      t("We hear you only very weakly."),
      t("Come closer to the microphone and talk again, or choose another microphone."),
      t("Move the microphone close to your mouth, two fingers away, and talk again."),
    ),
  "no-voice": () =>
    warn(
      t("The microphone is on, but we heard nobody speak."),
      t("Press Test again and count to five aloud. If you did, choose another microphone in the list."),
      t("Count to five aloud. If nothing moves, choose another microphone in the list."),
    ),
  silent: () =>
    fail(
      t("We hear nothing at all."),
      t(
        "Look for a button on the headset or the keyboard that turns the microphone off, press it and talk again. Or choose another microphone.",
      ),
      t("Look for a small button on the headset's cable, and press it. Then talk again."),
    ),
  muted: () =>
    fail(
      t("The microphone is switched off, on the headset or in the device's own settings."),
      t("Press the button with a microphone on the headset or the keyboard, and talk again."),
      t("Your microphone is switched off. Press the button with a microphone on the headset or keyboard."),
    ),
  clipping: () =>
    warn(
      t("We hear you, but so loudly that your voice cracks."),
      t("Move the microphone a little further from your mouth, and talk as usual. Then press Test again."),
      t("Move the microphone a hand's breadth from your mouth, and talk as usual."),
    ),
  "one-sided": () =>
    warn(
      t("Your voice comes in on one side only."),
      t("Push the plug all the way in. If that does not help, choose another microphone in the list."),
      t("Push the headset's plug all the way in."),
    ),
  noisy: () =>
    warn(
      t("We hear noise around you louder than your voice."),
      t("Turn off a fan or close the window, move the microphone closer to your mouth, and press Test again."),
      t("Move the microphone closer to your mouth, and wait until it is quieter."),
    ),
  "others-voice": () =>
    warn(
      t("We hear voices also when you are quiet, so we cannot tell which is yours."),
      t(
        "Move the microphone close to your mouth and press Test again when it is your table's turn. A screen reader can be turned down, or heard in a headset.",
      ),
      t("We test one table at a time. Be quiet until it is your table's turn, please."),
    ),
  echo: () =>
    warn(
      t("Your microphone hears your loudspeaker, so the others may hear themselves."),
      t("Use a headset, or turn down the sound of the loudspeaker."),
      t("Put your headset on, and plug it in: without it the others hear themselves."),
    ),
  "other-device": () =>
    warn(
      t("We hear another device close to you. Two devices in the same meeting howl."),
      t("Turn off both sound and microphone on one of them."),
      t("If you have two devices with you, turn off sound and microphone on one of them."),
    ),
  denied: () =>
    fail(
      t("The page may not use the microphone."),
      t("Allow the microphone as the pictures show. The test then goes on by itself."),
      t("Press the small picture to the left of the address at the top, and allow the microphone."),
    ),
  dismissed: () =>
    fail(
      t("The browser's question about the microphone was closed without an answer."),
      t("Press Test again and choose Allow. If no question comes, do as the pictures show."),
      t("Press Test again, and choose Allow when the browser asks."),
    ),
  "blocked-by-system": () =>
    fail(
      t("The device's own settings keep the microphone away from the browser."),
      t("Open the settings as the pictures show, and let the browser use the microphone. Then press Test again."),
      t("Open the device's settings, find privacy and microphone, and let the browser use it."),
    ),
  "blocked-by-policy": () =>
    fail(
      t("The microphone is locked for this page, by whoever looks after the device or the page."),
      t("You cannot change it yourself. Contact the helpdesk and show them this."),
      t("Your microphone is locked by a setting at work. Raise your hand, so that we can tell the helpdesk."),
    ),
  framed: () =>
    fail(
      t("The page is shown inside another page, and that page does not lend out the microphone."),
      t("Open the course in a tab of its own, and test there."),
      t("Open the course in a tab of its own, not inside another page."),
    ),
  missing: () =>
    fail(
      t("We find no microphone."),
      t("Plug in a headset or a microphone, wait a few seconds and press Test again."),
      t("Plug in your headset, wait a few seconds and press Test again."),
    ),
  busy: () =>
    fail(
      t("Another program is using the microphone."),
      t("Close other programs and tabs that hold meetings. Then press Test again."),
      t("Close other programs that hold meetings, such as Teams and Zoom."),
    ),
  overconstrained: () =>
    fail(
      t("The microphone does not suit the browser."),
      t("Choose another microphone in the list, or plug in another headset. Then press Test again."),
      t("Choose another microphone in the list."),
    ),
  insecure: () =>
    fail(
      t("The browser lends out the microphone only on secure pages."),
      t("Ask for help, and say that the address of the course must begin with https."),
      t("Look at the address at the top: it must begin with https. Raise your hand if it doesn't."),
    ),
  lost: () =>
    fail(
      t("The microphone disappeared during the test."),
      t("Check that its cable or its wireless connection is in place, and press Test again."),
      t("Check the headset's cable, or that its wireless connection is on."),
    ),
  hung: () =>
    fail(
      t("The microphone does not answer."),
      t("Pull out the headset and plug it in again, or restart the device. Then press Test again."),
      t("Pull out the headset and plug it in again."),
    ),
  "no-output": () =>
    fail(
      t("The browser's sound does not start, so we cannot hear whether the microphone works."),
      t("Plug in a headset or turn on a loudspeaker. If that does not help, press Test again."),
      t("Plug in a headset or turn on a loudspeaker."),
    ),
  failed: () =>
    fail(
      t("The microphone could not be started."),
      t("Press Test again. If that does not help, close the browser and open it again."),
      t("Close the browser, open it again and test once more."),
    ),
  "not-here": () =>
    skipped(
      t("You have not tested a microphone on this device."),
      t("Go on. Test it later, on the device you will use in meetings."),
    ),
  "not-for-me": () =>
    skipped(
      t("You have chosen to be in meetings without a microphone."),
      t("Go on. You can write in the meeting instead of speaking."),
    ),
};
