// @ts-check
/** The reader's language, from the catalogue that the page carries. */

import { page } from "./page.js";

/** @type {Record<string, string>} */
const catalogue = JSON.parse(document.getElementById("catalogue")?.textContent || "{}");

const locale = page.language.replace("_", "-");

/**
 * The sentence in the reader's language, or the English msgid where there is none.
 *
 * @param {string} msgid
 * @param {Record<string, string | number>} [values] fills `%(name)s`, as in Python
 */
export function t(msgid, values) {
  const sentence = catalogue[msgid] || msgid;
  if (!values) return sentence;
  return sentence.replace(/%\((\w+)\)s|%%/g, (match, name) =>
    name === undefined ? "%" : String(values[name] ?? match),
  );
}

/**
 * A day as it is written in the reader's language.
 *
 * @param {string} at ISO 8601
 */
export function formatDate(at) {
  return new Intl.DateTimeFormat(locale, { dateStyle: "long" }).format(new Date(at));
}

/**
 * A number as it is written in the reader's language.
 *
 * @param {number} value
 * @param {number} [decimals] at most this many
 */
export function formatNumber(value, decimals = 0) {
  return new Intl.NumberFormat(locale, { maximumFractionDigits: decimals }).format(value);
}
