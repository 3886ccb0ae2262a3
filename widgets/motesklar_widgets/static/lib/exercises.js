// @ts-check
/** The exercises on this page and which of them are answered, for the hand-in. */

import { stepOf, tell } from "./widget.js";

/** @typedef {{ id: string, question: string, el: HTMLElement, answered: boolean }} PageExercise */

class Exercises extends EventTarget {
  constructor() {
    super();
    /** @type {Map<string, PageExercise>} */
    this.byId = new Map();
  }

  /**
   * In the order of the page.
   *
   * @returns {PageExercise[]}
   */
  get all() {
    return [...this.byId.values()].sort((a, b) =>
      a.el.compareDocumentPosition(b.el) & Node.DOCUMENT_POSITION_FOLLOWING ? -1 : 1,
    );
  }

  /**
   * @param {string} id
   * @param {string} question
   * @param {HTMLElement} el
   * @returns {() => void} takes it away again
   */
  add(id, question, el) {
    this.byId.set(id, { id, question, el, answered: false });
    this.dispatchEvent(new Event("change"));
    return () => {
      this.byId.delete(id);
      this.dispatchEvent(new Event("change"));
    };
  }

  /**
   * It was answered in an earlier visit.
   *
   * @param {string} id
   */
  restore(id) {
    const exercise = this.byId.get(id);
    if (!exercise || exercise.answered) return;
    exercise.answered = true;
    this.dispatchEvent(new Event("change"));
  }

  /**
   * It has been answered now; the step is done when all its exercises are.
   *
   * @param {string} id
   */
  answer(id) {
    const exercise = this.byId.get(id);
    if (!exercise || exercise.answered) return;
    this.restore(id);
    const step = stepOf(exercise.el);
    const inStep = this.all.filter(({ el }) => stepOf(el) === step);
    if (step && inStep.every(({ answered }) => answered)) tell("step-done", { step });
  }
}

export const exercises = new Exercises();
