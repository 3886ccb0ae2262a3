// @ts-check
/** The practice call's place on the page: a button, a call, and the button again. */

import { CallView } from "./call_view.js";
import { h, icon, replace } from "./dom.js";
import { t } from "./i18n.js";

export class CallScreen {
  /** @param {string} module */
  constructor(module) {
    this.module = module;
    this.element = h("div", { class: "stack" });
    /** @type {CallView | null} */
    this.view = null;
    replace(this.element, intro(), this.button(t("Start the practice call")));
  }

  /** @param {string} text */
  button(text) {
    return h(
      "button",
      { type: "button", class: "button button--primary", onclick: () => this.call() },
      icon("phone"),
      text,
    );
  }

  call() {
    const view = new CallView(this.module, (farewell) => {
      view.remove();
      replace(this.element, farewell, this.button(t("Call again")));
      farewell.focus();
    });
    this.view = view;
    replace(this.element, view.element);
    view.start();
  }

  remove() {
    this.view?.remove();
  }
}

function intro() {
  return h(
    "div",
    { class: "stack" },
    h(
      "p",
      null,
      t(
        "You talk with a computer voice that listens, answers and shows what it says in writing. No other person hears or sees you, and nothing is recorded.",
      ),
    ),
    h(
      "p",
      null,
      t(
        "When you press the button, the browser may ask if it may use your microphone and your camera. Answer that it may. You can also take part by writing only.",
      ),
    ),
  );
}
