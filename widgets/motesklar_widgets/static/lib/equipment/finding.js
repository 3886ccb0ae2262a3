// @ts-check
/** How an entry of the table of findings is written; `findings.js` is where to ask. */

/** @typedef {import("../types.js").VerdictName} VerdictName */

/**
 * What a check found, in the reader's language.
 *
 * @typedef {object} Finding
 * @property {VerdictName} verdict
 * @property {string} sentence what is so
 * @property {string} next the one thing to do now
 * @property {string} aloud what a leader says to the whole group; empty where nobody can mend it so
 */

/** @typedef {() => Finding} Entry a function, because the language is known only in the page */

/** @type {(sentence: string, next: string) => Finding} */
export const pass = (sentence, next) => ({ verdict: "pass", sentence, next, aloud: "" });

/** @type {(sentence: string, next: string, aloud?: string) => Finding} */
export const warn = (sentence, next, aloud = "") => ({ verdict: "warn", sentence, next, aloud });

/** @type {(sentence: string, next: string, aloud?: string) => Finding} */
export const fail = (sentence, next, aloud = "") => ({ verdict: "fail", sentence, next, aloud });

/** @type {(sentence: string, next: string) => Finding} */
export const skipped = (sentence, next) => ({ verdict: "skipped", sentence, next, aloud: "" });
