// @ts-check
/** Choose every one that is right; saved at each choice. */

import { Answer } from "./lib/answer.js";
import { h, replace, uniqueId } from "./lib/dom.js";
import { t } from "./lib/i18n.js";

/** @typedef {import("./lib/types.js").RenderContext} RenderContext */

/** @param {RenderContext} context */
function render({ model, el }) {
  /** @type {string} */
  const question = model.get("question");
  /** @type {[string, string][]} */
  const choices = model.get("choices");
  const answer = new Answer(model.get("exercise"), question, el);
  const hint = uniqueId("several");
  const boxes = new Map(
    choices.map(([key]) => [key, h("input", { type: "checkbox", value: key, onchange: give })]),
  );

  /** Nothing chosen is no answer: the one before stays until something is chosen again. */
  function give() {
    const chosen = [...boxes].filter(([, box]) => box.checked).map(([key]) => key);
    if (chosen.length > 0) answer.save(chosen);
    else replace(answer.status, t("Nothing is chosen. Your answer before counts until you choose again."));
  }

  el.append(
    answer.card(
      h(
        "fieldset",
        { class: "stack", "aria-describedby": hint },
        h("legend", null, question),
        h("p", { id: hint, class: "field__hint" }, t("Several may be right. Choose all of them.")),
        choices.map(([key, text]) =>
          h("label", { class: "choice" }, boxes.get(key), h("span", null, text)),
        ),
      ),
    ),
  );
  answer.restore((value) => {
    if (!Array.isArray(value) || !value.every((key) => boxes.has(key))) return false;
    for (const [key, box] of boxes) box.checked = value.includes(key);
    return true;
  });
  return answer.remove;
}

export default { render };
