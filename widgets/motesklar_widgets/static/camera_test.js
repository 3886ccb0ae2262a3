// @ts-check
/** Shows the person their own picture, and looks whether there is one. */

import { cameraProblem } from "./lib/device_advice.js";
import { DevicePicker } from "./lib/device_picker.js";
import { showDeviceTest } from "./lib/device_test.js";
import { h } from "./lib/dom.js";
import { t } from "./lib/i18n.js";
import { media as browserMedia } from "./lib/media.js";
import { MediaError } from "./lib/media_error.js";
import { PictureRule } from "./lib/rules.js";
import { ticks } from "./lib/ticks.js";

/** @typedef {import("./lib/device_test.js").Run} Run */
/** @typedef {import("./lib/device_test.js").Advice} Advice */
/** @typedef {import("./lib/media.js").Media} Media */
/** @typedef {import("./lib/types.js").Verdict} Verdict */

const EVERY_MS = 200;

/**
 * Goes on until the person stops or leaves: after the pass they see themselves and can mend light
 * and angle.
 *
 * @param {Media} media
 * @param {Run} run
 */
async function testCamera(media, { stage, signal, report }) {
  let changed = new AbortController();
  const picker = new DevicePicker(media, "camera", t("Camera"), () => changed.abort());
  const video = h("video", {
    style: "transform: scaleX(-1)",
    autoplay: true,
    muted: true,
    playsInline: true,
    "aria-label": t("Your own picture"),
  });
  stage.append(
    h("p", null, t("You see yourself as in a mirror. Only you see this picture.")),
    video,
    picker.el,
  );
  while (!signal.aborted) {
    changed = new AbortController();
    await watch(media, picker, video, report, AbortSignal.any([signal, changed.signal]));
  }
}

/**
 * Watch one camera.
 *
 * @param {Media} media
 * @param {DevicePicker} picker
 * @param {HTMLVideoElement} video
 * @param {Run["report"]} report
 * @param {AbortSignal} signal
 * @throws {MediaError}
 */
async function watch(media, picker, video, report, signal) {
  const lease = await media.open("camera");
  try {
    if (signal.aborted) return;
    video.srcObject = lease.stream;
    await picker.refresh(lease.deviceId);
    await judge(lease.stream, () => media.look(video), report, signal);
  } finally {
    video.srcObject = null;
    lease.release();
  }
}

/**
 * @param {MediaStream} stream
 * @param {() => ReturnType<Media["look"]>} look
 * @param {Run["report"]} report
 * @param {AbortSignal} signal
 */
async function judge(stream, look, report, signal) {
  const rule = new PictureRule();
  const { width, height } = stream.getVideoTracks()[0]?.getSettings() ?? {};
  let told = "looking";
  for await (const seconds of ticks(EVERY_MS, signal)) {
    if (stream.getTracks().some((track) => track.readyState === "ended")) {
      throw new MediaError("lost");
    }
    rule.add(look(), seconds);
    const { state } = rule;
    // each change is told once; a camera covered after its pass has still passed
    if (state === "looking" || state === told || told === "seen") continue;
    told = state;
    const figures = { ...rule.figures, width: width ?? 0, height: height ?? 0 };
    if (state === "seen") report({ verdict: "pass", figures });
    else report({ verdict: "warn", figures: { ...figures, reason: "black" } });
  }
}

/**
 * @param {Verdict} verdict
 * @returns {Advice}
 */
function advise({ verdict, figures }) {
  if (verdict === "pass") {
    return [t("Your camera works."), t("Go on to the next step. The camera turns off when you leave.")];
  }
  if (verdict === "skipped") {
    return [
      t("You have not tested a camera on this device."),
      t("Go on. You can take part in meetings without a picture."),
    ];
  }
  if (figures.reason === "black") {
    return [
      t("The camera is on, but its picture is black."),
      t(
        "Look for a cover or a small slider in front of the camera and open it. Or choose another camera.",
      ),
    ];
  }
  return cameraProblem(figures.reason);
}

/**
 * @param {Media} media
 * @returns {import("./lib/types.js").Render}
 */
export function renderWith(media) {
  return ({ el }) =>
    showDeviceTest(el, {
      name: "camera",
      intro: [
        t("Here you find out whether others can see you."),
        t(
          "When you press the button, the browser asks whether the page may use the camera. Choose Allow. Nothing is recorded, and the camera turns off when you leave the test.",
        ),
      ],
      start: t("Test the camera"),
      run: (run) => testCamera(media, run),
      advise,
    });
}

export default { render: renderWith(browserMedia) };
