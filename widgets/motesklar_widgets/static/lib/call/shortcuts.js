// @ts-check
/**
 * Single keys for what is pressed often (WCAG 2.2, 2.1.4: they can be turned off, and they never
 * fire where something is written).
 */

import { h, uniqueId } from "../dom.js";
import { t } from "../i18n.js";
import { keepChoices, keptChoices } from "./kept.js";

/** @typedef {{ key: string, words: string, press: () => void, hidden?: boolean }} Shortcut */

const WRITES = "input, textarea, select, [contenteditable], [role=textbox]";

export class Shortcuts {
  /** @param {Shortcut[]} shortcuts */
  constructor(shortcuts) {
    this.shortcuts = shortcuts;
    this.on = keptChoices().shortcuts;
    this.leaving = new AbortController();
    document.addEventListener("keydown", (event) => this.press(event), { signal: this.leaving.signal });
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
        this.shortcuts
          .filter(({ hidden }) => !hidden)
          .flatMap(({ key, words }) => [h("dt", null, h("kbd", null, key.toUpperCase())), h("dd", null, words)]),
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
