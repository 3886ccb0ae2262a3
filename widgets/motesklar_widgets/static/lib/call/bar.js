// @ts-check
/** The row of buttons at the bottom: each says what it does now, in a sign and in words. */

import { h, icon, replace } from "../dom.js";
import { t } from "../i18n.js";
import { ScreenShare } from "./screen_share.js";

/** @typedef {"microphone" | "camera" | "screen" | "hand" | "chat" | "leave"} ButtonName */

/** @typedef {Record<"microphone" | "camera" | "screen" | "hand", boolean>} On */

/**
 * What a button says: in full, and in one word where there is no room. Screen readers get the full.
 *
 * @typedef {{ sign: SVGElement, words: string, short: string }} Face
 */

export class Bar {
  /** @param {(name: ButtonName) => void} onPress */
  constructor(onPress) {
    /** @type {Record<ButtonName, HTMLButtonElement>} */
    this.buttons = {
      microphone: this.button("microphone", onPress),
      camera: this.button("camera", onPress),
      screen: this.button("screen", onPress),
      hand: this.button("hand", onPress),
      chat: this.button("chat", onPress),
      leave: this.button("leave", onPress),
    };
    this.shown = "";
    this.buttons.screen.hidden = !ScreenShare.isPossible;
    this.element = h(
      "div",
      { class: "bar", role: "group", "aria-label": t("Buttons of the call") },
      Object.values(this.buttons),
    );
    const leave = { sign: icon("phone-off"), words: t("Leave the call"), short: t("Leave") };
    this.fill("leave", leave);
    this.setNews(false);
  }

  /**
   * @param {ButtonName} name
   * @param {(name: ButtonName) => void} onPress
   */
  button(name, onPress) {
    const leaves = name === "leave" ? "button--danger " : "";
    const classes = `button ${leaves}bar__button`;
    const onclick = () => onPress(name);
    return h("button", { type: "button", class: classes, "data-name": name, onclick });
  }

  /** @param {On} on */
  show(on) {
    const now = JSON.stringify(on);
    if (now === this.shown) return;
    this.shown = now;
    for (const [name, face] of Object.entries(faces(on))) {
      this.buttons[/** @type {keyof On} */ (name)].dataset.on = String(
        on[/** @type {keyof On} */ (name)],
      );
      this.fill(/** @type {keyof On} */ (name), face);
    }
  }

  /**
   * @param {ButtonName} name
   * @param {Face} face
   */
  fill(name, { sign, words, short }) {
    replace(
      this.buttons[name],
      sign,
      h("span", { class: "bar__words" }, words),
      h("span", { class: "bar__short", "aria-hidden": "true" }, short),
    );
  }

  /** @param {boolean} news whether somebody has written and it was not seen */
  setNews(news) {
    this.buttons.chat.dataset.news = String(news);
    const words = news ? t("Write, new text") : t("Write");
    const short = news ? t("New text") : t("Write");
    this.fill("chat", { sign: icon("message-square"), words, short });
  }

  /**
   * Mark the one button that a task needs now.
   *
   * @param {ButtonName | null} name
   */
  hint(name) {
    for (const [each, button] of Object.entries(this.buttons)) {
      button.classList.toggle("bar__button--hint", each === name);
    }
  }
}

/**
 * @param {On} on
 * @returns {Record<keyof On, Face>}
 */
function faces(on) {
  return {
    microphone: {
      sign: icon(on.microphone ? "mic" : "mic-off"),
      words: on.microphone ? t("Turn the microphone off") : t("Turn the microphone on"),
      short: t("Microphone"),
    },
    camera: {
      sign: icon(on.camera ? "video" : "video-off"),
      words: on.camera ? t("Turn the camera off") : t("Turn the camera on"),
      short: t("Camera"),
    },
    screen: {
      sign: icon(on.screen ? "screen-share-off" : "screen-share"),
      words: on.screen ? t("Stop showing your screen") : t("Show your screen"),
      short: t("Screen"),
    },
    hand: {
      sign: icon("hand"),
      words: on.hand ? t("Lower your hand") : t("Raise your hand"),
      short: t("Hand"),
    },
  };
}
