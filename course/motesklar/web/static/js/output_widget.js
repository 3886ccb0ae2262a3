// @ts-check
/** ipywidgets' Output: what Python prints and draws while it is "in" the widget stands in it. */

import { DOMWidgetModel, DOMWidgetView, OUTPUT_WIDGET_VERSION } from "../vendor/widgets.js";
import { showOutputs } from "./outputs.js";

/** @typedef {import("./outputs.js").Output} Output */
/** @typedef {import("./comms.js").JupyterMessage} JupyterMessage */

export class OutputModel extends DOMWidgetModel {
  defaults() {
    return {
      ...super.defaults(),
      _model_name: "OutputModel",
      _model_module: "@jupyter-widgets/output",
      _model_module_version: OUTPUT_WIDGET_VERSION,
      _view_name: "OutputView",
      _view_module: "@jupyter-widgets/output",
      _view_module_version: OUTPUT_WIDGET_VERSION,
      msg_id: "",
      outputs: [],
    };
  }

  /** @param {any} attributes @param {any} options */
  initialize(attributes, options) {
    super.initialize(attributes, options);
    // cleared as soon as there is something else to show, so that nothing flickers
    this.isClearedByNext = false;
    this.askedAt = 0;
    this.on("change:msg_id", () => {
      this.askedAt = performance.now();
    });
    this.widget_manager.outputModels.add(this);
    this.on("destroy", () => this.widget_manager.outputModels.delete(this));
  }

  /** @param {JupyterMessage} message */
  take({ header, content }) {
    if (header.msg_type === "clear_output") {
      if (content.wait) this.isClearedByNext = true;
      else this.show([]);
      return;
    }
    const before = this.isClearedByNext ? [] : this.get("outputs");
    this.isClearedByNext = false;
    this.show(added(before, toOutput(header.msg_type, content)));
  }

  /** Show the latest of something that was shown before. @param {JupyterMessage} message */
  updateDisplay({ content }) {
    const id = content.transient?.display_id;
    const isMeant = (/** @type {Output} */ output) => id && output.transient?.display_id === id;
    const outputs = /** @type {Output[]} */ (this.get("outputs"));
    if (!outputs.some(isMeant)) return;
    this.show(outputs.map((output) => (isMeant(output) ? { ...output, ...toOutput("display_data", content) } : output)));
  }

  /** @param {Output[]} outputs */
  show(outputs) {
    // as if the kernel had said so: it knows what it printed, and pictures are heavy
    this.set_state({ outputs });
  }
}

export class OutputView extends DOMWidgetView {
  /** Counts what is to be shown, because pictures take a while and only the latest is wanted. */
  turn = 0;

  async render() {
    super.render();
    this.el.classList.add("widget-output");
    // the result of what was touched is read out, after everything else
    this.el.setAttribute("aria-live", "polite");
    this.listenTo(this.model, "change:outputs", () => this.update());
    await this.update();
  }

  async update() {
    this.turn += 1;
    const { turn } = this;
    const manager = this.model.widget_manager;
    /** @param {string} id @param {HTMLElement} el */
    const showWidget = (id, el) => manager.show(id, el);
    await showOutputs(this.el, this.model.get("outputs"), showWidget, () => turn === this.turn);
  }
}

/**
 * @param {string} type of the kernel's message
 * @param {Record<string, any>} content
 * @returns {Output}
 */
function toOutput(type, content) {
  return { ...content, output_type: type === "error_output" ? "error" : type };
}

/** @param {Output[]} outputs @param {Output} output @returns {Output[]} */
function added(outputs, output) {
  const last = outputs.at(-1);
  if (output.output_type !== "stream" || last?.output_type !== "stream" || last.name !== output.name) {
    return [...outputs, output];
  }
  const text = [last.text, output.text].flat().join("");
  return [...outputs.slice(0, -1), { ...last, text }];
}
