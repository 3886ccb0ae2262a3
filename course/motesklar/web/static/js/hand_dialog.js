// @ts-check
/** Asks what a raised hand is about; nothing of it has to be told. */

import { h, icon, uniqueId } from "../widgets/lib/dom.js";
import { t } from "../widgets/lib/i18n.js";

/** As many characters as `workshops/help/topics.py` takes. */
const WORDS_MAX = 500;

/** Topics of `workshops/help/topics.py`, in its order and its words. */
function topics() {
  return /** @type {[topic: string, words: string][]} */ ([
    ["sound", t("The sound")],
    ["picture", t("The picture")],
    ["network", t("The internet connection")],
    ["account", t("My account or password")],
    ["course", t("What I am to do in the course")],
    ["other", t("Something else")],
  ]);
}

export class HandDialog {
  /** @param {(topic: string, words: string) => void} onAsk */
  constructor(onAsk) {
    this.onAsk = onAsk;
    const title = uniqueId("ask");
    const hint = uniqueId("ask-hint");
    this.choices = topics().map(([value, words]) => {
      const input = h("input", { type: "radio", name: "topic", value });
      return { input, element: h("label", { class: "choice" }, input, h("span", null, words)) };
    });
    this.words = h("textarea", { rows: 3, maxlength: WORDS_MAX, "aria-describedby": hint });
    const form = h(
      "form",
      { class: "stack", onsubmit: (/** @type {Event} */ event) => this.ask(event) },
      h("fieldset", null, h("legend", null, t("What is it about?")), this.choices.map(({ element }) => element)),
      h(
        "label",
        { class: "field" },
        h("span", { class: "field__label" }, t("Write more, if you want to")),
        h("span", { class: "field__hint", id: hint }, t("Those who help read it, and nobody else. It is erased when the workshop ends.")),
        this.words,
      ),
      h(
        "p",
        { class: "row" },
        h("button", { class: "button button--primary" }, icon("hand"), t("Ask for help")),
        h("button", { type: "button", class: "button", onclick: () => this.element.close() }, t("Cancel")),
      ),
    );
    this.element = h(
      "dialog",
      { class: "stack", "aria-labelledby": title },
      h("h2", { id: title }, t("Ask for help")),
      form,
    );
  }

  /** @param {{ topic: string, words: string } | null} question what is asked already */
  open(question) {
    for (const { input } of this.choices) input.checked = input.value === question?.topic;
    this.words.value = question?.words ?? this.words.value;
    this.element.showModal();
  }

  /** @param {Event} event */
  ask(event) {
    event.preventDefault();
    const chosen = this.choices.find(({ input }) => input.checked)?.input.value ?? "other";
    this.element.close();
    this.onAsk(chosen, this.words.value);
    this.words.value = "";
  }
}
