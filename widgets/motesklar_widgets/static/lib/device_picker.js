// @ts-check
/** A list of the devices of one kind; shown only where there is a choice. */

import { h, replace, uniqueId } from "./dom.js";
import { t } from "./i18n.js";

/** @typedef {import("./media.js").Media} Media */
/** @typedef {import("./media.js").Source} Source */

export class DevicePicker {
  /**
   * @param {Media} media
   * @param {Source | "speaker"} kind
   * @param {string} label
   * @param {() => void} onChoose
   */
  constructor(media, kind, label, onChoose) {
    this.media = media;
    this.kind = kind;
    const id = uniqueId("device");
    const onchange = () => {
      media.prefer(kind, this.select.value);
      onChoose();
    };
    this.select = h("select", { id, onchange });
    this.el = h(
      "div",
      { class: "field", hidden: true },
      h("label", { for: id }, label),
      this.select,
    );
  }

  /**
   * Read the list anew. The names are known only after permission has been given.
   *
   * @param {string} current the device in use
   */
  async refresh(current) {
    const devices = await this.media.devices(this.kind);
    replace(
      this.select,
      devices.map(({ id, label }, index) =>
        h("option", { value: id }, label || t("Device %(number)s", { number: index + 1 })),
      ),
    );
    if (devices.some(({ id }) => id === current)) this.select.value = current;
    this.el.hidden = devices.length < 2;
  }

  /**
   * Read the list anew whenever a device comes or goes.
   *
   * @returns {() => void} what ends it
   */
  follow() {
    return this.media.onDevices(() => {
      this.refresh(this.select.value).catch((error) => {
        console.warn("the devices can't be listed", error);
      });
    });
  }
}
