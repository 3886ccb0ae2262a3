// @ts-check
/** What every widget needs to know of the page around it, and to tell it. */

import { ApiError } from "./api.js";
import { h, icon } from "./dom.js";
import { t } from "./i18n.js";
import { page } from "./page.js";

/**
 * The id of the step that holds `el`, empty outside a module page.
 *
 * @param {HTMLElement} el
 */
export function stepOf(el) {
  return /** @type {HTMLElement | null} */ (el.closest("[data-step]"))?.dataset.step ?? "";
}

/**
 * Tell the page; the events and their details are listed in docs/architecture.md.
 *
 * @param {"verdict" | "step-done" | "graded"} name
 * @param {Record<string, unknown>} detail
 */
export function tell(name, detail) {
  document.dispatchEvent(new CustomEvent(`motesklar:${name}`, { detail }));
}

/** For authors: outside the course's own pages nothing is saved. */
export function previewNote() {
  if (page.live) return null;
  return notice("info", t("This is a preview. Nothing is saved."));
}

/** @typedef {"ok" | "warn" | "fail" | "info"} NoticeKind */

/** @type {Record<NoticeKind, string>} */
const NOTICE_ICONS = {
  ok: "circle-check",
  warn: "triangle-alert",
  fail: "circle-x",
  info: "info",
};

/**
 * One sentence that says what is so, and one that says what to do now.
 *
 * @param {NoticeKind} kind
 * @param {string} sentence
 * @param {string} [next]
 * @param {Record<string, unknown>} [attributes]
 */
export function notice(kind, sentence, next, attributes) {
  return h(
    "div",
    { class: `notice notice--${kind}`, ...attributes },
    icon(NOTICE_ICONS[kind]),
    h("div", null, h("p", null, h("strong", null, sentence)), next && h("p", null, next)),
  );
}

/**
 * What went wrong and what to do now, in plain words.
 *
 * @param {unknown} error
 */
export function problemNotice(error) {
  if (error instanceof ApiError) {
    return notice("fail", error.message, error.nextStep, { role: "alert" });
  }
  console.error(error);
  const sentence = t("Something went wrong on the page.");
  return notice("fail", sentence, t("Reload the page and try again."), { role: "alert" });
}
