// @ts-check
/** The learner's own side of the call: microphone, camera, and their buttons. */

import { CallDevice } from "./call_devices.js";
import { SoundMeter } from "./call_meter.js";
import { notice } from "./call_notice.js";
import { deviceProblem } from "./call_words.js";
import { h, icon, replace } from "./dom.js";
import { t } from "./i18n.js";
import { problemOf } from "./media_error.js";

export class OwnPanel {
  /** @param {(kind: "audio" | "video", track: MediaStreamTrack | null) => void} onTrack */
  constructor(onTrack) {
    this.onTrack = onTrack;
    this.removed = false;
    this.skipping = new AbortController();
    this.microphone = new CallDevice("microphone");
    this.camera = new CallDevice("camera");
    this.meter = new SoundMeter(t("Sound from your microphone"));
    this.microphoneState = h("p", null);
    this.preview = h("video", {
      muted: true,
      playsInline: true,
      autoplay: true,
      // a mirror, as people know themselves
      style: "display: block; width: 100%; max-width: 16rem; transform: scaleX(-1)",
      "aria-label": t("Your own picture"),
    });
    this.noPreview = h("p", { class: "soft" }, t("Your camera is off."));
    this.problems = h("div", { class: "stack" });
    this.microphoneButton = this.button(t("Mute the microphone"), this.microphone);
    this.cameraButton = this.button(t("Turn the camera off"), this.camera);
    this.element = h(
      "section",
      { class: "stack stack--tight", "aria-label": t("You") },
      h("h3", null, t("You")),
      this.microphoneState,
      this.meter.element,
      this.preview,
      this.noPreview,
    );
    this.show();
  }

  /**
   * @param {string} label
   * @param {CallDevice} device
   */
  button(label, device) {
    return h(
      "button",
      { type: "button", class: "button", "aria-pressed": "false", onclick: () => this.toggle(device) },
      label,
    );
  }

  /** Ask for the microphone, then for the camera; done when each is answered, or `skip` is called. */
  async askForBoth() {
    await this.turnOn(this.microphone);
    await this.turnOn(this.camera);
  }

  /** Wait no longer for the browser's questions. */
  skip() {
    this.skipping.abort();
  }

  /** @param {CallDevice} device */
  async turnOn(device) {
    this.problems.querySelector(`[data-device=${device.source}]`)?.remove();
    try {
      await device.open(this.skipping.signal);
    } catch (error) {
      const { sentence, next } = deviceProblem(device.source, problemOf(error).reason);
      const problem = notice("warn", sentence, next);
      problem.dataset.device = device.source;
      this.problems.append(problem);
    }
    if (this.removed) device.close();
    // unplugged, or taken by another program
    device.track?.addEventListener("ended", () => {
      device.close();
      this.use(device);
    });
    this.use(device);
  }

  /** @param {CallDevice} device */
  use(device) {
    if (device === this.microphone) {
      this.onTrack("audio", device.track);
      this.meter.follow(device.stream);
    } else {
      this.onTrack("video", device.track);
      this.preview.srcObject = device.stream;
    }
    this.show();
  }

  /** @param {CallDevice} device */
  async toggle(device) {
    if (device.track) {
      device.turn(!device.isOn);
      this.show();
    } else {
      this.skipping = new AbortController();
      await this.turnOn(device);
    }
  }

  show() {
    const { microphone, camera } = this;
    this.microphoneButton.setAttribute("aria-pressed", String(!microphone.isOn));
    this.cameraButton.setAttribute("aria-pressed", String(!camera.isOn));
    const sentence = microphone.isOn ? t("Your microphone is on.") : t("Your microphone is off.");
    replace(this.microphoneState, icon(microphone.isOn ? "mic" : "mic-off"), " ", sentence);
    this.preview.hidden = !camera.isOn;
    this.noPreview.hidden = camera.isOn;
  }

  /** Turn everything off; safe to call twice. */
  remove() {
    this.removed = true;
    this.skip();
    this.microphone.close();
    this.camera.close();
    this.meter.remove();
  }
}
