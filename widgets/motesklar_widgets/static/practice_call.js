// @ts-check
/**
 * The practice call: a learner alone with the automated partner, by voice, picture and text.
 *
 * The call itself is fetched when it is wanted: most pages of the course have none.
 */

import { h, icon, replace } from "./lib/dom.js";
import { t } from "./lib/i18n.js";
import { page } from "./lib/page.js";
import { previewNote, problemNotice } from "./lib/widget.js";

/** @typedef {import("./lib/types.js").RenderContext} RenderContext */

class PracticeCall {
  constructor() {
    this.removed = false;
    /** @type {import("./lib/call/screen.js").CallScreen | null} */
    this.screen = null;
    this.told = h("div");
    this.button = h(
      "button",
      { type: "button", class: "button button--primary", onclick: () => this.start() },
      icon("phone"),
      t("Start the practice call"),
    );
    this.element = h("div", { class: "stack" }, intro(), this.told, this.button);
  }

  async start() {
    this.button.disabled = true;
    replace(this.told);
    try {
      const { CallScreen } = await import("./lib/call/screen.js");
      if (this.removed) return;
      const screen = new CallScreen("practice", `/api/call/${encodeURIComponent(page.module)}`);
      this.screen = screen;
      replace(this.element, screen.element);
      screen.prepare();
    } catch (error) {
      replace(this.told, problemNotice(error));
      this.button.disabled = false;
    }
  }

  remove() {
    this.removed = true;
    this.screen?.remove();
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
    h("p", null, t("You can speak, show yourself or only write. You choose.")),
  );
}

/** @param {RenderContext} context */
function render({ el }) {
  const call = page.live ? new PracticeCall() : null;
  const root = h("div", { class: "card stack" }, previewNote(), call?.element ?? preview());
  el.append(root);
  return () => {
    call?.remove();
    root.remove();
  };
}

function preview() {
  return h(
    "p",
    null,
    t("Here people start the practice call. It works on the course's own pages only."),
  );
}

export default { render };
