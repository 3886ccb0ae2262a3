// @ts-check
/** Write a number or a word; saved by the button, by Enter, and when the field is left. */

import { Answer } from "./lib/answer.js";
import { h, replace, uniqueId } from "./lib/dom.js";
import { t } from "./lib/i18n.js";
import { readNumber } from "./lib/number_field.js";
import { previewNote } from "./lib/widget.js";

/** @typedef {import("./lib/types.js").RenderContext} RenderContext */

const MOST_CHARACTERS = 100;

/** @param {RenderContext} context */
function render({ model, el }) {
  /** @type {string} */
  const question = model.get("question");
  /** @type {string} empty where a word is asked for */
  const unit = model.get("unit");
  const answer = new Answer(model.get("exercise"), question, el);
  const id = uniqueId("fill-in");
  const error = h("p", { class: "field__error", id: `${id}-error` });
  const input = h("input", {
    id,
    type: "text",
    inputmode: unit ? "decimal" : "text",
    autocomplete: "off",
    maxlength: MOST_CHARACTERS,
    "aria-describedby": unit ? `${id}-unit ${error.id}` : error.id,
    onchange: () => give(),
  });
  /** What was saved last, so that leaving the field after the button saves nothing again. */
  let given = "";

  /** @returns {string | number | null} null where nothing usable is written */
  function read() {
    const text = input.value.trim();
    if (!unit) return text || null;
    const number = readNumber(text);
    return Number.isNaN(number) ? null : number;
  }

  function give() {
    const value = read();
    input.setAttribute("aria-invalid", String(value === null));
    replace(error, value === null && (unit ? t("Write a number, such as 40.") : t("Write a word.")));
    if (value === null || String(value) === given) return;
    given = String(value);
    answer.save(value);
  }

  el.append(
    h(
      "form",
      {
        class: "card stack",
        id: `exercise-${model.get("exercise")}`,
        onsubmit: (/** @type {Event} */ event) => {
          event.preventDefault();
          give();
        },
      },
      previewNote(),
      h(
        "div",
        { class: "field" },
        h("label", { for: id }, question),
        h("div", { class: unit ? "row fill-in" : "row" }, input, unit && h("span", { id: `${id}-unit` }, unit)),
        error,
      ),
      h("p", null, h("button", { class: "button" }, t("Save"))),
      answer.status,
    ),
  );
  answer.restore((value) => {
    if (typeof value !== (unit ? "number" : "string")) return false;
    given = String(value);
    input.value = unit ? given.replace(".", ",") : given;
    return true;
  });
  return answer.remove;
}

export default { render };
