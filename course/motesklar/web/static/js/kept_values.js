// @ts-check
/**
 * What was typed on a page that had to be reloaded because its content is newer.
 *
 * It lies in the tab's own storage from one page to the next, and only a reload of the same page
 * gets it: whoever signs in later in the same tab comes another way and finds nothing.
 */

import { page } from "../widgets/lib/page.js";
import { takeBuffers } from "./buffers.js";

/** @typedef {import("./saved_state.js").PageContent} PageContent */
/** @typedef {import("./saved_state.js").SavedModel} SavedModel */
/** @typedef {import("./kernel.js").Kernel} Kernel */
/** @typedef {import("./buffers.js").State} State */
/** @typedef {{ valuesOf: (id: string, keys: Set<string>) => State, get_model: (id: string) => Promise<any> }} Manager */
/** @typedef {{ kind: string, values: State }} Kept */

const PREFIX = "motesklar:kept:";

/**
 * @param {PageContent} content
 * @param {Kernel} kernel
 * @param {Manager} manager
 */
export function keepForReload({ version, models }, kernel, manager) {
  const kept = [...models].flatMap(([id, saved]) => {
    // binary values are too large to keep
    const { state: values } = takeBuffers(manager.valuesOf(id, kernel.changedKeys(id)));
    if (Object.keys(values).length === 0) return [];
    return [[placeOf(id, version), { kind: kindOf(saved), values }]];
  });
  sessionStorage.setItem(PREFIX + page.module, JSON.stringify(Object.fromEntries(kept)));
}

/**
 * Give the page's widgets what was typed before the reload, as if it were typed now.
 *
 * @param {PageContent} content
 * @param {Manager} manager
 * @returns {Promise<boolean>} whether there was anything
 */
export async function takeKept({ version, models }, manager) {
  const text = sessionStorage.getItem(PREFIX + page.module);
  if (!text) return false;
  sessionStorage.removeItem(PREFIX + page.module);
  if (!isReload()) return false;
  /** @type {Record<string, Kept>} */
  const byPlace = JSON.parse(text);
  for (const [id, saved] of models) {
    const kept = byPlace[placeOf(id, version)];
    // where the author has put another kind of widget, the values mean nothing
    if (kept?.kind !== kindOf(saved)) continue;
    const model = await manager.get_model(id);
    model.set(kept.values);
    model.save_changes();
  }
  return true;
}

/** Ids begin with the version; the rest is the widget's number in the notebook. @param {string} id @param {string} version */
function placeOf(id, version) {
  return id.startsWith(version) ? id.slice(version.length) : id;
}

/** @param {SavedModel} saved */
function kindOf({ model_module, model_name, state }) {
  return [model_module, model_name, state._module_name, state._esm].join(" ");
}

function isReload() {
  const [entry] = performance.getEntriesByType("navigation");
  return /** @type {PerformanceNavigationTiming | undefined} */ (entry)?.type === "reload";
}
