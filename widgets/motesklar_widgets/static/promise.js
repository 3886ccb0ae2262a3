// @ts-check
/** A promise to oneself: kept on the server for the person alone, shown again where the widget is. */

import { h, icon, replace, uniqueId } from "./lib/dom.js";
import { t } from "./lib/i18n.js";
import { readNote, saveNote } from "./lib/own_data.js";
import { previewNote, problemNotice } from "./lib/widget.js";

/** @typedef {import("./lib/types.js").RenderContext} RenderContext */

const NAME = "promise";
const MOST_CHARACTERS = 500;

/** @param {RenderContext} context */
function render({ el }) {
  const id = uniqueId("promise");
  const status = h("div", { role: "status" });
  const area = h("textarea", { id, rows: 3, maxlength: MOST_CHARACTERS, "aria-describedby": `${id}-hint` });
  const button = h("button", { type: "button", class: "button button--primary", onclick: save }, t("Save my promise"));

  /** @param {unknown} error */
  function fail(error) {
    replace(status, problemNotice(error));
  }

  async function save() {
    try {
      await saveNote(NAME, area.value.trim());
      replace(status, icon("check"), " ", t("Your promise is saved. Only you see it."));
    } catch (error) {
      fail(error);
    }
  }

  el.append(
    h(
      "div",
      { class: "card stack" },
      previewNote(),
      h(
        "div",
        { class: "field" },
        h("label", { for: id }, t("My promise to myself")),
        h("p", { class: "field__hint", id: `${id}-hint` }, t("Only you see it. For example: The next meeting with the other office I will suggest on the web.")),
        area,
      ),
      h("p", null, button),
      status,
    ),
  );
  readNote(NAME).then((words) => {
    // whoever has begun to write keeps that
    if (words && !area.value) area.value = words;
  }, fail);
}

export default { render };
