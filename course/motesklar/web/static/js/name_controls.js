// @ts-check
/**
 * Gives standard widgets' controls the names that screen readers need.
 *
 * ipywidgets ties its description to text fields and lists, but not to sliders, groups of choices
 * and the numbers beside sliders.
 */

import { uniqueId } from "../widgets/lib/dom.js";
import { t } from "../widgets/lib/i18n.js";

const CONTROLS = "input:not([type=hidden]), select, textarea, progress, [role=slider], [contenteditable=true]";
const GROUPS = ".widget-radio-box, .widget-toggle-buttons, .jupyter-widget-radio-box";

/** @param {HTMLElement} el of one widget */
export function nameControls(el) {
  const label = /** @type {HTMLElement | null} */ (el.querySelector(":scope > .widget-label"));
  if (!label) return;
  // ipywidgets writes down a tooltip that is not there
  if (label.title === "null") label.removeAttribute("title");
  nameReadout(el);
  const words = label.textContent?.trim();
  if (!words) return;
  label.id ||= uniqueId("label");
  const isGroup = el.matches(".widget-radio, .widget-toggle-buttons") || el.querySelector(GROUPS);
  if (isGroup) {
    el.setAttribute("role", el.matches(".widget-radio") ? "radiogroup" : "group");
    el.setAttribute("aria-labelledby", label.id);
    return;
  }
  for (const control of el.querySelectorAll(CONTROLS)) {
    if (!hasName(control, el)) control.setAttribute("aria-labelledby", label.id);
  }
}

/** The number beside a slider can be typed into. @param {HTMLElement} el */
function nameReadout(el) {
  for (const readout of el.querySelectorAll(".widget-readout[contenteditable=true]")) {
    readout.setAttribute("role", "textbox");
    if (!el.querySelector(":scope > .widget-label")?.textContent?.trim()) {
      readout.setAttribute("aria-label", t("Value"));
    }
  }
}

/** @param {Element} control @param {HTMLElement} el */
function hasName(control, el) {
  if (control.hasAttribute("aria-label") || control.hasAttribute("aria-labelledby")) return true;
  return Boolean(control.id && el.querySelector(`label[for="${CSS.escape(control.id)}"]`)?.textContent);
}
