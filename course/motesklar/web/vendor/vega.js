/**
 * Vega and Vega-Lite, for module pages with charts: foreign code, bundled as it is. Charts are
 * drawn by the interpreter, which needs no eval. What we make of it stands in static/js/chart.js.
 */
export { loader, parse, View } from "vega";
export { expressionInterpreter } from "vega-interpreter";
export { compile } from "vega-lite";
