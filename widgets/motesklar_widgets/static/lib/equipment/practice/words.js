// @ts-check
/** What the drawn computer's parts and values are called. */

import { t } from "../../i18n.js";

/** @returns {Record<string, string>} control to its name */
export function names() {
  return {
    "site-menu": t("About this page"),
    "meeting-settings": t("Settings of the meeting"),
    "sound-settings": t("Sound"),
    "network-settings": t("Network"),
    "microphone-permission": t("May the page use the microphone?"),
    "camera-permission": t("May the page use the camera?"),
    microphone: t("The meeting listens through"),
    speaker: t("The sound comes out of"),
    "system-microphone": t("The computer's microphone is on"),
    volume: t("How loud"),
    wifi: t("The wireless network is on"),
    network: t("Which network"),
    "headset-switch": t("The switch on the headset's cord: microphone on"),
  };
}

/** @returns {Record<string, Record<string, string>>} control to its values' names */
export function valueNames() {
  const permission = { allow: t("Allow"), block: t("Block") };
  return {
    "microphone-permission": permission,
    "camera-permission": permission,
    "meeting-microphone": { on: t("Microphone on"), off: t("Microphone off") },
    "meeting-camera": { on: t("Camera on"), off: t("Camera off") },
    microphone: {
      headset: t("The headset"),
      computer: t("The computer"),
      screen: t("The big screen in the next room"),
    },
    speaker: {
      headset: t("The headset"),
      computer: t("The computer"),
      screen: t("The big screen in the next room"),
    },
    network: { office: t("The office"), guest: t("Guests") },
  };
}
