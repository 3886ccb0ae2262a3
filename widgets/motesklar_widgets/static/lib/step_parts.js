// @ts-check
/** A step is done when all its parts are: its tests, its exercises, its hand-in. */

import { stepOf, tell } from "./widget.js";

/** One part of a step: a widget in which something is to be done. */
export class StepPart {
  /** @param {HTMLElement} el the widget's element */
  constructor(el) {
    this.el = el;
    this.done = false;
    parts.add(this);
  }

  /** It was done in an earlier visit, so the page knows of it already. */
  restore() {
    this.done = true;
  }

  /** It has been done now. */
  finish() {
    this.done = true;
    const step = stepOf(this.el);
    const inStep = [...parts].filter(({ el }) => stepOf(el) === step);
    if (step && inStep.every(({ done }) => done)) tell("step-done", { step });
  }

  remove() {
    parts.delete(this);
  }
}

/** @type {Set<StepPart>} what is on the page now */
const parts = new Set();
