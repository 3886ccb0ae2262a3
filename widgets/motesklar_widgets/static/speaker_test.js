// @ts-check
/** Plays three tones and asks whether they were heard. Only the person can know. */

import { DevicePicker } from "./lib/device_picker.js";
import { showDeviceTest } from "./lib/device_test.js";
import { announce, h, replace } from "./lib/dom.js";
import { t } from "./lib/i18n.js";
import { media as browserMedia } from "./lib/media.js";

/** @typedef {import("./lib/device_test.js").Run} Run */
/** @typedef {import("./lib/device_test.js").Advice} Advice */
/** @typedef {import("./lib/media.js").Media} Media */
/** @typedef {import("./lib/types.js").Verdict} Verdict */

/**
 * @param {Media} media
 * @param {Run} run
 */
async function testSpeaker(media, { stage, signal, report }) {
  const picker = new DevicePicker(media, "speaker", t("Play the sound in"), () => undefined);
  const playing = h("p", { role: "status" });
  let sound = new AbortController();

  async function play() {
    // pressed again while it plays, it begins anew instead of playing twice at once
    sound.abort();
    sound = new AbortController();
    const ends = AbortSignal.any([signal, sound.signal]);
    replace(playing, t("Now three tones are played …"));
    await media.playTestSound(picker.el.hidden ? "" : picker.select.value, ends);
    if (ends.aborted) return;
    replace(playing);
    announce(t("Did you hear three tones?"));
  }

  if (media.canChooseSpeaker) await picker.refresh(media.preferred("speaker"));
  const heard = await new Promise((resolve, reject) => {
    signal.addEventListener("abort", () => resolve(null));
    stage.append(...speakerParts(media, picker, playing, () => play().catch(reject), resolve));
    play().catch(reject);
  });
  sound.abort();
  if (heard === null) return;
  report({ verdict: heard ? "pass" : "fail", figures: { heard, chosen: !picker.el.hidden } });
}

/**
 * @param {Media} media
 * @param {DevicePicker} picker
 * @param {HTMLElement} playing
 * @param {() => void} play
 * @param {(heard: boolean) => void} answer
 */
function speakerParts(media, picker, playing, play, answer) {
  /** @type {(words: string, onclick: () => void) => HTMLElement} */
  const button = (words, onclick) =>
    h("button", { type: "button", class: "button", onclick }, words);
  const where = media.canChooseSpeaker
    ? picker.el
    : h("p", null, t("The sound comes from the loudspeaker or headset that the device itself has chosen."));
  return [
    where,
    playing,
    h(
      "fieldset",
      { class: "stack" },
      h("legend", null, t("Did you hear three tones?")),
      h(
        "div",
        { class: "row" },
        button(t("Yes, I heard them"), () => answer(true)),
        button(t("No, I heard nothing"), () => answer(false)),
        button(t("Play again"), play),
      ),
    ),
  ];
}

/**
 * @param {Verdict} verdict
 * @returns {Advice}
 */
function advise({ verdict, figures }) {
  if (verdict === "pass") return [t("Your sound works."), t("Go on to the next step.")];
  if (verdict === "skipped") {
    return [
      t("You have not tested the sound on this device."),
      t("Go on. Test it later, on the device you will use in meetings."),
    ];
  }
  if (figures.heard === false) {
    return [
      t("You heard nothing."),
      t(
        "Turn up the sound on the device and on the headset, and check that the headset's plug is all the way in. Then press Test again.",
      ),
    ];
  }
  return [
    t("The sound could not be played."),
    t("Press Test again. If that does not help, choose another loudspeaker or ask for help."),
  ];
}

/**
 * @param {Media} media
 * @returns {import("./lib/types.js").Render}
 */
export function renderWith(media) {
  return ({ el }) =>
    showDeviceTest(el, {
      name: "speaker",
      intro: [
        t("Here you find out whether you can hear others."),
        t("When you press the button, three soft tones are played. Put your headset on first, if you have one."),
      ],
      start: t("Test the sound"),
      run: (run) => testSpeaker(media, run),
      advise,
    });
}

export default { render: renderWith(browserMedia) };
