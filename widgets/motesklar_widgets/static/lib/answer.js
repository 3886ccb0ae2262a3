// @ts-check
/** Saves one exercise's answer and says so beside it. */

import { getState, saveAnswer } from "./api.js";
import { h, icon, replace } from "./dom.js";
import { exercises } from "./exercises.js";
import { t } from "./i18n.js";
import { problemNotice } from "./widget.js";

export class Answer {
  /**
   * @param {string} exercise
   * @param {string} question
   * @param {HTMLElement} el
   */
  constructor(exercise, question, el) {
    this.exercise = exercise;
    this.touched = false;
    this.status = h("div", { role: "status" });
    this.remove = exercises.add(exercise, question, el);
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
    replace(this.status, icon("check"), " ", t("Your answer is saved."));
  }

  /**
   * @param {unknown} value
   */
  async save(value) {
    this.touched = true;
    replace(this.status, t("Saving …"));
    try {
      await saveAnswer(this.exercise, value);
      exercises.answer(this.exercise);
      this.showSaved();
    } catch (error) {
      replace(this.status, problemNotice(error));
    }
  }
}
