// @ts-check
/** Takes what a page fetched again says into the page that is open. */

/**
 * Make `old` like `fresh` and leave alone what is the same: a reader's focus, place and selection.
 *
 * @param {Node} old @param {Node} fresh
 */
export function renewNode(old, fresh) {
  if (old.isEqualNode(fresh)) return;
  const pairs = [...fresh.childNodes].map((node, index) => /** @type {const} */ ([old.childNodes[index], node]));
  const alike = old.nodeName === fresh.nodeName && old.childNodes.length === pairs.length;
  if (!alike || !(old instanceof Element && fresh instanceof Element)) {
    old.parentNode?.replaceChild(fresh, old);
    return;
  }
  for (const name of old.getAttributeNames()) if (!fresh.hasAttribute(name)) old.removeAttribute(name);
  for (const { name, value } of fresh.attributes) old.setAttribute(name, value);
  for (const [child, freshChild] of pairs) renewNode(child, freshChild);
}
