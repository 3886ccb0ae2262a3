// @ts-check
/** How a hand-in went: the sum, then each exercise with its explanation. */

import { h, icon } from "./dom.js";
import { formatNumber, t } from "./i18n.js";
import { notice } from "./widget.js";

/** @typedef {import("./types.js").Attempt} Attempt */
/** @typedef {import("./types.js").Result} Result */

/**
 * @param {Attempt} attempt graded or failed
 * @param {(exercise: string) => string} questionOf
 */
export function attemptResults(attempt, questionOf) {
  if (attempt.state === "failed") {
    return h("div", { tabindex: -1 }, failedNotice());
  }
  return h(
    "div",
    { class: "stack", tabindex: -1 },
    sum(attempt),
    h(
      "ol",
      { class: "plain-list stack" },
      attempt.results.map((result) => row(result, questionOf(result.exercise))),
    ),
  );
}

function failedNotice() {
  return notice(
    "fail",
    t("Something went wrong when your answers were looked at."),
    t("Your answers are kept. Hand in again, or ask for help if it happens once more."),
  );
}

/** @param {Attempt} attempt */
function sum({ score, max_score }) {
  const points = { score: formatNumber(score ?? 0, 1), max: formatNumber(max_score ?? 0, 1) };
  const sentence = t("You got %(score)s of %(max)s points.", points);
  return (score ?? 0) >= (max_score ?? 0)
    ? notice("ok", sentence, t("Everything is right. Well done!"))
    : notice(
        "info",
        sentence,
        t("Read below what to think of, change your answers if you like and hand in again."),
      );
}

/**
 * @param {Result} result
 * @param {string} question
 */
function row({ score, max_score, explanation }, question) {
  const right = score >= max_score;
  return h(
    "li",
    { class: "stack stack--tight" },
    h(
      "p",
      { class: "row" },
      h(
        "span",
        { class: right ? "badge badge--ok" : "badge badge--warn" },
        icon(right ? "check" : "lightbulb"),
        t("%(score)s of %(max)s points", {
          score: formatNumber(score, 1),
          max: formatNumber(max_score, 1),
        }),
      ),
      h("strong", null, question),
    ),
    explanation && h("p", null, explanation),
  );
}
