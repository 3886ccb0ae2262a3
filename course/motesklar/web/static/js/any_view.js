// @ts-check
/** Anywidgets among standard Jupyter widgets: the same scripts, run by the same code. */

import { DOMWidgetModel, DOMWidgetView } from "../vendor/widgets.js";
import { showFault } from "./fault.js";

export class AnyModel extends DOMWidgetModel {
  /** @param {any} attributes @param {any} options */
  initialize(attributes, options) {
    super.initialize(attributes, options);
    this.widget_manager.anywidgets.bind(this);
  }

  /** @param {any} message */
  _handle_comm_msg(message) {
    // values can be taken in at once; what is said once must find a script that listens
    if (message.content.data.method !== "custom") return super._handle_comm_msg(message);
    return this.widget_manager.anywidgets.whenListening(this, () => super._handle_comm_msg(message));
  }

  /**
   * Keeps binary values, which ipywidgets' own way through JSON would lose.
   *
   * @param {Record<string, any>} state
   * @returns {any}
   */
  serialize(state) {
    const { serializers = {} } = /** @type {typeof DOMWidgetModel} */ (this.constructor);
    /** @param {string} key @param {any} value */
    const packed = (key, value) => {
      const serialize = serializers[key]?.serialize;
      if (serialize) return serialize(value, this);
      // models know how to write themselves down; other values have to be plain
      return value?.toJSON ? value.toJSON() : structuredClone(value);
    };
    return Object.fromEntries(Object.entries(state).map(([key, value]) => [key, packed(key, value)]));
  }
}

export class AnyView extends DOMWidgetView {
  async render() {
    this.life = new AbortController();
    try {
      await this.model.widget_manager.anywidgets.show(this.model, this.el, this.life.signal);
    } catch (error) {
      showFault(this.el, error);
    }
  }

  remove() {
    this.life?.abort();
    return super.remove();
  }
}
