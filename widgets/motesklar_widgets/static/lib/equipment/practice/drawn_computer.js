// @ts-check
/** A computer in a meeting, drawn with real controls: it shows how it stands and tells what is done. */

import { h, icon, replace } from "../../dom.js";
import { t } from "../../i18n.js";
import { list, onOffButton, panelButton, radioRows, slider, switchRow } from "./controls.js";
import { headset, person } from "./drawing.js";
import { names, valueNames } from "./words.js";

/** @typedef {import("./controls.js").Part} Part */
/** @typedef {import("./machine.js").Settings} Settings */
/** @typedef {import("./scenes.js").Scene} Scene */

const VOLUME_STEP = 25;

export class DrawnComputer {
  /** @param {(action: string) => void} onAction such as `wifi:on`; `show` is called after it */
  constructor(onAction) {
    this.onAction = onAction;
    this.names = names();
    this.values = valueNames();
    /** @type {Map<string, Part>} by control */
    this.parts = new Map();
    this.hint = h("div", { class: "drawn__hint" });
    this.seen = h("p", { class: "drawn__seen" });
    this.anna = h("p", { class: "drawn__says" });
    this.lamp = h("p", null);
    this.el = h(
      "div",
      {
        class: "drawn",
        role: "group",
        "aria-label": t("Drawn computer"),
        tabindex: -1,
        onkeydown: (/** @type {KeyboardEvent} */ event) => this.closeOnEscape(event),
      },
      h("div", { class: "drawn__screen" }, this.browserBar(), this.meeting(), this.taskbar()),
      this.headsetArea(),
    );
  }

  browserBar() {
    const panel = this.panel(
      this.part("microphone-permission", radioRows),
      this.part("camera-permission", radioRows),
    );
    this.site = this.panelButton("site-menu", "lock", panel, { wordless: true });
    return h(
      "div",
      { class: "drawn__area" },
      h(
        "div",
        { class: "drawn__bar" },
        this.site.el,
        h("span", { class: "drawn__address" }, t("meeting.example")),
      ),
      panel,
    );
  }

  meeting() {
    const panel = this.panel(this.part("microphone", list), this.part("speaker", list));
    const settings = this.panelButton("meeting-settings", "settings", panel);
    const microphone = { on: "mic", off: "mic-off" };
    const camera = { on: "video", off: "video-off" };
    return h(
      "div",
      { class: "drawn__area drawn__meeting" },
      this.seen,
      h(
        "div",
        { class: "drawn__tiles" },
        h("div", { class: "drawn__tile" }, person("long"), h("span", null, t("Anna"))),
        h("div", { class: "drawn__tile" }, person("short"), h("span", null, t("You"))),
      ),
      this.anna,
      h(
        "div",
        { class: "row" },
        this.onOff("meeting-microphone", microphone),
        this.onOff("meeting-camera", camera),
        settings.el,
      ),
      panel,
    );
  }

  taskbar() {
    const sound = this.panel(
      this.part("system-microphone", (label, _words, set) => switchRow(label, set)),
      this.part("volume", (label, _words, set) => slider(label, VOLUME_STEP, set)),
    );
    const network = this.panel(
      this.part("wifi", (label, _words, set) => switchRow(label, set)),
      this.part("network", radioRows),
    );
    this.network = this.panelButton("network-settings", "wifi", network);
    const soundButton = this.panelButton("sound-settings", "volume-2", sound);
    return h(
      "div",
      { class: "drawn__area drawn__taskbar" },
      h("div", { class: "row" }, this.network.el, soundButton.el),
      network,
      sound,
    );
  }

  headsetArea() {
    return h(
      "div",
      { class: "drawn__area drawn__headset" },
      headset(),
      h(
        "div",
        { class: "stack stack--tight" },
        this.lamp,
        this.part("headset-switch", (label, _words, set) => switchRow(label, set)),
      ),
    );
  }

  /** @param {...HTMLElement} children */
  panel(...children) {
    return h("div", { class: "drawn__panel stack", hidden: true }, children);
  }

  /**
   * @param {string} control
   * @param {(label: string, words: Record<string, string>, set: (value: string) => void) => Part} make
   */
  part(control, make) {
    const part = make(this.names[control], this.values[control], (value) =>
      this.onAction(`${control}:${value}`),
    );
    this.keep(control, part);
    return part.el;
  }

  /**
   * @param {string} control
   * @param {string} picture
   * @param {HTMLElement} panel
   * @param {{ wordless?: boolean }} [look]
   */
  panelButton(control, picture, panel, look) {
    const set = (/** @type {string} */ value) => this.onAction(`${control}:${value}`);
    const button = panelButton(this.names[control], panel, set, look);
    button.name(this.names[control], picture);
    this.keep(control, button);
    return button;
  }

  /**
   * @param {string} control
   * @param {Part} part
   */
  keep(control, part) {
    part.el.dataset.control = control;
    this.parts.set(control, part);
  }

  /**
   * @param {string} control
   * @param {Record<string, string>} pictures
   */
  onOff(control, pictures) {
    return this.part(control, (_label, words, set) => onOffButton(words, pictures, set));
  }

  /**
   * @param {Settings} settings
   * @param {Scene} scene
   */
  show(settings, scene) {
    for (const [control, part] of this.parts) part.show(settings[control]);
    const isBlocked = settings["microphone-permission"] === "block";
    this.site?.name(
      isBlocked ? t("About this page: the microphone is blocked") : this.names["site-menu"],
      isBlocked ? "mic-off" : "lock",
    );
    this.network?.name(
      scene.connected ? this.names["network-settings"] : t("Network: no connection"),
      scene.connected ? "wifi" : "x",
    );
    const isLit = settings["headset-switch"] === "on";
    replace(this.lamp, isLit ? t("The lamp on the cord is green.") : t("The lamp on the cord is red."));
    this.el.dataset.lamp = isLit ? "green" : "red";
    this.el.dataset.connected = String(scene.connected);
    const isSeen = settings["meeting-camera"] === "on" && settings["camera-permission"] === "allow";
    this.el.dataset.seen = String(isSeen);
    this.el.dataset.heard = String(scene.heard);
    replace(this.seen, scene.seen && icon("triangle-alert"), scene.seen);
    this.seen.hidden = !scene.seen;
    replace(this.anna, scene.anna && h("strong", null, t("Anna:")), " ", scene.anna);
    this.anna.hidden = !scene.anna;
  }

  /**
   * Say something beside the control that was used.
   *
   * @param {string} control
   * @param {Node | null} words
   */
  say(control, words) {
    replace(this.hint, words);
    this.parts.get(control)?.el.closest(".drawn__area")?.append(this.hint);
  }

  /**
   * Show which control is meant.
   *
   * @param {string | null} control
   */
  point(control) {
    for (const [name, { el }] of this.parts) el.classList.toggle("drawn__pointed", name === control);
    if (control) this.parts.get(control)?.el.scrollIntoView({ block: "nearest" });
  }

  /** @param {KeyboardEvent} event */
  closeOnEscape({ key, target }) {
    if (key !== "Escape" || !(target instanceof Element)) return;
    const panel = target.closest(".drawn__panel");
    const button = panel && this.el.querySelector(`[aria-controls="${panel.id}"]`);
    if (!(button instanceof HTMLElement)) return;
    button.click();
    button.focus();
  }
}
