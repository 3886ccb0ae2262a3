// @ts-check
/**
 * The steps of a module page: which are done, and where the person is.
 *
 * A step is started when it comes into view and done when its button is pressed or a widget in it
 * says so (`motesklar:step-done`). Both are facts; what was recorded before is read at the start.
 */

import { ApiError, getState, recordFact } from "../widgets/lib/api.js";
import { announce, h } from "../widgets/lib/dom.js";
import { t } from "../widgets/lib/i18n.js";

/** @typedef {"new" | "started" | "done"} Progress how far the person has come in a step */

class Step {
  /** @param {HTMLElement} element */
  constructor(element) {
    this.element = element;
    this.id = element.dataset.step ?? "";
    /** @type {Progress} */
    this.progress = "new";
    // widgets in the step may have marked what is done in them in the same way
    this.button = element.querySelector(".step__foot [data-done]");
    this.heading = /** @type {HTMLElement | null} */ (element.querySelector("h2")) ?? element;
    // focus can be moved to it, while Tab passes it by
    this.heading.tabIndex = -1;
  }

  /**
   * @param {Progress} progress
   * @returns {boolean} whether anything changed: nothing goes back from done
   */
  setProgress(progress) {
    if (this.progress === progress || this.progress === "done" || progress === "new") return false;
    this.progress = progress;
    if (progress === "done") this.showDone();
    return true;
  }

  showDone() {
    this.element.dataset.progress = "done";
    this.element.querySelector("[data-step-state]")?.removeAttribute("hidden");
    if (this.button) this.button.textContent = t("Go on");
  }

  focus() {
    this.element.scrollIntoView({ block: "start" });
    this.heading.focus({ preventScroll: true });
  }
}

/** The list of steps: beside them on a wide screen, folded into a bar on a narrow one. */
class StepNav {
  /** @param {HTMLElement} element */
  constructor(element) {
    this.element = element;
    // two places: a heading on a wide screen, the button that unfolds the list on a narrow one
    this.counts = element.querySelectorAll("[data-step-nav-count]");
    this.bar = element.querySelector("progress");
    this.toggle = element.querySelector("[data-step-nav-toggle]");
    this.toggle?.addEventListener("click", () => this.setOpen(element.dataset.open !== "true"));
  }

  /** @param {boolean} open has no effect on a wide screen, where css/module.css shows it always */
  setOpen(open) {
    this.element.dataset.open = String(open);
    this.toggle?.setAttribute("aria-expanded", String(open));
  }

  /** @param {string} id */
  link(id) {
    return this.element.querySelector(`[data-step-link="${CSS.escape(id)}"]`);
  }

  /** @param {Step[]} steps */
  showProgress(steps) {
    const done = steps.filter((step) => step.progress === "done");
    for (const { id } of done) {
      this.link(id)?.setAttribute("data-progress", "done");
      this.link(id)?.querySelector("[data-done-text]")?.removeAttribute("hidden");
    }
    if (this.bar) this.bar.value = done.length;
    const figures = { done: done.length, total: steps.length };
    for (const count of this.counts) count.textContent = t("%(done)s of %(total)s steps done", figures);
  }

  /** @param {string} id */
  showCurrent(id) {
    this.element.querySelector('[aria-current="step"]')?.removeAttribute("aria-current");
    this.link(id)?.querySelector("a")?.setAttribute("aria-current", "step");
  }
}

class ModuleSteps {
  /**
   * @param {Step[]} steps
   * @param {StepNav} nav
   * @param {HTMLElement} end what is shown when all is done
   */
  constructor(steps, nav, end) {
    this.steps = steps;
    this.nav = nav;
    this.end = end;
  }

  /** Begin to follow the person; over when what was recorded before is shown. */
  async start() {
    document.addEventListener("motesklar:step-done", (event) => {
      const { step } = /** @type {CustomEvent<{step: string}>} */ (event).detail;
      this.move(this.find(step), "done");
    });
    for (const step of this.steps) {
      step.button?.addEventListener("click", () => this.finish(step));
      this.nav.link(step.id)?.addEventListener("click", (event) => {
        event.preventDefault();
        history.replaceState(null, "", `#${step.element.id}`);
        // unfolded, the list would cover the step it leads to
        this.nav.setOpen(false);
        step.focus();
      });
    }
    this.show();
    this.resume();
    await this.restore();
    this.watch();
  }

  /**
   * The address may name the step to go on at. The browser goes there before the widgets above it
   * have grown to their size, so it is found again when they have, unless the person moves first.
   */
  resume() {
    const step = this.steps.find(({ element }) => `#${element.id}` === location.hash);
    if (!step) return;
    const moved = new AbortController();
    for (const name of ["wheel", "touchstart", "keydown", "pointerdown"]) {
      addEventListener(name, () => moved.abort(), { signal: moved.signal, passive: true });
    }
    whenReady(() => {
      if (!moved.signal.aborted) step.focus();
      moved.abort();
    });
  }

  /** Show what an earlier visit recorded. */
  async restore() {
    const { steps } = await getState();
    for (const [id, progress] of Object.entries(steps)) this.find(id)?.setProgress(progress);
    this.show();
  }

  /** A step is started, and the current one, once it crosses the upper part of the window. */
  watch() {
    const observer = new IntersectionObserver(
      (entries) => {
        for (const entry of entries.filter((one) => one.isIntersecting)) {
          const step = this.find(/** @type {HTMLElement} */ (entry.target).dataset.step ?? "");
          if (step) this.nav.showCurrent(step.id);
          this.move(step, "started");
        }
      },
      { rootMargin: "-25% 0px -65% 0px" },
    );
    for (const step of this.steps) observer.observe(step.element);
  }

  /** @param {string} id */
  find(id) {
    return this.steps.find((step) => step.id === id);
  }

  /**
   * @param {Step | undefined} step a widget may name one that is not on this page
   * @param {"started" | "done"} progress
   */
  move(step, progress) {
    if (!step?.setProgress(progress)) return;
    this.show();
    recordFact({ step: step.id, kind: progress }).catch((error) => showRefusal(step, error));
  }

  /** @param {Step} step its button was pressed */
  finish(step) {
    this.move(step, "done");
    const next = this.steps[this.steps.indexOf(step) + 1];
    const left = this.steps.find((one) => one.progress !== "done");
    if (next) {
      next.focus();
    } else if (left) {
      announce(t("Some steps are not done yet. Here is the first of them."));
      left.focus();
    } else {
      this.end.scrollIntoView({ block: "center" });
      this.end.focus({ preventScroll: true });
    }
  }

  show() {
    this.nav.showProgress(this.steps);
    this.end.hidden = this.steps.some((step) => step.progress !== "done");
  }
}

/**
 * Once every widget stands on the page (`data-ready`, set by js/page.js) and the browser itself has
 * gone to the address's step: Chromium does so as late as after loading, and takes the focus away.
 *
 * @param {() => void} act
 */
function whenReady(act) {
  const root = document.documentElement;
  const ready = () => {
    if (!root.dataset.ready || document.readyState !== "complete") return;
    observer.disconnect();
    removeEventListener("load", ready);
    requestAnimationFrame(act);
  };
  const observer = new MutationObserver(ready);
  observer.observe(root, { attributeFilter: ["data-ready"] });
  addEventListener("load", ready);
  ready();
}

/**
 * @param {Step} step
 * @param {unknown} error
 */
function showRefusal(step, error) {
  if (!(error instanceof ApiError)) throw error;
  const words = `${error.message} ${error.nextStep}`;
  step.element.append(h("p", { class: "notice notice--fail", role: "alert" }, words));
}

/** What the address may ask for, instead of everything. */
const CHOICES = {
  /** Who knows the matter already hands in as everybody does, and what is right counts. */
  questions: (/** @type {HTMLElement} */ section) => section.dataset.kind === "answer",
  /** The shortest way through the course. */
  short: (/** @type {HTMLElement} */ section) =>
    (document.querySelector("main")?.dataset.short ?? "").split(" ").includes(section.dataset.step ?? ""),
};

/**
 * The steps that are shown; the others are hidden, and left out of the list of steps.
 *
 * @param {HTMLElement[]} sections
 */
function chosenSteps(sections) {
  const only = new URLSearchParams(location.search).get("only") ?? "";
  const isChosen = CHOICES[/** @type {keyof typeof CHOICES} */ (only)];
  const chosen = isChosen ? sections.filter(isChosen) : [];
  if (chosen.length === 0) return sections;
  for (const section of sections.filter((one) => !chosen.includes(one))) {
    section.hidden = true;
    document.querySelector(`[data-step-link="${CSS.escape(section.dataset.step ?? "")}"]`)?.remove();
  }
  document.querySelector("[data-known]")?.setAttribute("hidden", "");
  document.querySelector("[data-known-back]")?.removeAttribute("hidden");
  return chosen;
}

const elements = chosenSteps([
  .../** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("section[data-step]")),
]);
const nav = /** @type {HTMLElement} */ (document.querySelector("[data-step-nav]"));
const end = /** @type {HTMLElement} */ (document.querySelector("[data-module-end]"));

new ModuleSteps(elements.map((element) => new Step(element)), new StepNav(nav), end).start();
