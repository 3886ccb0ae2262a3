// @ts-check
/**
 * One check as a step of a module.
 *
 * A check that is left (scrolled away, another page) is stopped, so that no microphone or camera
 * stays on unseen.
 */

import { getState } from "../api.js";
import { h, replace } from "../dom.js";
import { StepPart } from "../step_parts.js";
import { previewNote, problemNotice, stepOf } from "../widget.js";
import { CheckFrame } from "./frame.js";
import { keptPlace, PlaceQuestion } from "./place.js";
import { isDone } from "./readiness.js";
import { readWorld } from "./world.js";

/** @typedef {import("./frame.js").CheckParts} CheckParts */
/** @typedef {import("../media.js").Media} Media */
/** @typedef {import("../types.js").StoredVerdict} StoredVerdict */

class StepCheck {
  /**
   * @param {HTMLElement} el
   * @param {CheckParts} parts
   * @param {Media} media
   */
  constructor(el, parts, media) {
    this.el = el;
    this.check = parts.check;
    this.part = new StepPart(el);
    this.frame = new CheckFrame(parts, {
      media,
      world: readWorld(),
      place: keptPlace,
      alone: true,
      step: stepOf(el),
      onVerdict: (_, verdict) => isDone(verdict) && this.part.finish(),
    });
    this.observer = new IntersectionObserver(([entry]) => {
      if (!entry.isIntersecting) this.frame.stop();
    });
  }

  show() {
    // only the microphone is judged otherwise among others who talk
    const place = this.check === "microphone" && new PlaceQuestion().el;
    replace(this.el, h("div", { class: "card stack" }, previewNote(), place, this.frame.el));
    this.observer.observe(this.el);
    this.restore();
  }

  async restore() {
    try {
      const last = (await getState()).verdicts[stepOf(this.el)]?.[this.check];
      if (!last || this.frame.touched) return;
      if (isDone(last)) this.part.restore();
      this.frame.restore(last);
    } catch (error) {
      replace(this.frame.told, problemNotice(error));
    }
  }

  close() {
    this.observer.disconnect();
    this.part.remove();
    this.frame.close();
  }
}

/**
 * @param {HTMLElement} el
 * @param {CheckParts} parts
 * @param {Media} media
 * @returns {() => void} cleans up
 */
function showCheck(el, parts, media) {
  const check = new StepCheck(el, parts, media);
  check.show();
  const leave = () => check.frame.stop();
  addEventListener("pagehide", leave);
  return () => {
    removeEventListener("pagehide", leave);
    check.close();
  };
}

/**
 * A widget's front end: its `renderWith` lets tests give an engine of their own.
 *
 * @param {CheckParts} parts
 * @returns {(media: Media) => import("../types.js").Render}
 */
export function checkWidget(parts) {
  return (media) =>
    ({ el }) =>
      showCheck(el, parts, media);
}
