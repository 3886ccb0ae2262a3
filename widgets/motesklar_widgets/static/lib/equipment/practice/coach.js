// @ts-check
/** What is said beside the drawn computer: never which button, until somebody asks to be shown. */

import { t } from "../../i18n.js";
import { parts } from "./machine.js";

/** @returns {Record<string, string>} need to where one might look */
function nudges() {
  return {
    wifi: t("Look at the network, at the bottom of the screen."),
    network: t("Go back to the network that you had before: the office."),
    permission: t("Look to the left of the page's address. There the page's permissions are kept."),
    unmuted: t("Look at the microphone's button in the meeting."),
    "system-microphone": t(
      "Everything is on in the meeting, so the silence comes from the computer. Look under Sound, at the bottom of the screen.",
    ),
    microphone: t(
      "The meeting seems to listen through another microphone than yours. Look in the settings of the meeting.",
    ),
    "headset-switch": t("Look at the headset itself. A red lamp means off."),
    speaker: t("The sound is there, but it comes out somewhere else. Look in the settings of the meeting."),
    volume: t("Look under Sound, at the bottom of the screen. How loud is it?"),
  };
}

/** @returns {Record<string, string>} control to what it does, and that it isn't this time */
function misses() {
  return {
    "site-menu": t("Here you decide what the page may use. It may use everything, so that is not it."),
    "meeting-settings": t(
      "Here you choose what the meeting listens through and plays on. Both are right, so that is not it.",
    ),
    "sound-settings": t("Here is the computer's own sound. It is as it should be, so that is not it."),
    "network-settings": t("Here is the network. You are connected, so that is not it."),
    "camera-permission": t("That was the camera. It decides whether you are seen, and nothing else."),
    "meeting-camera": t("That was the camera. It decides whether you are seen, and nothing else."),
    microphone: t("The meeting listens through another microphone now, and it is just as silent."),
    speaker: t("The sound comes out somewhere else now. That was not what was wrong."),
    volume: t("Louder or softer makes no difference here."),
    "headset-switch": t("The meeting does not listen through the headset now, so its switch changes nothing."),
  };
}

/** @returns {Record<string, string>} need to what is worse now */
function harms() {
  return {
    wifi: t("Now the wireless network is off, and the meeting is gone. Turn it on again."),
    network: t("The guests' network asks for a password. Choose the office again."),
    permission: t("Now the page may not use the microphone. Choose Allow."),
    unmuted: t("Now your microphone is off in the meeting as well. Turn it on again."),
    "system-microphone": t("Now the computer's microphone is off. Turn it on again."),
    microphone: t(
      "That microphone is far from you: it is in the next room. Choose one that is near your mouth.",
    ),
    "headset-switch": t("Now the headset's microphone is off. Turn its switch on again."),
    speaker: t("Now the sound comes out in the next room. Choose something that is near your ears."),
    volume: t("Now the sound is turned down to zero. Turn it up again."),
  };
}

/** @returns {Record<string, string>} action to how it is done, those that a repair may need */
function steps() {
  return {
    "site-menu:open": t("Press the small sign to the left of the page's address."),
    "microphone-permission:allow": t("Choose Allow for the microphone."),
    "meeting-microphone:on": t("Turn on the microphone in the meeting."),
    "meeting-settings:open": t("Open the settings of the meeting."),
    "microphone:headset": t("Let the meeting listen through the headset."),
    "speaker:headset": t("Let the sound come out of the headset."),
    "sound-settings:open": t("Press Sound, at the bottom of the screen."),
    "system-microphone:on": t("Turn on the computer's microphone."),
    "volume:50": t("Turn up the sound."),
    "network-settings:open": t("Press Network, at the bottom of the screen."),
    "wifi:on": t("Turn on the wireless network."),
    "network:office": t("Choose the office's network."),
    "headset-switch:on": t("Turn on the switch on the headset's cord."),
  };
}

/**
 * @param {string} action
 * @returns {string} how it is done
 */
export const stepOf = (action) => steps()[action];

/**
 * What is said of an action that did not repair everything.
 *
 * @param {import("./machine.js").Worth} worth
 * @param {string} action
 * @param {boolean} inPlace whether the panel is open in which the repair can be done
 * @returns {[sentence: string, next: string] | null} null where nothing needs to be said
 */
export function hintFor({ kind, need }, action, inPlace) {
  if (kind === "way") return null;
  if (kind === "harm") return [harms()[need], ""];
  const next = inPlace ? t("You are in the right place. Look at the other choices here.") : nudges()[need];
  if (kind === "repair") return [t("Good. Something else is left."), next];
  return [misses()[parts(action)[0]], next];
}
