// @ts-check
/** What the meeting on the drawn computer looks like, by what is missing. */

import { t } from "../../i18n.js";

/**
 * @typedef {object} Scene
 * @property {string} seen what the page or the person sees; empty where nothing is special
 * @property {string} anna what Anna says in the meeting; empty where she isn't heard
 * @property {boolean} heard whether Anna hears the person
 * @property {boolean} connected
 */

/**
 * @param {string | undefined} need the name of what is missing, undefined when nothing is
 * @returns {Scene}
 */
export function sceneOf(need) {
  const quiet = { heard: false, connected: true };
  /** @type {Record<string, Scene>} */
  const scenes = {
    wifi: {
      seen: t("The meeting has lost its connection. Anna stands still in the picture."),
      anna: "",
      heard: false,
      connected: false,
    },
    network: {
      seen: t("This network asks for a password that you don't have. The meeting waits."),
      anna: "",
      heard: false,
      connected: false,
    },
    permission: {
      ...quiet,
      seen: t("This page may not use your microphone."),
      anna: t("Hello! I see you, but I can't hear you."),
    },
    unmuted: {
      ...quiet,
      seen: "",
      anna: t("I think that you have turned off your microphone in the meeting."),
    },
    "system-microphone": {
      ...quiet,
      seen: t("Your microphone is on in the meeting, but no sound comes from it."),
      anna: t("I see you, but I hear nothing at all."),
    },
    microphone: {
      ...quiet,
      seen: "",
      anna: t("I hear you so faintly. It sounds as if you sat in another room."),
    },
    "headset-switch": {
      ...quiet,
      seen: t("The lamp on the headset's cord is red."),
      anna: t("I heard you a moment ago, but now it is silent."),
    },
    speaker: {
      seen: t("Anna's lips move, but your headset is silent."),
      anna: "",
      heard: true,
      connected: true,
    },
    volume: {
      seen: t("Anna's lips move, but you hear nothing. The sound is turned down to zero."),
      anna: "",
      heard: true,
      connected: true,
    },
  };
  if (need) return scenes[need];
  return { seen: "", anna: t("Now I hear you well. Good that you are here!"), heard: true, connected: true };
}
