// @ts-check
/** Choices of microphone, camera and loudspeaker, remembered from the device tests. */

import { DevicePicker } from "../device_picker.js";
import { h } from "../dom.js";
import { t } from "../i18n.js";
import { media } from "../media.js";

/** @typedef {import("./own_media.js").OwnMedia} OwnMedia */

export class Pickers {
  /**
   * @param {OwnMedia} own
   * @param {(speakerId: string) => void} onSpeaker
   */
  constructor(own, onSpeaker) {
    this.own = own;
    this.microphone = new DevicePicker(media, "microphone", t("Microphone"), () =>
      own.reopen("microphone"),
    );
    this.camera = new DevicePicker(media, "camera", t("Camera"), () => {
      if (own.camera.isOpen) own.reopen("camera");
    });
    this.speaker = new DevicePicker(media, "speaker", t("Loudspeaker or headphones"), () =>
      onSpeaker(media.preferred("speaker")),
    );
    this.element = h(
      "div",
      { class: "stack stack--tight" },
      this.microphone.el,
      this.camera.el,
      media.canChooseSpeaker && this.speaker.el,
    );
  }

  /** Read the lists anew; the names are known only after permission has been given. */
  async refresh() {
    await Promise.all([
      this.microphone.refresh(this.own.microphone.deviceId),
      this.camera.refresh(this.own.camera.deviceId || media.preferred("camera")),
      this.speaker.refresh(media.preferred("speaker")),
    ]);
  }
}
