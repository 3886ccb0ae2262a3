// @ts-check
/**
 * Before a call: when the equipment was tested on this device, and the whole test on the same page,
 * so that the call goes on with the very stream that was tested.
 */

import { h, replace } from "../dom.js";
import { t } from "../i18n.js";
import { EquipmentFlow } from "./flow.js";
import { within } from "./limits.js";
import { forgetfulSession, readSession } from "./session.js";
import { testedWhen } from "./tested_when.js";
import { readWorld } from "./world.js";

/** @typedef {import("../media.js").Media} Media */

/** The microphone's meter waits for this: a slow server must not keep somebody from their call. */
const SESSION_SECONDS = 2;

export class BeforeCall {
  /**
   * @param {Media} media
   * @param {(testing: boolean) => void} onTesting the test takes the others' place, or gives it back
   */
  constructor(media, onTesting) {
    this.media = media;
    this.onTesting = onTesting;
    this.session = forgetfulSession();
    /** @type {EquipmentFlow | null} */
    this.flow = null;
    this.el = h("div", { class: "stack stack--tight" });
  }

  /** Choose the devices that were tested; never fails, and soon over. */
  async start() {
    try {
      this.session = await within(readSession(), SESSION_SECONDS);
      this.session.memory.chooseDevices(this.media);
    } catch (error) {
      console.info("what was tested is not known", error);
    }
    this.show();
  }

  show() {
    const days = this.session.memory.daysSinceAll();
    const open = h(
      "button",
      { type: "button", class: "button button--quiet", onclick: () => this.open() },
      days === null ? t("Test your equipment first") : t("Test again"),
    );
    replace(
      this.el,
      h("div", { class: "row" }, days !== null && h("span", null, testedWhen(days)), open),
    );
  }

  open() {
    const back = h(
      "button",
      { type: "button", class: "button button--primary", onclick: () => this.close() },
      t("Go back to the call"),
    );
    this.flow = new EquipmentFlow({
      media: this.media,
      world: readWorld(),
      session: this.session,
      next: null,
      alone: false,
    });
    replace(this.el, h("div", { class: "row" }, back), this.flow.el);
    this.onTesting(true);
    this.flow.beginAnew();
  }

  close() {
    this.flow?.close();
    this.flow = null;
    this.onTesting(false);
    this.show();
    // the button that was pressed is gone
    this.el.querySelector("button")?.focus();
  }

  /** Safe to call twice. */
  remove() {
    this.flow?.close();
    this.flow = null;
  }
}
