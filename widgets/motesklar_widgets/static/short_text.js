// @ts-check
/** A few sentences to a person, who reads them and answers; saved as they are written. */

import { Answer } from "./lib/answer.js";
import { h, replace, uniqueId } from "./lib/dom.js";
import { t } from "./lib/i18n.js";

/** @typedef {import("./lib/types.js").RenderContext} RenderContext */

const MOST_CHARACTERS = 2000;
/** A pause in writing. */
const PAUSE_MS = 1_500;

/** @param {RenderContext} context */
function render({ model, el }) {
  /** @type {string} */
  const question = model.get("question");
  const answer = new Answer(model.get("exercise"), question, el, { optional: true });
  const id = uniqueId("text");
  const counter = h("p", { class: "field__hint", id: `${id}-counter` });
  const area = h("textarea", {
    id,
    rows: 5,
    maxlength: MOST_CHARACTERS,
    "aria-describedby": `${id}-hint ${counter.id}`,
    oninput: () => written(),
    onchange: () => give(),
  });
  let given = "";
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let pausing = undefined;

  function written() {
    count();
    clearTimeout(pausing);
    pausing = setTimeout(give, PAUSE_MS);
  }

  function count() {
    replace(counter, t("%(number)s of %(most)s characters", { number: area.value.length, most: MOST_CHARACTERS }));
  }

  function give() {
    clearTimeout(pausing);
    const text = area.value.trim();
    if (!text || text === given) return;
    given = text;
    answer.save(text);
  }

  count();
  el.append(
    answer.card(
      h(
        "div",
        { class: "field" },
        h("label", { for: id }, question),
        h("p", { class: "field__hint", id: `${id}-hint` }, t("You decide whether to write. A person reads it and may write back. It gives no points.")),
        area,
        counter,
      ),
    ),
  );
  answer.restore((value) => {
    if (typeof value !== "string") return false;
    area.value = given = value;
    count();
    return true;
  });
  return () => {
    give();
    answer.remove();
  };
}

export default { render };
