// @ts-check
/** Drawings of the rehearsal: lines and shapes in the page's own colours, decoration alone. */

const NAMESPACE = "http://www.w3.org/2000/svg";

/**
 * @param {string} tag
 * @param {Record<string, string | number>} attributes
 * @param {...SVGElement} children
 * @returns {SVGElement}
 */
function s(tag, attributes, ...children) {
  const element = /** @type {SVGElement} */ (document.createElementNS(NAMESPACE, tag));
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, String(value));
  element.append(...children);
  return element;
}

/**
 * @param {string} viewBox
 * @param {...SVGElement} children
 */
function drawing(viewBox, ...children) {
  return s("svg", { class: "drawn__drawing", viewBox, "aria-hidden": "true" }, ...children);
}

const SHORT_HAIR = "M37 34 C36 8 84 8 83 34 C76 26 66 22 58 22 C50 22 42 26 37 34 Z";
const LONG_HAIR =
  "M34 60 C28 4 92 4 86 60 C80 62 78 44 80 34 C70 30 58 26 52 18 C48 28 42 32 40 36 C42 46 40 62 34 60 Z";

/**
 * Somebody at a computer, from the chest up.
 *
 * @param {"short" | "long"} hair
 */
export function person(hair) {
  return drawing(
    "0 0 120 90",
    s("path", { class: "drawn__tint", d: "M18 90 C18 66 36 58 60 58 C84 58 102 66 102 90 Z" }),
    s("circle", { class: "drawn__skin", cx: 60, cy: 36, r: 22 }),
    s("path", { class: "drawn__ink", d: hair === "long" ? LONG_HAIR : SHORT_HAIR }),
    s("path", { class: "drawn__line", d: "M51 45 C56 50 64 50 69 45" }),
    s("circle", { class: "drawn__ink", cx: 52, cy: 36, r: 2 }),
    s("circle", { class: "drawn__ink", cx: 68, cy: 36, r: 2 }),
  );
}

/** Headphones with a microphone, and a switch and a lamp on their cord. */
export function headset() {
  return drawing(
    "0 0 120 90",
    s("path", { class: "drawn__line", d: "M22 52 V42 C22 16 82 16 82 42 V52" }),
    s("rect", { class: "drawn__brand", x: 14, y: 46, width: 18, height: 28, rx: 8 }),
    s("rect", { class: "drawn__brand", x: 72, y: 46, width: 18, height: 28, rx: 8 }),
    s("path", { class: "drawn__line", d: "M24 74 C26 84 40 84 50 82" }),
    s("circle", { class: "drawn__ink", cx: 52, cy: 82, r: 5 }),
    s("path", { class: "drawn__line", d: "M82 74 C84 90 104 84 104 66" }),
    s("rect", { class: "drawn__paper", x: 96, y: 30, width: 16, height: 36, rx: 6 }),
    s("circle", { class: "drawn__lamp", cx: 104, cy: 42, r: 5 }),
    s("path", { class: "drawn__line", d: "M104 30 V4" }),
  );
}
