// @ts-check
/** Find for each item the one it belongs to, in lists: no dragging. Saved when every line has one. */

import { Answer } from "./lib/answer.js";
import { h, replace, uniqueId } from "./lib/dom.js";
import { t } from "./lib/i18n.js";

/** @typedef {import("./lib/types.js").RenderContext} RenderContext */

/** @param {RenderContext} context */
function render({ model, el }) {
  /** @type {string} */
  const question = model.get("question");
  /** @type {[string, string][]} */
  const items = model.get("items");
  /** @type {[string, string][]} */
  const targets = model.get("targets");
  const answer = new Answer(model.get("exercise"), question, el);
  const lists = new Map(items.map(([key]) => [key, list()]));

  function list() {
    return h(
      "select",
      { id: uniqueId("match"), onchange: give },
      h("option", { value: "" }, t("Choose …")),
      targets.map(([key, text]) => h("option", { value: key }, text)),
    );
  }

  function give() {
    const left = [...lists.values()].filter(({ value }) => !value).length;
    if (left > 0) {
      replace(answer.status, t("Lines left to match: %(number)s.", { number: left }));
      return;
    }
    answer.save(Object.fromEntries([...lists].map(([key, { value }]) => [key, value])));
  }

  el.append(
    answer.card(
      h(
        "fieldset",
        { class: "stack" },
        h("legend", null, question),
        items.map(([key, text]) => {
          const select = /** @type {HTMLSelectElement} */ (lists.get(key));
          return h("div", { class: "field match" }, h("label", { for: select.id }, text), select);
        }),
      ),
    ),
  );
  answer.restore((value) => {
    const given = Object.entries(/** @type {Record<string, string>} */ (value ?? {}));
    const fits = given.every(([key, target]) => lists.has(key) && targets.some(([known]) => known === target));
    if (given.length !== lists.size || !fits) return false;
    for (const [key, target] of given) /** @type {HTMLSelectElement} */ (lists.get(key)).value = target;
    return true;
  });
  return answer.remove;
}

export default { render };
