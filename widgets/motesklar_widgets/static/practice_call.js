// @ts-check
/** The practice call: a learner alone with the automated partner, by voice, picture and text. */

import { CallScreen } from "./lib/call_screen.js";
import { h } from "./lib/dom.js";
import { t } from "./lib/i18n.js";
import { page } from "./lib/page.js";
import { previewNote } from "./lib/widget.js";

/** @typedef {import("./lib/types.js").RenderContext} RenderContext */

/** @param {RenderContext} context */
function render({ el }) {
  const screen = page.live ? new CallScreen(page.module) : null;
  const root = h("div", { class: "card stack" }, previewNote(), screen?.element ?? preview());
  el.append(root);
  return () => {
    screen?.remove();
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
