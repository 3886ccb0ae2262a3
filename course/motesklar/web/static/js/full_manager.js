// @ts-check
/**
 * Shows standard Jupyter widgets, and anywidgets among them, on the pages that have any.
 *
 * Every model is made from the state that the page came with, on a comm of ours under the same id.
 * ipywidgets' own way to meet a running kernel would give models no comm and overwrite what was
 * typed, so it is not used.
 */

import { base, controls, ManagerBase, MessageLoop, Widget } from "../vendor/widgets.js";
import { AnyModel, AnyView } from "./any_view.js";
import { nameControls } from "./name_controls.js";
import { OutputModel, OutputView } from "./output_widget.js";
import { addStyleSheet } from "./style_sheet.js";

/** @typedef {import("./comms.js").Comms} Comms */
/** @typedef {import("./comms.js").Comm} Comm */
/** @typedef {import("./comms.js").JupyterMessage} JupyterMessage */
/** @typedef {import("./anywidget.js").AnyWidgets} AnyWidgets */
/** @typedef {import("./buffers.js").State} State */
/** @typedef {import("./saved_state.js").SavedModel} SavedModel */

/** Where each module's classes are. @type {Record<string, Record<string, any>>} */
const MODULES = {
  "@jupyter-widgets/base": base,
  "@jupyter-widgets/controls": controls,
  "@jupyter-widgets/output": { OutputModel, OutputView },
  anywidget: { AnyModel, AnyView },
};

const STYLE_SHEETS = ["../vendor/widgets.css", "../css/standard_widgets.css"].map(
  (path) => new URL(path, import.meta.url).href,
);

export class FullManager extends ManagerBase {
  /**
   * @param {object} parts
   * @param {Comms} parts.comms
   * @param {AnyWidgets} parts.anywidgets
   */
  constructor({ comms, anywidgets }) {
    super();
    this.comms = comms;
    this.anywidgets = anywidgets;
    /** Models that are made, by id. @type {Map<string, any>} */
    this.byId = new Map();
    /** @type {Set<OutputModel>} */
    this.outputModels = new Set();
  }

  /** Make every widget that the page came with. @param {Map<string, SavedModel>} saved */
  async load(saved) {
    const made = [...saved].map(([id, { state, ...about }]) => {
      // all are registered before the first asks for another one, so no order is needed
      const comm = this.comms.create(id);
      return this.new_model({ ...about, model_id: id, comm }, structuredClone(state));
    });
    await Promise.all([...made, ...STYLE_SHEETS.map(addStyleSheet)]);
  }

  /**
   * @param {any} options
   * @param {any} [state]
   */
  async new_model(options, state) {
    const model = await super.new_model(options, state);
    this.byId.set(model.model_id, model);
    model.once("destroy", () => this.byId.delete(model.model_id));
    return model;
  }

  /**
   * @param {string} id
   * @param {HTMLElement} el
   */
  async show(id, el) {
    const model = await this.get_model(id);
    const view = await this.create_view(model);
    Widget.attach(view.luminoWidget, el);
    const resize = () =>
      MessageLoop.postMessage(view.luminoWidget, Widget.ResizeMessage.UnknownSize);
    addEventListener("resize", resize);
    view.once("remove", () => removeEventListener("resize", resize));
  }

  /**
   * @param {any} model
   * @param {any} [options]
   */
  async create_view(model, options) {
    const view = await super.create_view(model, options);
    nameControls(view.el);
    // some controls are drawn anew when their options change
    view.listenTo(model, "change", () => queueMicrotask(() => nameControls(view.el)));
    return view;
  }

  /** @param {Comm} comm @param {JupyterMessage} message */
  async openModel(comm, message) {
    await this.handle_comm_open(comm, message);
  }

  /**
   * @param {Iterable<[string, { state: State }]>} states
   * @param {(model: string) => Set<string>} keysOfPerson
   */
  async putStates(states, keysOfPerson) {
    const put = [...states].map(([id, { state }]) => {
      const model = this.byId.get(id);
      return model && this.putState(model, state, keysOfPerson(id));
    });
    await Promise.all(put);
  }

  /** @param {any} model @param {State} state @param {Set<string>} kept */
  async putState(model, state, kept) {
    const isKept = (/** @type {string} */ key) =>
      kept.has(key) || key in (model._buffered_state_diff ?? {}) || key in (model._msg_buffer ?? {});
    const entries = Object.entries(state).filter(([key]) => !isKept(key));
    const taken = await model.constructor._deserialize_state(Object.fromEntries(entries), this);
    model.set_state(taken);
  }

  /** @param {(id: string) => boolean} isOfPage */
  async closeOthers(isOfPage) {
    const others = [...this.byId].filter(([id]) => !isOfPage(id));
    // their Python half is gone already
    await Promise.all(others.map(([, model]) => model.close(true)));
  }

  /**
   * Give what was printed or drawn to the Output widget that asked for it.
   *
   * @param {JupyterMessage} message
   * @returns {boolean} whether there is one
   */
  output(message) {
    const { header, parent_header: parent } = message;
    const models = [...this.outputModels];
    if (header.msg_type === "update_display_data") {
      for (const model of models) model.updateDisplay(message);
      return true;
    }
    // the latest that asked is the innermost, where they stand within each other
    const asked = models.filter((model) => parent.msg_id && model.get("msg_id") === parent.msg_id);
    asked.sort((one, other) => (one.askedAt ?? 0) - (other.askedAt ?? 0)).at(-1)?.take(message);
    return asked.length > 0;
  }

  /**
   * What the person changed, for another visit of the page.
   *
   * @param {string} id
   * @param {Set<string>} keys that the kernel knows of
   */
  valuesOf(id, keys) {
    const model = /** @type {any} */ (this.byId.get(id));
    if (!model) return {};
    const changed = new Set([...keys, ...Object.keys(model._msg_buffer ?? {})]);
    return model.serialize(Object.fromEntries([...changed].map((key) => [key, model.get(key)])));
  }

  /**
   * @param {string} className
   * @param {string} moduleName
   * @returns {Promise<any>}
   */
  async loadClass(className, moduleName) {
    const found = MODULES[moduleName]?.[className];
    if (!found) throw new Error(`there is no ${className} of ${moduleName}`);
    return found;
  }

  /**
   * @param {string} target
   * @param {string} [id]
   * @param {any} [data] opens it in the kernel, too
   * @param {any} [metadata]
   * @param {any} [buffers]
   * @returns {Promise<any>}
   */
  async _create_comm(target, id, data, metadata, buffers) {
    const comm = this.comms.create(id);
    comm.target_name = target;
    if (data || metadata) comm.open(data ?? {}, undefined, metadata, buffers);
    return comm;
  }

  async _get_comm_info() {
    return {};
  }
}
