// @ts-check
/** The widgets' states that travel inside the page. */

import { fromBase64, putBuffers } from "./buffers.js";

/**
 * @typedef {object} SavedModel
 * @property {string} model_name
 * @property {string} model_module
 * @property {string} model_module_version
 * @property {import("./buffers.js").State} state with its buffers
 *
 * @typedef {object} PageContent
 * @property {string} version of what the page shows
 * @property {string} build of the process that its kernels come from
 * @property {Map<string, SavedModel>} models
 */

/** @returns {PageContent} */
export function readPage() {
  const text = document.getElementById("widget-state")?.textContent;
  const { version = "", build = "", models = {} } = JSON.parse(text || "{}");
  return { version, build, models: new Map(Object.entries(models).map(restore)) };
}

/** @param {[string, any]} entry @returns {[string, SavedModel]} */
function restore([id, { buffers = [], ...saved }]) {
  const views = buffers.map((/** @type {{ data: string }} */ { data }) => fromBase64(data));
  putBuffers(
    saved.state,
    buffers.map((/** @type {{ path: any }} */ { path }) => path),
    views,
  );
  return [id, saved];
}

/** Whether these need the standard widgets' code. @param {Map<string, SavedModel>} models */
export function needStandardWidgets(models) {
  return [...models.values()].some(
    ({ model_module, model_name }) =>
      model_module.startsWith("@jupyter-widgets/") && model_name !== "LayoutModel",
  );
}
