// @ts-check
/**
 * Runs widgets' own scripts: anywidget's front-end modules (AFM), ours and third parties'.
 *
 * A script is imported by address, never made of text, so that the page's content security policy
 * holds. `initialize` runs once for a model, `render` for each place where it is shown.
 */

import { newId } from "../widgets/lib/ids.js";
import { url } from "../widgets/lib/page.js";
import { loadWidget } from "./load_widget.js";
import { addStyleSheet } from "./style_sheet.js";

/**
 * @typedef {object} WidgetModel what every kind of model has
 * @property {(key: string) => any} get
 * @property {(key: any, value?: any) => any} set
 * @property {() => any} save_changes
 * @property {(content: any, callbacks?: any, buffers?: any) => void} send
 * @property {(events: any, callback: any, context?: any) => any} on
 * @property {(events: any, callback?: any, context?: any) => any} off
 * @property {any} widget_manager
 *
 * @typedef {void | (() => unknown)} CleanUp
 * @typedef {object} Definition a widget's script
 * @property {(context: any) => unknown} [initialize]
 * @property {(context: any) => CleanUp | Promise<CleanUp>} [render]
 */

const FILE_NAME = /^[0-9a-f]{32}\.(js|css)$/;
const MODULE_NAME = /^[a-z_]+$/;
const REFERENCE = /^(IPY_MODEL_|anywidget:)/;
/** The kernel may have to be started first, and others may be before us. */
const INVOKE_MS = 120_000;

/** One model and its script. */
class Binding {
  /** @param {WidgetModel} model */
  constructor(model) {
    this.model = model;
    this.life = new AbortController();
    this.definition = loadDefinition(model);
    /** `initialize` has been called, so that its listeners hear what the kernel says. */
    this.isListening = false;
    this.exports = this.initialize();
    /** Over as soon as `isListening`, or when there is nothing that could listen. */
    this.listening = this.definition.then(
      () => undefined,
      () => undefined,
    );
    // whoever shows the widget tells of the fault; one that is never shown has none to tell
    this.exports.catch(() => {});
  }

  async initialize() {
    const { initialize } = await this.definition;
    const context = Symbol("initialize");
    const { signal } = this.life;
    const given = initialize?.({
      model: proxyOf(this.model, context),
      signal,
      experimental: experimentalOf(this.model),
    });
    this.isListening = true;
    const result = await given;
    if (typeof result === "function") whenAborted(signal, () => cleanUp(this.model, context, result));
    return typeof result === "object" && result !== null ? result : undefined;
  }

  /**
   * @param {HTMLElement} el
   * @param {AbortSignal} signal ends the view
   * @param {ReturnType<typeof hostOf>} host
   */
  async createView(el, signal, host) {
    await this.exports;
    const { render } = await this.definition;
    const both = eitherOf(signal, this.life.signal);
    const result = await render?.({
      model: proxyOf(this.model, el),
      el,
      signal: both,
      host,
      experimental: experimentalOf(this.model),
    });
    whenAborted(both, () => cleanUp(this.model, el, result));
  }

  close() {
    this.life.abort();
  }
}

export class AnyWidgets {
  constructor() {
    /** @type {Map<WidgetModel, Binding>} */
    this.bindings = new Map();
  }

  /** Load a model's script and run its `initialize`; once. @param {WidgetModel} model */
  bind(model) {
    const known = this.bindings.get(model);
    if (known) return known;
    const binding = new Binding(model);
    this.bindings.set(model, binding);
    model.on("destroy", () => this.unbind(model));
    return binding;
  }

  /**
   * Do something that a model's script must hear: at once, or when it is listening.
   *
   * @template Result
   * @param {WidgetModel} model
   * @param {() => Result} act
   * @returns {Result | undefined} nothing when it is done later: nobody may wait for that, because
   *   the script itself may be waiting for the kernel's next message
   */
  whenListening(model, act) {
    const binding = this.bindings.get(model);
    if (!binding || binding.isListening) return act();
    binding.listening.then(act);
    return undefined;
  }

  /** @param {WidgetModel} model */
  unbind(model) {
    this.bindings.get(model)?.close();
    this.bindings.delete(model);
  }

  /**
   * Show a widget.
   *
   * @param {WidgetModel} model
   * @param {HTMLElement} el
   * @param {AbortSignal} signal ends the view
   * @throws the script's own error
   */
  async show(model, el, signal) {
    await this.bind(model).createView(el, signal, hostOf(this, model, signal));
  }
}

/** @param {WidgetModel} model @returns {Promise<Definition>} */
async function loadDefinition(model) {
  const css = model.get("_css");
  if (typeof css === "string" && FILE_NAME.test(css)) await addStyleSheet(url(`/widget-files/${css}`));
  const module = await loadModule(model);
  const given = module.default ?? { render: module.render };
  return typeof given === "function" ? given() : given;
}

/** @param {WidgetModel} model @returns {Promise<any>} */
function loadModule(model) {
  const [name, file] = [model.get("_module_name"), model.get("_esm")];
  if (MODULE_NAME.test(name ?? "")) return loadWidget(name);
  if (FILE_NAME.test(file ?? "")) return import(url(`/widget-files/${file}`));
  return Promise.reject(new Error("the widget names no script"));
}

/**
 * A model as a script gets it: what it listens to is taken off with `context`.
 *
 * @param {WidgetModel} model
 * @param {unknown} context
 */
function proxyOf(model, context) {
  return {
    get: model.get.bind(model),
    set: model.set.bind(model),
    save_changes: model.save_changes.bind(model),
    send: model.send.bind(model),
    /** @param {string} events @param {Function} callback */
    on: (events, callback) => void model.on(events, callback, context),
    /** @param {string | null} events @param {Function} [callback] */
    off: (events, callback) => void model.off(events, callback, context),
    widget_manager: model.widget_manager,
  };
}

/** @param {WidgetModel} model */
function experimentalOf(model) {
  return {
    /** @param {string} name @param {unknown} [msg] @param {{ signal?: AbortSignal, buffers?: DataView[] }} [options] */
    invoke: (name, msg, options) => invoke(model, name, msg, options),
  };
}

/**
 * Call a function of the widget's Python half.
 *
 * @param {WidgetModel} model
 * @param {string} name
 * @param {unknown} msg
 * @param {{ signal?: AbortSignal, buffers?: DataView[] }} [options]
 * @returns {Promise<[unknown, DataView[]]>} its answer
 */
function invoke(model, name, msg, { signal = AbortSignal.timeout(INVOKE_MS), buffers = [] } = {}) {
  const id = newId();
  return new Promise((resolve, reject) => {
    /** @param {any} answer @param {DataView[]} answered */
    const hear = (answer, answered) => {
      if (answer?.id !== id) return;
      model.off("msg:custom", hear);
      resolve([answer.response, answered]);
    };
    model.on("msg:custom", hear);
    whenAborted(signal, () => {
      model.off("msg:custom", hear);
      reject(signal.reason);
    });
    model.send({ id, kind: "anywidget-command", name, msg }, undefined, buffers);
  });
}

/**
 * How a widget reaches others that it is made of.
 *
 * @param {AnyWidgets} widgets
 * @param {WidgetModel} model
 * @param {AbortSignal} signal
 */
function hostOf(widgets, model, signal) {
  /** @param {string} reference @returns {Promise<WidgetModel>} */
  const find = (reference) => model.widget_manager.get_model(reference.replace(REFERENCE, ""));
  const host = {
    /** @param {string} reference */
    async getModel(reference) {
      const other = await find(reference);
      const context = Symbol("host");
      whenAborted(signal, () => other.off(null, null, context));
      return proxyOf(other, context);
    },
    /** @param {string} reference */
    async getWidget(reference) {
      const binding = widgets.bind(await find(reference));
      return {
        exports: await binding.exports,
        /** @param {{ el: HTMLElement, signal?: AbortSignal }} place */
        render: (place) => binding.createView(place.el, place.signal ?? signal, host),
      };
    },
  };
  return host;
}

/**
 * @param {WidgetModel} model
 * @param {unknown} context of its listeners
 * @param {CleanUp | unknown} result of `initialize` or `render`
 */
async function cleanUp(model, context, result) {
  model.off(null, null, context);
  try {
    if (typeof result === "function") await result();
  } catch (error) {
    console.error("a widget could not clean up", error);
  }
}

/**
 * As `AbortSignal.any`, which telephones of some years ago don't have.
 *
 * @param {AbortSignal[]} signals
 */
function eitherOf(...signals) {
  const either = new AbortController();
  for (const signal of signals) whenAborted(signal, () => either.abort(signal.reason));
  return either.signal;
}

/** @param {AbortSignal} signal @param {() => void} act now, if it is aborted already */
function whenAborted(signal, act) {
  if (signal.aborted) act();
  else signal.addEventListener("abort", act, { once: true });
}
