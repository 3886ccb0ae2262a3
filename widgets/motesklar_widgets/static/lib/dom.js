// @ts-check
/** Builds elements from data. Text is always text: nothing given here is ever read as HTML. */

import { newId } from "./ids.js";

/** Set as properties, because their attributes mean only the initial value. */
const PROPERTIES = new Set(["checked", "muted", "playsInline", "selected", "srcObject", "value"]);

/**
 * @typedef {Node | string | number | null | undefined | false} Child
 */

/**
 * An element: `h("button", { type: "button", class: "button", onclick: save }, "Save")`.
 *
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {Record<string, unknown> | null} [attributes] functions named `on…` listen; true is an
 *   empty attribute; false, null and undefined are left out
 * @param {...(Child | Child[])} children
 * @returns {HTMLElementTagNameMap[Tag]}
 */
export function h(tag, attributes, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes ?? {})) setAttribute(element, name, value);
  element.append(...nodes(children));
  return element;
}

/**
 * Put `children` in place of what `element` holds.
 *
 * @param {Element} element
 * @param {...(Child | Child[])} children
 */
export function replace(element, ...children) {
  element.replaceChildren(...nodes(children));
}

/**
 * An icon of the course's own sheet; decoration, so hidden from screen readers.
 *
 * @param {string} name
 */
export function icon(name) {
  const namespace = "http://www.w3.org/2000/svg";
  const svg = document.createElementNS(namespace, "svg");
  const use = document.createElementNS(namespace, "use");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  // the sheet lies at the root of the fingerprinted tree, two folders above this file
  use.setAttribute("href", new URL(`../../icons.svg#${name}`, import.meta.url).href);
  svg.append(use);
  return svg;
}

/**
 * Tell screen readers, when they have finished what they are saying.
 *
 * @param {string} text
 */
export function announce(text) {
  const region = liveRegion();
  region.replaceChildren();
  // a region that is filled in the same turn as it is emptied or made is not read out
  setTimeout(() => region.replaceChildren(h("p", null, text)), 50);
}

/**
 * An id that no other element of the page has, for labels and descriptions.
 *
 * @param {string} name
 */
export function uniqueId(name) {
  return `${name}-${newId()}`;
}

function liveRegion() {
  const found = document.getElementById("announcements");
  if (found) return found;
  const region = h("div", { id: "announcements", class: "visually-hidden", role: "status" });
  document.body.append(region);
  return region;
}

/**
 * @param {HTMLElement} element
 * @param {string} name
 * @param {unknown} value
 */
function setAttribute(element, name, value) {
  if (value === false || value === null || value === undefined) return;
  if (typeof value === "function") {
    element.addEventListener(name.slice(2), /** @type {EventListener} */ (value));
  } else if (/^on|^srcdoc$/i.test(name)) {
    throw new TypeError(`${name} must be a function, never a string`);
  } else if (PROPERTIES.has(name)) {
    Reflect.set(element, name, value);
  } else {
    element.setAttribute(name, value === true ? "" : String(value));
  }
}

/**
 * @param {(Child | Child[])[]} children
 * @returns {(Node | string)[]}
 */
function nodes(children) {
  return children
    .flat()
    .filter((child) => child !== null && child !== undefined && child !== false)
    .map((child) => (child instanceof Node ? child : String(child)));
}
