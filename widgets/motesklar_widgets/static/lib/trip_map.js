// @ts-check
/** A map of the organisation's places, with the way between two of them. */

import { replace } from "./dom.js";
import { t } from "./i18n.js";

/** @typedef {[string, number, number]} Place name, kilometres east, kilometres south */

const NAMESPACE = "http://www.w3.org/2000/svg";
/** Room for names at the edges, as a part of the map's width. */
const MARGIN = 0.18;

export class TripMap {
  /** @param {Place[]} places */
  constructor(places) {
    this.places = places;
    const xs = places.map(([, x]) => x);
    const ys = places.map(([, , y]) => y);
    const size = Math.max(Math.max(...xs) - Math.min(...xs), Math.max(...ys) - Math.min(...ys), 1);
    const edge = size * MARGIN;
    const box = [Math.min(...xs) - edge, Math.min(...ys) - edge / 2, Math.max(...xs) - Math.min(...xs) + 2 * edge, Math.max(...ys) - Math.min(...ys) + edge];
    this.unit = size / 100;
    this.el = svg("svg", { class: "trip-map", viewBox: box.join(" "), role: "img" });
  }

  /**
   * @param {Place | undefined} from
   * @param {Place | undefined} to
   */
  show(from, to) {
    const chosen = [from, to];
    this.el.setAttribute("aria-label", label(from, to, this.places));
    replace(
      this.el,
      from && to && svg("line", { class: "trip-map__way", x1: from[1], y1: from[2], x2: to[1], y2: to[2], "stroke-width": this.unit * 1.5 }),
      this.places.map((place) => this.mark(place, chosen.includes(place))),
    );
  }

  /**
   * @param {Place} place
   * @param {boolean} isChosen
   */
  mark(place, isChosen) {
    const [name, x, y] = place;
    const group = svg("g", { class: isChosen ? "trip-map__place trip-map__place--chosen" : "trip-map__place" });
    const text = svg("text", { x, y: y - this.unit * 4, "font-size": this.unit * 6, "text-anchor": "middle" });
    text.textContent = name;
    group.append(svg("circle", { cx: x, cy: y, r: this.unit * (isChosen ? 2.6 : 1.8) }), text);
    return group;
  }
}

/**
 * @param {Place | undefined} from
 * @param {Place | undefined} to
 * @param {Place[]} places
 */
function label(from, to, places) {
  if (from && to) return t("Map: the way from %(from)s to %(to)s", { from: from[0], to: to[0] });
  return t("Map of %(places)s", { places: places.map(([name]) => name).join(", ") });
}

/**
 * @param {string} tag
 * @param {Record<string, string | number>} attributes
 */
function svg(tag, attributes) {
  const element = document.createElementNS(NAMESPACE, tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, String(value));
  return element;
}
