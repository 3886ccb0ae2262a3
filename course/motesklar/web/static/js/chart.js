// @ts-check
/** Draws Vega and Vega-Lite charts, in the page's colours; loaded only where there is one. */

import { h } from "../widgets/lib/dom.js";
import { compile, expressionInterpreter, loader, parse, View } from "../vendor/vega.js";

/** @typedef {{ isFull: boolean, description?: string }} ChartOptions isFull: Vega, not Vega-Lite */

/**
 * A chart that follows the page's colours. It fetches nothing: its data must travel with it.
 *
 * @param {any} spec
 * @param {ChartOptions} options
 * @returns {Promise<HTMLElement>}
 */
export async function drawChart(spec, { isFull, description }) {
  const words = description ?? describe(spec);
  const drawing = h("div", { class: "chart__drawing" });
  const controls = h("div", { class: "chart__controls" });
  // words say it best; without any, Vega's own names for each bar and point are read out
  const alternative = words ? { role: "img", "aria-label": words } : {};
  const el = h("div", { class: "figure chart" }, h("div", alternative, drawing), controls);
  const dark = matchMedia("(prefers-color-scheme: dark)");
  let view = await draw(spec, isFull, drawing, controls);
  const redraw = async () => {
    if (!el.isConnected) {
      dark.removeEventListener("change", redraw);
      return;
    }
    view.finalize();
    view = await draw(spec, isFull, drawing, controls);
  };
  dark.addEventListener("change", redraw);
  return el;
}

/**
 * @param {any} spec
 * @param {boolean} isFull
 * @param {HTMLElement} drawing
 * @param {HTMLElement} controls
 */
async function draw(spec, isFull, drawing, controls) {
  controls.replaceChildren();
  const config = { ...themeConfig(), ...spec.config };
  const full = isFull ? { ...spec, config } : compile(spec, { config }).spec;
  const view = new View(parse(full, undefined, { ast: true }), {
    expr: expressionInterpreter,
    loader: closedLoader(),
    renderer: "svg",
  });
  view.initialize(drawing, controls);
  await view.runAsync();
  return view;
}

/** Data and pictures from anywhere else are refused; pages ask no other host for anything. */
function closedLoader() {
  const closed = loader();
  closed.load = (address) => Promise.reject(new Error(`a chart may not fetch ${address}`));
  closed.sanitize = (address) =>
    address.startsWith("data:")
      ? Promise.resolve({ href: address })
      : Promise.reject(new Error(`a chart may not fetch ${address}`));
  return closed;
}

function themeConfig() {
  const style = getComputedStyle(document.documentElement);
  const ink = style.getPropertyValue("--color-ink").trim();
  const line = style.getPropertyValue("--color-line-strong").trim();
  const font = style.getPropertyValue("--font").trim();
  const words = { labelColor: ink, titleColor: ink, labelFont: font, titleFont: font };
  return {
    background: "transparent",
    axis: { ...words, domainColor: line, tickColor: line, gridColor: line, gridOpacity: 0.3 },
    legend: words,
    header: words,
    title: { color: ink, subtitleColor: ink, font, subtitleFont: font },
    text: { color: ink, font },
    view: { stroke: line },
  };
}

/** @param {any} spec @returns {string} */
function describe({ description, title }) {
  const heading = typeof title === "object" ? title?.text : title;
  return description || [heading].flat().filter(Boolean).join(" ");
}
