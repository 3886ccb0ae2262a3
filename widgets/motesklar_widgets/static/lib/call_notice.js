// @ts-check
import { h, icon } from "./dom.js";

const ICONS = { ok: "circle-check", info: "info", warn: "triangle-alert", fail: "circle-alert" };

/**
 * What is the matter, and what to do now; read out as soon as it is shown.
 *
 * @param {keyof typeof ICONS} kind
 * @param {string} sentence
 * @param {string} next
 */
export function notice(kind, sentence, next) {
  const words = h("div", { class: "stack stack--tight" });
  words.append(h("p", null, h("strong", null, sentence)), h("p", null, next));
  const role = kind === "warn" || kind === "fail" ? "alert" : "status";
  return h("div", { class: `notice notice--${kind}`, role }, icon(ICONS[kind]), words);
}
