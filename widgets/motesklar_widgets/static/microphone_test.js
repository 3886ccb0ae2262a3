// @ts-check
/** Listens until it has heard somebody speak. */

import { microphoneProblem } from "./lib/device_advice.js";
import { DevicePicker } from "./lib/device_picker.js";
import { showDeviceTest } from "./lib/device_test.js";
import { h } from "./lib/dom.js";
import { t } from "./lib/i18n.js";
import { media as browserMedia } from "./lib/media.js";
import { MediaError } from "./lib/media_error.js";
import { SoundRule } from "./lib/rules.js";
import { ticks } from "./lib/ticks.js";

/** @typedef {import("./lib/device_test.js").Run} Run */
/** @typedef {import("./lib/device_test.js").Advice} Advice */
/** @typedef {import("./lib/media.js").Media} Media */
/** @typedef {import("./lib/types.js").Verdict} Verdict */
/** @typedef {import("./lib/types.js").RenderContext} RenderContext */

const EVERY_MS = 100;
const METER_BOTTOM_DBFS = -70;

/**
 * @param {Media} media
 * @param {Run} run
 */
async function testMicrophone(media, { stage, signal, report }) {
  let changed = new AbortController();
  const picker = new DevicePicker(media, "microphone", t("Microphone"), () => changed.abort());
  const meter = h("meter", {
    class: "meter",
    min: METER_BOTTOM_DBFS,
    max: 0,
    value: METER_BOTTOM_DBFS,
    "aria-label": t("How loud you are"),
  });
  stage.append(
    h("p", null, t("Talk as you do on the telephone. Count slowly to five, for example.")),
    meter,
    picker.el,
  );
  let heard = false;
  while (!heard && !signal.aborted) {
    changed = new AbortController();
    heard = await listen(media, picker, meter, report, AbortSignal.any([signal, changed.signal]));
  }
}

/**
 * Listen to one microphone.
 *
 * @param {Media} media
 * @param {DevicePicker} picker
 * @param {HTMLMeterElement} meter
 * @param {Run["report"]} report
 * @param {AbortSignal} signal
 * @returns {Promise<boolean>} whether somebody was heard
 * @throws {MediaError}
 */
async function listen(media, picker, meter, report, signal) {
  const lease = await media.open("microphone");
  try {
    if (signal.aborted) return false;
    await picker.refresh(lease.deviceId);
    const levels = await media.meter(lease.stream);
    try {
      return await judge(lease.stream, levels, meter, report, signal);
    } finally {
      levels.close();
    }
  } finally {
    lease.release();
  }
}

/**
 * @param {MediaStream} stream
 * @param {import("./lib/media.js").LevelMeter} levels
 * @param {HTMLMeterElement} meter
 * @param {Run["report"]} report
 * @param {AbortSignal} signal
 */
async function judge(stream, levels, meter, report, signal) {
  const rule = new SoundRule();
  let warned = "";
  for await (const seconds of ticks(EVERY_MS, signal)) {
    if (stream.getTracks().some((track) => track.readyState === "ended")) {
      throw new MediaError("lost");
    }
    const level = levels.level();
    meter.value = Math.max(METER_BOTTOM_DBFS, level);
    rule.add(level, seconds);
    const { state } = rule;
    if (state === "heard") {
      report({ verdict: "pass", figures: rule.figures });
      return true;
    }
    // warned once for each cause; it goes on listening and may still pass
    if (state !== "listening" && state !== warned) {
      warned = state;
      report({ verdict: "warn", figures: { ...rule.figures, reason: state } });
    }
  }
  return false;
}

/**
 * @param {Verdict} verdict
 * @returns {Advice}
 */
function advise({ verdict, figures }) {
  if (verdict === "pass") return [t("Your microphone works. We heard you."), t("Go on to the next step.")];
  if (verdict === "skipped") {
    return [
      t("You have not tested a microphone on this device."),
      t("Go on. Test it later, on the device you will use in meetings."),
    ];
  }
  if (figures.reason === "weak") {
    return [
      t("We hear you only very weakly."),
      t("Come closer to the microphone and talk again, or choose another microphone."),
    ];
  }
  if (figures.reason === "silent") {
    return [
      t("We hear nothing at all."),
      t(
        "Look for a button on the headset or the keyboard that turns the microphone off, press it and talk again. Or choose another microphone.",
      ),
    ];
  }
  return microphoneProblem(figures.reason);
}

/**
 * @param {Media} media
 * @returns {import("./lib/types.js").Render}
 */
export function renderWith(media) {
  return ({ el }) =>
    showDeviceTest(el, {
      name: "microphone",
      intro: [
        t("Here you find out whether others can hear you."),
        t(
          "When you press the button, the browser asks whether the page may use the microphone. Choose Allow. Nothing is recorded.",
        ),
      ],
      start: t("Test the microphone"),
      run: (run) => testMicrophone(media, run),
      advise,
    });
}

export default { render: renderWith(browserMedia) };
