/**
 * The standard Jupyter widgets, for module pages that use them: foreign code, bundled as it is.
 * What we make of it stands in static/js/full_manager.js.
 */
import "@lumino/widgets/style/index.css";
import "@jupyter-widgets/base/css/index.css";
import "@jupyter-widgets/controls/css/labvariables.css";
import "@jupyter-widgets/controls/css/widgets-base.css";
import "font-awesome/css/font-awesome.css";

export * as base from "@jupyter-widgets/base";
export { DOMWidgetModel, DOMWidgetView } from "@jupyter-widgets/base";
export { ManagerBase } from "@jupyter-widgets/base-manager";
export * as controls from "@jupyter-widgets/controls";
export { OUTPUT_WIDGET_VERSION } from "@jupyter-widgets/output";
export { MessageLoop } from "@lumino/messaging";
export { Widget } from "@lumino/widgets";
