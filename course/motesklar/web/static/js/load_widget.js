// @ts-check
/** Loads our own widgets' scripts. */

/** @param {string} name of a script in the widget package */
export function loadWidget(name) {
  return import(`../widgets/${name}.js`);
}
