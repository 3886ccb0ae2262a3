// @ts-check
/**
 * Tells how it stands with the page's calculations, and only when the person has to know.
 *
 * A notice stays in sight at the window's lower edge. Screen readers hear each kind once; a place in
 * line that changes is shown and not read out again.
 */

import { announce, h, replace } from "../widgets/lib/dom.js";
import { t } from "../widgets/lib/i18n.js";
import { notice } from "../widgets/lib/widget.js";
import { KernelState } from "./kernel.js";

/** @typedef {import("./kernel.js").State} State */
/** @typedef {import("./kernel.js").StateDetail} StateDetail */
/** @typedef {import("../widgets/lib/widget.js").NoticeKind} NoticeKind */
/** @typedef {{ kind: NoticeKind, sentence: string, next?: string, button?: HTMLButtonElement }} Told */

/** What is over sooner needs no words. */
const LASTING_MS = 1_000;
/** Between what is focused, with its ring, and the notice. */
const GAP_PX = 16;

export class KernelNotices {
  /** @param {{ askAgain: () => void, reload: () => void }} actions */
  constructor(actions) {
    this.actions = actions;
    this.el = h("div", { class: "calculation-notice", hidden: true });
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.timer = undefined;
    /** The kind of what is shown, so that it is read out once. */
    this.shown = "";
    document.querySelector("main")?.append(this.el);
  }

  /** @param {State} state @param {StateDetail} about */
  show(state, about) {
    clearTimeout(this.timer);
    if (state === KernelState.ASKED || state === KernelState.AWAY) {
      this.timer = setTimeout(() => this.tell(state, this.words(state, about)), LASTING_MS);
    } else if (state === KernelState.READY && about.afresh) {
      this.tell("afresh", this.startedAfresh());
    } else if (state === KernelState.READY || state === KernelState.NONE) {
      if (this.shown !== "afresh" && this.shown !== "failed") this.hide();
    } else {
      this.tell(state, this.words(state, about));
    }
  }

  /** Something could not be calculated and was given up. */
  failed() {
    this.tell("failed", {
      kind: "fail",
      sentence: t("This could not be calculated."),
      next: t("Change a value and try again. If it stays, go on with the next step."),
      button: this.closeButton(),
    });
  }

  /** @param {State} state @param {StateDetail} about @returns {Told} */
  words(state, { place = 1, message = "", nextStep }) {
    switch (state) {
      case KernelState.ASKED:
        return { kind: "info", sentence: t("The calculation is being started …") };
      case KernelState.AWAY:
        return {
          kind: "warn",
          sentence: t("The connection to the calculations is gone."),
          next: t("It is tried again by itself. What you have typed is kept."),
        };
      case KernelState.WAITING:
        return {
          kind: "info",
          sentence: t("Just now many people calculate at the same time. You have place %(place)s in line.", { place }),
          next: t("What you have typed is kept, and the rest of the page works."),
        };
      case KernelState.RENEWED:
        return {
          kind: "warn",
          sentence: t("This page has been renewed since you opened it."),
          next: t("Reload the page to go on calculating. What you have typed is kept."),
          button: this.button(t("Reload the page"), this.actions.reload),
        };
      default:
        return { kind: "fail", sentence: message, next: nextStep, button: this.button(t("Try again"), this.actions.askAgain) };
    }
  }

  /** @returns {Told} */
  startedAfresh() {
    return {
      kind: "info",
      sentence: t("The calculations on this page have started afresh."),
      next: t("What you have typed is kept."),
      button: this.closeButton(),
    };
  }

  closeButton() {
    return this.button(t("Close"), () => this.hide());
  }

  /** @param {string} words @param {() => void} act */
  button(words, act) {
    return h("button", { type: "button", class: "button", onclick: act }, words);
  }

  /** @param {string} name @param {Told} told */
  tell(name, { kind, sentence, next, button }) {
    const box = notice(kind, sentence, next);
    if (button) box.append(button);
    replace(this.el, box);
    this.el.hidden = false;
    this.uncoverFocus();
    if (name !== this.shown) announce([sentence, next].filter(Boolean).join(" "));
    this.shown = name;
  }

  /** What somebody is typing in must not lie behind the notice (WCAG 2.4.11). */
  uncoverFocus() {
    const focused = document.activeElement;
    if (!focused || focused === document.body || this.el.contains(focused)) return;
    const { top } = this.el.getBoundingClientRect();
    const below = focused.getBoundingClientRect().bottom + GAP_PX - top;
    if (below > 0) scrollBy({ top: below, behavior: "instant" });
  }

  hide() {
    this.el.hidden = true;
    replace(this.el);
    this.shown = "";
  }
}
