// @ts-check
/** Repair a drawn computer by doing it; the answer is what was done. */

import { Answer } from "./lib/answer.js";
import { h } from "./lib/dom.js";
import { repairs } from "./lib/equipment/practice/machine.js";
import { Rehearsal } from "./lib/equipment/practice/rehearsal.js";
import { t } from "./lib/i18n.js";

/** @typedef {import("./lib/types.js").RenderContext} RenderContext */

/** @param {RenderContext} context */
function render({ model, el }) {
  /** @type {string} */
  const question = model.get("question");
  /** @type {import("./lib/equipment/practice/machine.js").Computer} */
  const computer = model.get("computer");
  const answer = new Answer(model.get("exercise"), question, el);
  const rehearsal = new Rehearsal(computer, (actions) => answer.save(actions));

  el.append(
    answer.groupCard(
      h("p", null, t("Press on the drawn computer as you would on your own. It has no sound, and nothing on your own computer is changed.")),
      rehearsal.el,
    ),
  );
  answer.restore((value) => {
    const done = repairs(computer, value);
    if (done) rehearsal.showDone(/** @type {string[]} */ (value));
    return done;
  });
  return () => {
    rehearsal.close();
    answer.remove();
  };
}

export default { render };
