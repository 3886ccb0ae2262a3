// @ts-check
/** The exercises on this page and which of them are answered, for the hand-in. */

import { StepPart } from "./step_parts.js";

/** @typedef {{ id: string, question: string, el: HTMLElement, part: StepPart, optional: boolean }} PageExercise */

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
   * @param {boolean} [optional]
   * @returns {() => void} takes it away again
   */
  add(id, question, el, optional = false) {
    const part = new StepPart(el);
    // a step waits for its parts, and nobody has to do this one
    if (optional) part.remove();
    this.byId.set(id, { id, question, el, part, optional });
    this.dispatchEvent(new Event("change"));
    return () => {
      part.remove();
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
    const part = this.byId.get(id)?.part;
    if (!part || part.done) return;
    part.restore();
    this.dispatchEvent(new Event("change"));
  }

  /**
   * It has been answered now.
   *
   * @param {string} id
   */
  answer(id) {
    const part = this.byId.get(id)?.part;
    if (!part || part.done) return;
    part.finish();
    this.dispatchEvent(new Event("change"));
  }
}

export const exercises = new Exercises();
