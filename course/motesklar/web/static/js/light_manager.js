// @ts-check
/**
 * Shows the widgets of a page that has only anywidgets, ours and third parties'.
 *
 * Pages with standard Jupyter widgets load full_manager.js, which is ten times as heavy.
 */

import { putBuffers } from "./buffers.js";
import { followLayout } from "./layout.js";
import { Model } from "./model.js";

/** @typedef {import("./comms.js").Comms} Comms */
/** @typedef {import("./comms.js").Comm} Comm */
/** @typedef {import("./comms.js").JupyterMessage} JupyterMessage */
/** @typedef {import("./anywidget.js").AnyWidgets} AnyWidgets */
/** @typedef {import("./buffers.js").State} State */
/** @typedef {import("./saved_state.js").SavedModel} SavedModel */

const REFERENCE = "IPY_MODEL_";

export class LightManager {
  /**
   * @param {object} parts
   * @param {Comms} parts.comms
   * @param {AnyWidgets} parts.anywidgets
   */
  constructor({ comms, anywidgets }) {
    this.comms = comms;
    this.anywidgets = anywidgets;
    /** @type {Map<string, Model>} */
    this.models = new Map();
  }

  /** Make every widget that the page came with. @param {Map<string, SavedModel>} saved */
  async load(saved) {
    for (const [id, { state }] of saved) this.add(this.comms.create(id), structuredClone(state));
    // all models are there before the first script asks for another one
    for (const model of this.models.values()) this.start(model);
  }

  /** @param {Comm} comm @param {State} state */
  add(comm, state) {
    const model = new Model({ state, comm, manager: this });
    this.models.set(model.model_id, model);
    model.on("destroy", () => this.models.delete(model.model_id));
    comm.on_msg((message) => {
      // values can be taken in at once; what is said once must find a script that listens
      if (message.content.data.method !== "custom") return model.receive(message);
      return this.anywidgets.whenListening(model, () => model.receive(message));
    });
    return model;
  }

  /** @param {Model} model */
  start(model) {
    if (model.get("_model_module") === "anywidget") this.anywidgets.bind(model);
  }

  /** @param {string} id @returns {Promise<Model>} */
  async get_model(id) {
    const model = this.models.get(id);
    if (!model) throw new Error(`there is no widget ${id}`);
    return model;
  }

  /**
   * @param {string} id
   * @param {HTMLElement} el
   * @throws the widget's own error
   */
  async show(id, el) {
    const model = await this.get_model(id);
    const life = new AbortController();
    model.on("destroy", () => {
      life.abort();
      el.replaceChildren();
    });
    const layout = this.models.get(String(model.get("layout")).slice(REFERENCE.length));
    if (layout) followLayout(el, layout, life.signal);
    await this.anywidgets.show(model, el, life.signal);
  }

  /** @param {Comm} comm @param {JupyterMessage} message */
  openModel(comm, { content: { data }, buffers }) {
    putBuffers(data.state, data.buffer_paths, buffers);
    this.start(this.add(comm, data.state));
  }

  /**
   * Values that the kernel has, or the page came with, for everything that is not the person's.
   *
   * @param {Iterable<[string, { state: State }]>} states
   * @param {(model: string) => Set<string>} keysOfPerson
   */
  putStates(states, keysOfPerson) {
    for (const [id, { state }] of states) {
      const kept = keysOfPerson(id);
      this.models.get(id)?.take(state, (key) => kept.has(key));
    }
  }

  /** Widgets that an ended kernel made are no more. @param {(id: string) => boolean} isOfPage */
  closeOthers(isOfPage) {
    for (const [id, model] of this.models) if (!isOfPage(id)) model.close();
  }

  /**
   * What the person changed, for another visit of the page.
   *
   * @param {string} id
   * @param {Set<string>} keys that the kernel knows of
   */
  valuesOf(id, keys) {
    const model = this.models.get(id);
    if (!model) return {};
    const changed = [...keys, ...model.unsaved, ...Object.keys(model.queued)];
    return Object.fromEntries(changed.map((key) => [key, model.get(key)]));
  }

  /** Nothing here shows what a kernel prints or draws. */
  output() {
    return false;
  }
}
