// @ts-check
/**
 * Draws the parts of browsers and settings that a guide speaks of: no photographs, so that they
 * are sharp at every size, follow light and dark, and show only what matters.
 */

import { t } from "../i18n.js";
import { iconOf, mark, plain, svg, text } from "./guide_shapes.js";

/** @typedef {import("../media.js").Source} Source */
/** @typedef {"sliders" | "lock" | Source} AddressIcon a device's icon is crossed out */
/** @typedef {"top-left" | "top-right" | "bottom-left" | "bottom-right"} Corner */

/**
 * @typedef {{ kind: "address", icon: AddressIcon }
 *   | { kind: "phone", icon: import("./guide_shapes.js").IconName, corner: Corner }
 *   | { kind: "switch" | "choice" | "cross" | "question", source: Source, label?: string }
 *   | { kind: "list", rows: string[], marked: number }} Drawing
 */

const WIDTH = 320;

/**
 * @param {Drawing} drawing
 * @returns {SVGElement}
 */
export function draw(drawing) {
  switch (drawing.kind) {
    case "address":
      return addressBar(drawing.icon);
    case "phone":
      return phone(drawing.icon, drawing.corner);
    case "list":
      return list(drawing.rows, drawing.marked);
    case "question":
      return question(drawing.source);
    default:
      return row(drawing.kind, drawing.source, drawing.label);
  }
}

/** @param {AddressIcon} icon */
function addressBar(icon) {
  const isCrossed = icon === "microphone" || icon === "camera";
  return picture(
    t("A drawing of the top of the window. The small picture to the left of the address is marked."),
    112,
    plain("rect", { x: 2, y: 2, width: WIDTH - 4, height: 140, rx: 12 }),
    ...[18, 34, 50].map((x) => plain("circle", { cx: x, cy: 18, r: 4 })),
    plain("rect", { x: 16, y: 34, width: 288, height: 40, rx: 20 }),
    mark({ x: 20, y: 36, width: 36, height: 36, rx: 18 }),
    iconOf(icon, 38, 54, isCrossed),
    text(66, 59, "https://…"),
    pointer(46, 70),
  );
}

/**
 * @param {import("./guide_shapes.js").IconName} icon
 * @param {Corner} corner
 */
function phone(icon, corner) {
  const y = corner.startsWith("top") ? 34 : 126;
  const x = corner.endsWith("left") ? 114 : 206;
  const edge = corner.startsWith("top") ? 58 : 102;
  return picture(
    t("A drawing of the screen. The small picture in its corner is marked."),
    168,
    plain("rect", { x: 84, y: 4, width: 152, height: 160, rx: 18 }),
    plain("line", { x1: 94, y1: edge, x2: 226, y2: edge }),
    plain("line", { x1: 110, y1: 74, x2: 200, y2: 74 }),
    plain("line", { x1: 110, y1: 88, x2: 180, y2: 88 }),
    mark({ x: x - 18, y: y - 18, width: 36, height: 36, rx: 18 }),
    iconOf(icon, x, y),
    pointer(x + 8, y + 10),
  );
}

/**
 * @param {"switch" | "choice" | "cross"} kind
 * @param {Source} source
 * @param {string} [label]
 */
function row(kind, source, label) {
  const name = label ?? (source === "microphone" ? t("Microphone") : t("Camera"));
  const { alternative, parts } = ROW_ENDS[kind]();
  return picture(
    alternative,
    76,
    plain("rect", { x: 2, y: 6, width: WIDTH - 4, height: 56, rx: 12 }),
    iconOf(source, 28, 34, kind === "cross"),
    text(52, 39, name),
    ...parts,
  );
}

/** @type {Record<"switch" | "choice" | "cross", () => { alternative: string, parts: SVGElement[] }>} */
const ROW_ENDS = {
  switch: () => ({
    alternative: t("A drawing of the row of the device. Its switch, to the right, is on and marked."),
    parts: [
      mark({ x: 244, y: 14, width: 66, height: 40, rx: 20 }),
      svg("rect", { x: 254, y: 22, width: 46, height: 24, rx: 12, fill: "currentColor" }),
      svg("circle", { cx: 288, cy: 34, r: 8, fill: "var(--color-surface, Canvas)" }),
      pointer(282, 48),
    ],
  }),
  choice: () => ({
    alternative: t("A drawing of the row of the device. Allow, to the right, is chosen and marked."),
    parts: [
      mark({ x: 196, y: 14, width: 114, height: 40, rx: 10 }),
      text(206, 39, t("Allow")),
      svg("path", { d: "M290 31 l6 6 l6 -6", ...LINE }),
      pointer(282, 48),
    ],
  }),
  cross: () => ({
    alternative: t("A drawing of the row of the device. The cross beside Blocked is marked."),
    parts: [
      text(176, 39, t("Blocked")),
      mark({ x: 270, y: 14, width: 40, height: 40, rx: 10 }),
      svg("path", { d: "M283 27 l14 14 m0 -14 l-14 14", ...LINE }),
      pointer(294, 48),
    ],
  }),
};

const LINE = { fill: "none", stroke: "currentColor", "stroke-width": 2.5, "stroke-linecap": "round" };

/**
 * @param {string[]} rows
 * @param {number} marked
 */
function list(rows, marked) {
  const height = 44;
  return picture(
    t("A drawing of a list. %(row)s is marked.", { row: rows[marked] }),
    rows.length * height + 24,
    plain("rect", { x: 2, y: 4, width: WIDTH - 4, height: rows.length * height + 4, rx: 12 }),
    ...rows.flatMap((name, i) => [
      i === marked ? mark({ x: 8, y: 9 + i * height, width: 304, height: height - 6, rx: 10 }) : null,
      text(22, 33 + i * height, name, 254),
      svg("path", { d: `M292 ${22 + i * height} l6 6 l-6 6`, ...LINE }),
    ]),
    pointer(270, 38 + marked * height),
  );
}

/** @param {Source} source */
function question(source) {
  return picture(
    t("A drawing of the browser's question. The button Allow is marked."),
    124,
    plain("rect", { x: 2, y: 4, width: WIDTH - 4, height: 106, rx: 12 }),
    iconOf(source, 28, 32),
    plain("line", { x1: 52, y1: 26, x2: 270, y2: 26 }),
    plain("line", { x1: 52, y1: 40, x2: 210, y2: 40 }),
    plain("rect", { x: 16, y: 62, width: 132, height: 36, rx: 10 }),
    text(30, 85, t("Block")),
    mark({ x: 160, y: 60, width: 146, height: 40, rx: 10 }),
    text(176, 85, t("Allow")),
    pointer(268, 92),
  );
}

/**
 * A hand's arrow that points at what is above and to the left of it.
 *
 * @param {number} x
 * @param {number} y
 */
function pointer(x, y) {
  return svg("path", {
    d: `M${x} ${y} l0 20 l5 -5 l4 9 l4 -2 l-4 -8 l7 0 Z`,
    fill: "currentColor",
    stroke: "var(--color-surface, Canvas)",
    "stroke-width": 1.5,
  });
}

/**
 * @param {string} alternative what is seen, in words
 * @param {number} height
 * @param {...(SVGElement | null)} parts
 */
function picture(alternative, height, ...parts) {
  return svg(
    "svg",
    {
      class: "guide__drawing",
      role: "img",
      "aria-label": alternative,
      viewBox: `0 0 ${WIDTH} ${height}`,
      width: WIDTH,
      height,
    },
    ...parts,
  );
}
