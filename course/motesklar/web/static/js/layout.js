// @ts-check
/** A widget's layout, as ipywidgets' LayoutModel has it, put on an element. */

/** @typedef {import("./model.js").Model} Model */

/**
 * Follow a layout until `signal` ends it.
 *
 * @param {HTMLElement} el
 * @param {Model} layout
 * @param {AbortSignal} signal
 */
export function followLayout(el, layout, signal) {
  const apply = () => {
    for (const [trait, value] of Object.entries(layout.state)) {
      // names with an underscore in front say what kind of model it is
      if (!trait.startsWith("_")) el.style.setProperty(trait.replaceAll("_", "-"), value);
    }
  };
  apply();
  layout.on("change", apply, el);
  signal.addEventListener("abort", () => layout.off("change", apply, el), { once: true });
}
