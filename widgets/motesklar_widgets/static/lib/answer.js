// @ts-check
/** Saves one exercise's answer and says so beside it. */

import { checkAnswer, getState, saveAnswer } from "./api.js";
import { h, icon, replace, uniqueId } from "./dom.js";
import { exercises } from "./exercises.js";
import { t } from "./i18n.js";
import { page } from "./page.js";
import { notice, previewNote, problemNotice } from "./widget.js";

export class Answer {
  /**
   * @param {string} exercise
   * @param {string} question
   * @param {HTMLElement} el
   * @param {{ optional?: boolean }} [options] left to the person, it holds up neither step nor hand-in
   */
  constructor(exercise, question, el, { optional = false } = {}) {
    this.exercise = exercise;
    this.question = question;
    // what a person reads has no right or wrong, and a final test tells nothing before its hand-in
    this.canCheck = page.live && !optional && !page.final;
    this.touched = false;
    this.status = h("div", { role: "status", class: "stack stack--tight" });
    this.remove = exercises.add(exercise, question, el, optional);
  }

  /**
   * The exercise's card; what has become of the answer stands at its end.
   *
   * @param {...(import("./dom.js").Child | import("./dom.js").Child[])} content
   */
  card(...content) {
    return h(
      "div",
      { class: "card stack", id: `exercise-${this.exercise}` },
      previewNote(),
      ...content,
      this.status,
    );
  }

  /**
   * The same, for controls that are no `fieldset` of themselves: a group with the question as its name.
   *
   * @param {...(import("./dom.js").Child | import("./dom.js").Child[])} content
   */
  groupCard(...content) {
    const label = uniqueId("question");
    return this.card(
      h(
        "div",
        { class: "stack", role: "group", "aria-labelledby": label },
        h("p", { id: label }, h("strong", null, this.question)),
        ...content,
      ),
    );
  }

  /**
   * Give `show` the answer of an earlier visit, unless the person has begun to answer meanwhile.
   *
   * @param {(value: unknown) => boolean} show returns false when the exercise no longer has such
   *   an answer
   */
  async restore(show) {
    try {
      const { answers } = await getState();
      const value = answers[this.exercise];
      if (value === undefined || this.touched || !show(value)) return;
      exercises.restore(this.exercise);
      this.showSaved();
    } catch (error) {
      replace(this.status, problemNotice(error));
    }
  }

  showSaved() {
    const saved = h("p", null, icon("check"), " ", t("Your answer is saved."));
    replace(this.status, saved);
    if (!this.canCheck) return;
    const told = h("div");
    const button = h(
      "button",
      { type: "button", class: "button", onclick: () => this.check(button, told) },
      t("Check my answer"),
    );
    this.status.append(h("p", null, button), told);
  }

  /**
   * @param {HTMLButtonElement} button
   * @param {HTMLElement} told
   */
  async check(button, told) {
    // not `disabled`, which would take the keyboard's focus away
    if (button.getAttribute("aria-disabled") === "true") return;
    button.setAttribute("aria-disabled", "true");
    replace(told, t("Looking at your answer …"));
    try {
      const { right, explanation } = await checkAnswer(this.exercise);
      const words = right ? t("That is right.") : t("Not quite yet. You can change your answer.");
      replace(told, notice(right ? "ok" : "info", words, explanation));
    } catch (error) {
      replace(told, problemNotice(error));
    } finally {
      button.setAttribute("aria-disabled", "false");
    }
  }

  /**
   * @param {unknown} value
   * @returns {Promise<boolean>} whether the server has taken it
   */
  async save(value) {
    this.touched = true;
    replace(this.status, t("Saving …"));
    try {
      await saveAnswer(this.exercise, value);
      exercises.answer(this.exercise);
      this.showSaved();
      return true;
    } catch (error) {
      replace(this.status, problemNotice(error));
      return false;
    }
  }
}
