// @ts-check
/** Choose one of several; saved as soon as it is chosen. */

import { Answer } from "./lib/answer.js";
import { h, uniqueId } from "./lib/dom.js";

/** @typedef {import("./lib/types.js").RenderContext} RenderContext */

/** @param {RenderContext} context */
function render({ model, el }) {
  /** @type {string} */
  const question = model.get("question");
  /** @type {[string, string][]} */
  const choices = model.get("choices");
  const answer = new Answer(model.get("exercise"), question, el);
  const name = uniqueId("choice");
  const radios = new Map(
    choices.map(([key]) => {
      const onchange = () => answer.save(key);
      return [key, h("input", { type: "radio", name, value: key, onchange })];
    }),
  );

  el.append(
    answer.card(
      h(
        "fieldset",
        { class: "stack" },
        h("legend", null, question),
        choices.map(([key, text]) =>
          h("label", { class: "choice" }, radios.get(key), h("span", null, text)),
        ),
      ),
    ),
  );
  answer.restore((value) => {
    const radio = radios.get(String(value));
    if (radio) radio.checked = true;
    return radio !== undefined;
  });
  return answer.remove;
}

export default { render };
