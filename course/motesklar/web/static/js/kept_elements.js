// @ts-check
/**
 * Elements that are kept from message to message and only changed where something differs, so that
 * neither focus nor a screen reader's place is lost several times a second.
 */

import { h } from "../widgets/lib/dom.js";

/**
 * Let go of those who are not there any more.
 *
 * @template Kept
 * @param {Map<string, Kept>} kept
 * @param {{ id: string }[]} there
 */
export function keepOnly(kept, there) {
  const ids = new Set(there.map((one) => one.id));
  for (const id of kept.keys()) if (!ids.has(id)) kept.delete(id);
}

/**
 * What is kept under an id, made where there is nothing yet.
 *
 * @template Kept
 * @param {Map<string, Kept>} kept
 * @param {string} id
 * @param {() => Kept} make
 * @returns {Kept}
 */
export function keep(kept, id, make) {
  const known = kept.get(id) ?? make();
  kept.set(id, known);
  return known;
}

/**
 * Make `parent` hold `children` in that order, moving no element that already stands right.
 *
 * @param {Element} parent
 * @param {Element[]} children
 */
export function setChildren(parent, children) {
  const wanted = new Set(children);
  for (const child of [...parent.children]) if (!wanted.has(child)) child.remove();
  children.forEach((child, index) => {
    const there = parent.children[index];
    if (there !== child) parent.insertBefore(child, there ?? null);
  });
}

/**
 * @param {Element} element
 * @param {string} text
 */
export function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

/**
 * Make a list hold one item for each text.
 *
 * @param {HTMLElement} list
 * @param {string[]} texts
 */
export function setItems(list, texts) {
  const shown = JSON.stringify(texts);
  if (list.dataset.shown === shown) return;
  list.dataset.shown = shown;
  list.replaceChildren(...texts.map((text) => h("li", null, text)));
}

/**
 * @param {Element} element
 * @param {string} text what a screen reader says instead of what is seen
 */
export function setLabel(element, text) {
  if (element.getAttribute("aria-label") !== text) element.setAttribute("aria-label", text);
}

/**
 * Offer these choices and choose one of them.
 *
 * @param {HTMLSelectElement} select
 * @param {[value: string, words: string][]} choices
 * @param {string} chosen
 */
export function setChoices(select, choices, chosen) {
  const signature = JSON.stringify(choices);
  if (select.dataset.choices !== signature) {
    select.dataset.choices = signature;
    select.replaceChildren(...choices.map(([value, words]) => new Option(words, value)));
  }
  // a list that is open on the screen closes when it is touched, so only where something differs
  if (select.value !== chosen) select.value = chosen;
}

/**
 * @template {HTMLElement} [Kind=HTMLElement]
 * @param {Element} root
 * @param {string} selector
 * @returns {Kind}
 */
export function find(root, selector) {
  return /** @type {Kind} */ (root.querySelector(selector));
}
