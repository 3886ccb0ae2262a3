// @ts-check
/** The strokes that guides are drawn with: ink for what matters, fainter ink for the rest. */

/**
 * @typedef {"sliders" | "lock" | "microphone" | "camera" | "page" | "reload" | "dots"
 *   | "compass"} IconName
 */

// Around the middle, 9 to each side.
/** @type {Record<IconName, string>} */
const ICONS = {
  sliders:
    "M-9 -4 h3 m6 0 h9 M-6 -4 a3 3 0 1 0 6 0 a3 3 0 1 0 -6 0 M-9 4 h9 m6 0 h3 M0 4 a3 3 0 1 0 6 0 a3 3 0 1 0 -6 0",
  lock: "M-6 -1 h12 v9 h-12 Z M-4 -1 v-3 a4 4 0 0 1 8 0 v3",
  microphone: "M-3 -5 a3 3 0 0 1 6 0 v4 a3 3 0 0 1 -6 0 Z M-6 -1 a6 6 0 0 0 12 0 M0 5 v4 M-4 9 h8",
  camera: "M-9 -5 h11 v10 h-11 Z M2 -1 l7 -4 v10 l-7 -4",
  page: "M-8 -7 h16 v9 h-16 Z M-8 6 h9 M4 6 h4",
  reload: "M7 -2 a7 7 0 1 0 0 5 M7 -8 v6 h-6",
  dots: "M-6 0 h.01 M0 0 h.01 M6 0 h.01",
  compass: "M0 -9 a9 9 0 1 0 .01 0 M4 -4 l-2 6 l-6 2 l2 -6 Z",
};

/**
 * @param {string} tag
 * @param {Record<string, string | number>} attributes
 * @param {...(SVGElement | string | null)} children
 * @returns {SVGElement}
 */
export function svg(tag, attributes, ...children) {
  const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, String(value));
  element.append(...children.filter((child) => child !== null));
  return element;
}

/**
 * What is only around: fainter.
 *
 * @param {string} tag
 * @param {Record<string, number>} attributes
 */
export function plain(tag, attributes) {
  const ink = { fill: "none", stroke: "currentColor", "stroke-width": 2, "stroke-opacity": 0.45 };
  return svg(tag, { ...attributes, ...ink, "stroke-linecap": "round" });
}

/**
 * What to press: a ring that is seen without colours too.
 *
 * @param {Record<string, number>} attributes
 */
export function mark(attributes) {
  const ring = { fill: "var(--color-brand-tint, none)", stroke: "currentColor", "stroke-width": 3 };
  return svg("rect", { ...attributes, ...ring });
}

const LETTER_WIDTH = 8;

/**
 * @param {number} x
 * @param {number} y of the base line
 * @param {string} words
 * @param {number} [width] that they have to fit in
 */
export function text(x, y, words, width = Infinity) {
  const squeezed = { textLength: width, lengthAdjust: "spacingAndGlyphs" };
  const fit = words.length * LETTER_WIDTH > width ? squeezed : {};
  return svg("text", { x, y, fill: "currentColor", "font-size": 15, ...fit }, words);
}

/**
 * @param {IconName} name
 * @param {number} x of its middle
 * @param {number} y of its middle
 * @param {boolean} [isCrossed] crossed out: may not be used
 */
export function iconOf(name, x, y, isCrossed = false) {
  const line = {
    fill: "none",
    stroke: "currentColor",
    "stroke-width": name === "dots" ? 4 : 2,
    "stroke-linecap": "round",
    "stroke-linejoin": "round",
  };
  const at = { transform: `translate(${x} ${y})` };
  const cross = isCrossed ? svg("path", { d: "M-10 -10 L10 10", ...line, "stroke-width": 3 }) : null;
  return svg("g", at, svg("path", { d: ICONS[name], ...line }), cross);
}
