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
    return h("div", { tabindex: -1 }, failedNotice(attempt));
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

/**
 * How it went, in one sentence.
 *
 * @param {Attempt} attempt graded or failed
 */
export function outcomeSentence({ state, score, max_score }) {
  if (state === "failed") return t("Something went wrong when your answers were looked at.");
  const points = { score: formatNumber(score ?? 0, 1), max: formatNumber(max_score ?? 0, 1) };
  return t("You got %(score)s of %(max)s points.", points);
}

/** @param {Attempt} attempt */
function failedNotice(attempt) {
  return notice(
    "fail",
    outcomeSentence(attempt),
    t("Your answers are kept. Hand in again, or ask for help if it happens once more."),
  );
}

/** @param {Attempt} attempt */
function sum(attempt) {
  const { score, max_score } = attempt;
  const sentence = outcomeSentence(attempt);
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
function row(result, question) {
  const { explanation } = result;
  return h(
    "li",
    { class: "stack stack--tight" },
    h("p", { class: "row" }, badge(result), h("strong", null, question)),
    explanation && h("p", null, explanation),
    personal(result),
  );
}

/** @param {Result} result */
function badge({ score, max_score, review = "none" }) {
  // what a person reads gives no points, so there is nothing to count
  if (max_score === 0) {
    const read = review === "read";
    const words = read
      ? t("Read by a person")
      : review === "none"
        ? t("Not answered")
        : t("A person will read it");
    return h("span", { class: read ? "badge badge--ok" : "badge" }, icon(read ? "check" : "circle"), words);
  }
  const right = score >= max_score;
  return h(
    "span",
    { class: right ? "badge badge--ok" : "badge badge--warn" },
    icon(right ? "check" : "lightbulb"),
    t("%(score)s of %(max)s points", {
      score: formatNumber(score, 1),
      max: formatNumber(max_score, 1),
    }),
  );
}

/**
 * What people say about the answer, and what they will still do.
 *
 * @param {Result} result
 */
function personal({ max_score, review = "none", comment, earlier_comment }) {
  const parts = [];
  if (earlier_comment !== undefined && review === "waiting") {
    parts.push(h("p", null, t("You have changed your answer since a person read it. They will read the new one.")));
  } else if (review === "waiting") {
    parts.push(h("p", null, t("A person will read your answer. Come back here later to see what they say.")));
  } else if (review === "elsewhere") {
    parts.push(h("p", null, t("A person reads the answer in your best hand-in, and this is not that one.")));
  } else if (review === "read" && max_score > 0) {
    parts.push(h("p", null, t("A person has read your answer and given you these points.")));
  }
  if (comment) parts.push(said(t("What a person says about your answer:"), comment));
  if (earlier_comment) parts.push(said(t("What a person said about your answer before:"), earlier_comment));
  return parts.length > 0 && h("div", { class: "stack stack--tight" }, parts);
}

/**
 * @param {string} heading
 * @param {string} words
 */
function said(heading, words) {
  // a reviewer's own line breaks are kept
  const lines = words.split("\n").filter((line) => line.trim());
  return h("div", null, h("p", null, heading), h("blockquote", null, lines.map((line) => h("p", null, line))));
}
