// @ts-check
/** What the practice call says in words. */

import { formatNumber, t } from "../i18n.js";

/** @typedef {import("./messages.js").Track} Track */
/** @typedef {import("../media_error.js").Reason} Reason */
/** @typedef {import("../types.js").Evidence} Evidence */

/**
 * What has come through, one sentence for each way to take part.
 *
 * @param {string} name of the partner
 * @param {Evidence} evidence
 * @returns {{ done: boolean, sentence: string }[]}
 */
export function receivedSentences(name, evidence) {
  const { sound_seconds: sound, picture_seconds: picture, text_characters: text } = evidence;
  return [
    {
      done: sound >= 1,
      sentence:
        sound >= 1
          ? t("%(name)s has heard you for %(time)s.", { name, time: seconds(sound) })
          : t("%(name)s has not heard you yet.", { name }),
    },
    {
      done: picture >= 1,
      sentence:
        picture >= 1
          ? t("%(name)s has seen you for %(time)s.", { name, time: seconds(picture) })
          : t("%(name)s has not seen you yet.", { name }),
    },
    {
      done: text > 0,
      sentence:
        text > 0
          ? t("%(name)s has read %(count)s characters from you.", {
              name,
              count: formatNumber(text),
            })
          : t("%(name)s has not read anything from you yet.", { name }),
    },
  ];
}

/** @param {number} value */
function seconds(value) {
  const whole = Math.floor(value);
  return whole === 1 ? t("1 second") : t("%(count)s seconds", { count: formatNumber(whole) });
}

/**
 * Why a device can't be used, and what to do now. The call goes on without it.
 *
 * @param {Track} name
 * @param {Reason} reason
 * @returns {{ sentence: string, next: string }}
 */
export function deviceProblem(name, reason) {
  if (name === "microphone") return microphoneProblem(reason);
  return name === "camera" ? cameraProblem(reason) : screenProblem();
}

function screenProblem() {
  return {
    sentence: t("Your screen could not be shown."),
    next: t("Press the button again, and choose a window or the whole screen."),
  };
}

/** @param {Reason} reason */
function microphoneProblem(reason) {
  switch (reason) {
    case "denied":
    case "dismissed":
      return {
        sentence: t("The browser is not allowed to use your microphone."),
        next: t(
          "Press the small picture to the left of the web address at the top, allow the microphone, and turn it on below. You can write to your partner meanwhile.",
        ),
      };
    case "missing":
      return {
        sentence: t("No microphone was found."),
        next: t(
          "Plug in your headset and turn the microphone on below. You can write to your partner meanwhile.",
        ),
      };
    case "busy":
      return {
        sentence: t("Another program is using your microphone."),
        next: t(
          "Close other programs for meetings and turn the microphone on below. You can write to your partner meanwhile.",
        ),
      };
    default:
      return {
        sentence: t("Your microphone could not be started."),
        next: t(
          "Test the microphone first, further up on the page. You can write to your partner meanwhile.",
        ),
      };
  }
}

/** @param {Reason} reason */
function cameraProblem(reason) {
  switch (reason) {
    case "denied":
    case "dismissed":
      return {
        sentence: t("The browser is not allowed to use your camera."),
        next: t(
          "The call works without it. If you want to be seen: press the small picture to the left of the web address at the top, allow the camera, and turn it on below.",
        ),
      };
    case "missing":
      return {
        sentence: t("No camera was found."),
        next: t("The call works without it. You can plug one in and turn it on below."),
      };
    case "busy":
      return {
        sentence: t("Another program is using your camera."),
        next: t(
          "The call works without it. If you want to be seen: close other programs for meetings and turn the camera on below.",
        ),
      };
    default:
      return {
        sentence: t("Your camera could not be started."),
        next: t("The call works without it."),
      };
  }
}
