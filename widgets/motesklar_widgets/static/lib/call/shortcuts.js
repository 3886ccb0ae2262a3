// @ts-check
/**
 * Single keys for what is pressed often (WCAG 2.2, 2.1.4: they can be turned off, and they never
 * fire where something is written).
 */

import { h, uniqueId } from "../dom.js";
import { t } from "../i18n.js";
import { keepChoices, keptChoices } from "./kept.js";
import { ScreenShare } from "./screen_share.js";

/** @typedef {import("./bar.js").ButtonName} ButtonName */
/** @typedef {{ key: string, words: string, press: () => void, hidden?: boolean }} Shortcut */

const WRITES = "input, textarea, select, [contenteditable], [role=textbox]";

export class Shortcuts {
  /** @param {Shortcut[]} shortcuts */
  constructor(shortcuts) {
    this.shortcuts = shortcuts.filter(({ hidden }) => !hidden);
    this.on = keptChoices().shortcuts;
    this.leaving = new AbortController();
    document.addEventListener("keydown", (event) => this.press(event), {
      signal: this.leaving.signal,
    });
    this.element = this.build();
  }

  build() {
    const id = uniqueId("shortcuts");
    const box = h("input", { type: "checkbox", id, checked: this.on });
    box.addEventListener("change", () => {
      this.on = box.checked;
      keepChoices({ shortcuts: this.on });
    });
    return h(
      "div",
      { class: "stack stack--tight" },
      h("label", { class: "choice", for: id }, box, t("Use keys as shortcuts")),
      h("p", { class: "soft small" }, t("They do nothing while you write.")),
      h(
        "dl",
        { class: "shortcuts" },
        this.shortcuts.flatMap(({ key, words }) => [
          h("dt", null, h("kbd", null, key.toUpperCase())),
          h("dd", null, words),
        ]),
      ),
    );
  }

  /** @param {KeyboardEvent} event */
  press(event) {
    if (!this.on || event.defaultPrevented || event.repeat || event.isComposing) return;
    if (event.ctrlKey || event.altKey || event.metaKey || event.shiftKey) return;
    const target = /** @type {Element | null} */ (event.target);
    if (target?.closest(WRITES) || document.querySelector("dialog[open]")) return;
    const found = this.shortcuts.find(({ key }) => key === event.key.toLowerCase());
    if (!found) return;
    event.preventDefault();
    found.press();
  }

  remove() {
    this.leaving.abort();
  }
}

/**
 * Those of a call; leaving has none of its own, because a key is pressed by mistake more easily.
 *
 * @param {(name: ButtonName) => void} press
 * @param {() => void} toLeave puts the focus on the button that leaves
 * @returns {Shortcut[]}
 */
export function callShortcuts(press, toLeave) {
  const does = (/** @type {ButtonName} */ name) => () => press(name);
  return [
    { key: "m", words: t("Microphone on or off"), press: does("microphone") },
    { key: "c", words: t("Camera on or off"), press: does("camera") },
    {
      key: "s",
      words: t("Show your screen, or stop"),
      press: does("screen"),
      hidden: !ScreenShare.isPossible,
    },
    { key: "h", words: t("Raise or lower your hand"), press: does("hand") },
    { key: "w", words: t("Write"), press: does("chat") },
    { key: "l", words: t("Go to the button that leaves the call"), press: toLeave },
  ];
}
