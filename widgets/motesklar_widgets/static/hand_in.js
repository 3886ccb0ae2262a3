// @ts-check
/** Hands the module in, follows the grading and shows how it went. */

import { getAttempt, getState, handIn } from "./lib/api.js";
import { attemptResults, outcomeSentence } from "./lib/attempt_results.js";
import { announce, h, icon, replace } from "./lib/dom.js";
import { exercises } from "./lib/exercises.js";
import { t } from "./lib/i18n.js";
import { page } from "./lib/page.js";
import { StepPart } from "./lib/step_parts.js";
import { pause } from "./lib/ticks.js";
import { notice, previewNote, problemNotice, tell } from "./lib/widget.js";

/** @typedef {import("./lib/types.js").Attempt} Attempt */
/** @typedef {import("./lib/types.js").RenderContext} RenderContext */

const FIRST_POLL_MS = 400;
const LONGEST_POLL_MS = 5_000;

/** @param {Attempt} attempt */
const isUnderWay = ({ state }) => state === "waiting" || state === "grading";

class HandIn {
  /** @param {HTMLElement} el */
  constructor(el) {
    this.el = el;
    this.closing = new AbortController();
    this.busy = false;
    this.pressed = false;
    this.part = new StepPart(el);
    this.overview = h("ul", { class: "plain-list stack stack--tight" });
    this.action = h("div", { class: "stack" });
    this.outcome = h("div", { class: "stack" });
    this.button = h(
      "button",
      { type: "button", class: "button button--primary", onclick: () => this.ask() },
      t("Hand in"),
    );
  }

  show() {
    replace(
      this.el,
      h(
        "div",
        { class: "card stack" },
        previewNote(),
        h("p", null, t("These are your exercises. You can hand in several times: the best one counts.")),
        this.overview,
        this.action,
        this.outcome,
      ),
    );
    this.showOverview();
    if (page.live) this.offer();
    exercises.addEventListener("change", () => this.showOverview(), { signal: this.closing.signal });
    return this.resume();
  }

  showOverview() {
    replace(
      this.overview,
      exercises.all.map(({ id, question, part, optional }) =>
        h(
          "li",
          { class: "row" },
          h(
            "span",
            { class: part.done ? "badge badge--ok" : "badge" },
            icon(part.done ? "check" : "circle"),
            part.done ? t("Answered") : optional ? t("If you like") : t("Not yet"),
          ),
          h("a", { href: `#exercise-${id}` }, question),
        ),
      ),
    );
  }

  /** Go on following a hand-in of before, or show how the last one went. */
  async resume() {
    try {
      const { attempt } = await getState();
      if (!attempt || this.busy) return;
      if (isUnderWay(attempt)) await this.follow(attempt);
      else this.showOutcome(attempt);
    } catch (error) {
      this.fail(error);
    }
  }

  offer() {
    replace(this.action, h("div", { class: "row" }, this.button));
  }

  /** Hand in; where something is unanswered, only after the person has said so. */
  ask() {
    if (this.busy) return;
    const gaps = exercises.all.filter(({ part, optional }) => !part.done && !optional).length;
    if (gaps === 0) {
      this.send();
      return;
    }
    const back = () => {
      this.offer();
      this.button.focus();
    };
    const anyway = h(
      "button",
      { type: "button", class: "button button--primary", onclick: () => this.send() },
      t("Hand in anyway"),
    );
    const goBack = h(
      "button",
      { type: "button", class: "button", onclick: back },
      t("Go back and answer"),
    );
    const sentence =
      gaps === 1
        ? t("One exercise is not answered.")
        : t("%(number)s exercises are not answered.", { number: gaps });
    const next = t("What is not answered gives no points. You can answer it later and hand in again.");
    replace(
      this.action,
      notice("warn", sentence, next, { role: "alert" }),
      h("div", { class: "row" }, anyway, goBack),
    );
    goBack.focus();
  }

  async send() {
    if (this.busy) return;
    this.busy = true;
    this.pressed = true;
    this.showProgress();
    try {
      await this.follow(await handIn());
    } catch (error) {
      this.fail(error);
    } finally {
      this.busy = false;
    }
  }

  /** @param {Attempt} attempt */
  async follow(attempt) {
    this.busy = true;
    this.showProgress();
    let wait = FIRST_POLL_MS;
    while (isUnderWay(attempt)) {
      // waits on the server; what comes back without a result has waited long
      attempt = await getAttempt(attempt.id);
      if (this.closing.signal.aborted) return;
      if (!isUnderWay(attempt)) break;
      await pause(wait, this.closing.signal);
      if (this.closing.signal.aborted) return;
      wait = Math.min(LONGEST_POLL_MS, wait * 1.5);
    }
    this.busy = false;
    this.finish(attempt);
  }

  /** @param {Attempt} attempt */
  finish(attempt) {
    this.showOutcome(attempt);
    if (attempt.state !== "graded") return;
    tell("graded", { attempt });
    this.part.finish();
  }

  showProgress() {
    const words = t("Your answers are handed in and being looked at …");
    replace(this.outcome);
    replace(this.action, h("p", null, words), h("progress", { class: "progress", "aria-label": words }));
    announce(words);
  }

  /** @param {Attempt} attempt */
  showOutcome(attempt) {
    const result = attemptResults(attempt, questionOf);
    replace(this.outcome, result);
    replace(this.button, t("Hand in again"));
    this.offer();
    if (!this.pressed) return;
    // the result is what the person waited for; who has gone on with something else is told only
    if (document.activeElement === document.body) result.focus();
    else announce(outcomeSentence(attempt));
  }

  /** @param {unknown} error */
  fail(error) {
    this.busy = false;
    replace(this.outcome, problemNotice(error));
    this.offer();
  }

  close() {
    this.closing.abort();
    this.part.remove();
  }
}

/** @param {string} exercise */
function questionOf(exercise) {
  return exercises.byId.get(exercise)?.question ?? exercise;
}

/** @param {RenderContext} context */
function render({ el }) {
  const handIn = new HandIn(el);
  handIn.show();
  return () => handIn.close();
}

export default { render };
