// @ts-check
/** What the check of the sound can find: whether the person hears others. */

import { t } from "../i18n.js";
import { fail, pass, skipped, warn } from "./finding.js";

/** @type {Record<string, import("./finding.js").Entry>} */
export const SPEAKER = {
  works: () => pass(t("Your sound works."), t("Go on to the next step.")),
  "heard-by-microphone": () =>
    pass(t("Your sound works. Your microphone heard the tones too."), t("Go on to the next step.")),
  "nothing-heard": () =>
    fail(
      t("You heard nothing."),
      t(
        "Turn up the sound on the device and on the headset, and check that the headset's plug is all the way in. Then press Test again.",
      ),
      t("Turn up the sound on the device and on the headset, and push the plug all the way in."),
    ),
  "wrong-device": () =>
    fail(
      t("The sound came out of the wrong loudspeaker or headset."),
      t("Choose your headset in the list. If there is no list, choose it in the device's own sound settings. Then press Test again."),
      t("Press the loudspeaker at the bottom of the screen or in the settings, and choose your headset."),
    ),
  "autoplay-blocked": () =>
    fail(
      t("The browser plays no sound until you have pressed a button."),
      t("Press Turn on sound."),
      t("Press the button Turn on sound."),
    ),
  quiet: () =>
    warn(
      t("You heard the tones, but only weakly."),
      t("Turn up the sound on the device and on the headset, and press Test again."),
      t("Turn up the sound, on the device and on the headset."),
    ),
  missing: () =>
    fail(
      t("The loudspeaker or headset that was chosen is not connected."),
      t("Plug it in, or choose another in the list. Then press Test again."),
      t("Plug in your headset, and press Test again."),
    ),
  busy: () =>
    fail(
      t("Another program is using the loudspeaker or headset."),
      t("Close other programs and tabs that hold meetings. Then press Test again."),
      t("Close other programs that hold meetings, such as Teams and Zoom."),
    ),
  hung: () =>
    fail(
      t("The sound began but never came to its end. The device's sound has got stuck."),
      t("Pull out the headset and plug it in again, or restart the device. Then press Test again."),
      t("Pull out the headset and plug it in again."),
    ),
  failed: () =>
    fail(
      t("The sound could not be played."),
      t("Press Test again. If that does not help, choose another loudspeaker or ask for help."),
      t("Press Test again, and raise your hand if you still hear nothing."),
    ),
  "not-here": () =>
    skipped(
      t("You have not tested the sound on this device."),
      t("Go on. Test it later, on the device you will use in meetings."),
    ),
  "not-for-me": () =>
    skipped(
      t("You have chosen to be in meetings without sound."),
      t("Go on. You can read and write in the meeting, and ask for captions."),
    ),
};
