// @ts-check
/** Shows the person their own picture, and looks whether there is one that moves. */

import { DevicePicker } from "../../device_picker.js";
import { h, replace } from "../../dom.js";
import { t } from "../../i18n.js";
import { isLive } from "../../leases.js";
import { MediaError } from "../../media_error.js";
import { ticks } from "../../ticks.js";
import { QUICK_SECONDS, within } from "../limits.js";
import { PictureRule, pictureSample } from "../picture_rule.js";

/** @typedef {import("../frame.js").Run} Run */

const EVERY_MS = 200;

class CameraRun {
  /** @param {Run} run */
  constructor(run) {
    this.run = run;
    this.changed = new AbortController();
    this.picker = new DevicePicker(run.media, "camera", t("Camera"), () => this.changed.abort());
    this.video = h("video", {
      autoplay: true,
      muted: true,
      playsInline: true,
      "data-mirrored": "true",
      "aria-label": t("Your own picture"),
    });
    this.words = h("p", { role: "status" });
    this.mirror = h("input", {
      type: "checkbox",
      checked: true,
      onchange: () => this.showMirrored(),
    });
  }

  /** Until the person stops or leaves: after the verdict they see themselves and can mend light and angle. */
  async go() {
    const { signal, stage } = this.run;
    const mirrored = h("label", { class: "choice" }, this.mirror, t("Show me as in a mirror"));
    replace(stage, this.words, this.video, mirrored, this.picker.el);
    const stop = this.picker.follow();
    try {
      while (!signal.aborted) {
        this.changed = new AbortController();
        await this.watch(AbortSignal.any([signal, this.changed.signal]));
      }
    } finally {
      stop();
    }
  }

  showMirrored() {
    const { checked } = this.mirror;
    this.video.dataset.mirrored = String(checked);
    replace(
      this.words,
      checked
        ? t("You see yourself as in a mirror. Only you see this picture.")
        : t("You see yourself as others see you. Only you see this picture."),
    );
  }

  /**
   * Watch one camera.
   *
   * @param {AbortSignal} signal
   * @throws {MediaError}
   */
  async watch(signal) {
    const { media } = this.run;
    replace(this.words, t("If the browser asks, choose Allow."));
    const lease = await media.open("camera");
    const frames = media.frames(this.video);
    try {
      if (signal.aborted) return;
      this.video.srcObject = lease.stream;
      this.showMirrored();
      await within(this.picker.refresh(lease.deviceId), QUICK_SECONDS);
      await this.judge(lease.stream, frames, signal);
    } finally {
      frames.close();
      this.video.srcObject = null;
      lease.release();
    }
  }

  /**
   * @param {MediaStream} stream
   * @param {import("../../media.js").FrameCounter} frames
   * @param {AbortSignal} signal
   */
  async judge(stream, frames, signal) {
    const rule = new PictureRule();
    let told = "";
    for await (const seconds of ticks(EVERY_MS, signal)) {
      if (!isLive(stream)) throw new MediaError("lost");
      rule.add(pictureSample(this.run.media, this.video, frames), seconds);
      const { finding } = rule;
      // each change is told once; a camera covered after its pass has still passed
      if (!finding || finding === told || told === "works") continue;
      told = finding;
      this.run.report({ finding, figures: rule.figures });
    }
  }
}

/** @type {import("../frame.js").CheckParts} */
export const camera = {
  check: "camera",
  title: t("Be seen"),
  intro: [
    t("Here you find out whether others can see you."),
    t(
      "When you press the button, the browser asks whether the page may use the camera. Choose Allow. Nothing is recorded, and the camera turns off when you leave the test.",
    ),
  ],
  start: t("Test the camera"),
  run: (run) => new CameraRun(run).go(),
};
