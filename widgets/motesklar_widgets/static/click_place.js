// @ts-check
/** Point at a place in a drawn meeting window, or choose its description in the list. */

import { Answer } from "./lib/answer.js";
import { h, uniqueId } from "./lib/dom.js";
import { t } from "./lib/i18n.js";
import { MeetingWindow } from "./lib/meeting_window.js";

/** @typedef {import("./lib/types.js").RenderContext} RenderContext */

/** @param {RenderContext} context */
function render({ model, el }) {
  /** @type {string} */
  const question = model.get("question");
  /** @type {[string, string][]} */
  const places = model.get("places");
  const answer = new Answer(model.get("exercise"), question, el);
  const name = uniqueId("place");
  const hint = uniqueId("hint");
  const radios = new Map(
    places.map(([key]) => [
      key,
      h("input", { type: "radio", name, value: key, onchange: () => give(key) }),
    ]),
  );
  const drawing = new MeetingWindow([...radios.keys()], give);

  /** @param {string} place */
  function show(place) {
    const radio = radios.get(place);
    if (radio) radio.checked = true;
    drawing.choose(place);
    return radio !== undefined;
  }

  /** @param {string} place */
  function give(place) {
    show(place);
    answer.save(place);
  }

  el.append(
    answer.card(
      h(
        "fieldset",
        { class: "stack", "aria-describedby": hint },
        h("legend", null, question),
        h("p", { id: hint, class: "field__hint" }, t("Press in the picture, or choose in the list under it. Both count the same.")),
        drawing.el,
        places.map(([key, text]) =>
          h("label", { class: "choice" }, radios.get(key), h("span", null, text)),
        ),
      ),
    ),
  );
  answer.restore((value) => show(String(value)));
  return answer.remove;
}

export default { render };
