// @ts-check
/**
 * What the person changed on the page and a kernel has taken in.
 *
 * A kernel that takes over starts from the page's own state, so it is told these values at once.
 */

import { putBuffers, takeBuffers } from "./buffers.js";

/** @typedef {import("./wire.js").CommMessage} CommMessage */
/** @typedef {import("./buffers.js").State} State */

export class Changes {
  constructor() {
    /** Model id to the changed values. @type {Map<string, State>} */
    this.byModel = new Map();
    /** What the kernel said while it handled its latest message, by model. */
    this.corrections = { parent: /** @type {string | null} */ (null), byModel: new Map() };
  }

  /**
   * A message of the page was handled.
   *
   * @param {CommMessage} message
   * @param {readonly ArrayBufferView[]} buffers
   */
  confirm(message, buffers) {
    if (!isUpdate(message)) return;
    const known = this.byModel.get(message.comm_id) ?? {};
    const changed = stateOf(message.data, buffers);
    const { parent, byModel } = this.corrections;
    const corrected = parent === message.id ? byModel.get(message.comm_id) : {};
    for (const key of Object.keys(changed)) {
      if (Object.hasOwn(corrected ?? {}, key)) changed[key] = corrected[key];
    }
    this.byModel.set(message.comm_id, { ...known, ...changed });
  }

  /**
   * What the kernel says about a changed value holds: kept within bounds, or reset by a button.
   *
   * @param {string | null} parent the message that it was handling
   * @param {string} model
   * @param {Record<string, any>} data of an update
   * @param {readonly DataView[]} buffers
   */
  overrule(parent, model, data, buffers) {
    const said = stateOf(data, buffers);
    if (this.corrections.parent !== parent) this.corrections = { parent, byModel: new Map() };
    const { byModel } = this.corrections;
    byModel.set(model, { ...byModel.get(model), ...said });
    const known = this.byModel.get(model) ?? {};
    for (const key of Object.keys(known)) {
      if (Object.hasOwn(said, key)) known[key] = said[key];
    }
  }

  /** Models that an ended kernel made are no more. @param {(model: string) => boolean} exists */
  keepOnly(exists) {
    for (const model of [...this.byModel.keys()]) {
      if (!exists(model)) this.byModel.delete(model);
    }
  }

  /**
   * The updates that tell everything to a new kernel, one a model.
   *
   * @param {() => string} newId
   * @returns {{ message: CommMessage, buffers: ArrayBufferView[] }[]}
   */
  updates(newId) {
    return [...this.byModel].map(([model, values]) => {
      const { state, paths, buffers } = takeBuffers(values);
      const data = { method: "update", state, buffer_paths: paths };
      return { message: { type: "comm_msg", id: newId(), comm_id: model, data }, buffers };
    });
  }

  /** @param {string} model @returns {string[]} */
  keys(model) {
    return Object.keys(this.byModel.get(model) ?? {});
  }
}

/** @param {CommMessage} message whether it changes values */
export function isUpdate({ type, data }) {
  return type === "comm_msg" && data.method === "update";
}

/**
 * @param {Record<string, any>} data
 * @param {readonly ArrayBufferView[]} buffers
 */
function stateOf({ state, buffer_paths }, buffers) {
  // the message may be sent again, so its own state stays as it is
  const copy = structuredClone(state);
  const views = buffers.map((view) => new DataView(view.buffer, view.byteOffset, view.byteLength));
  putBuffers(copy, buffer_paths, /** @type {DataView[]} */ (views));
  return copy;
}
