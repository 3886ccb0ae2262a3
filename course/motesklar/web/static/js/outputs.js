// @ts-check
/** Shows what Python printed or drew: pictures, tables, text, charts, widgets, errors in words. */

import { h } from "../widgets/lib/dom.js";
import { t } from "../widgets/lib/i18n.js";
import { notice } from "../widgets/lib/widget.js";
import { cleanHtml } from "./clean_html.js";

/**
 * @typedef {object} Output as in a notebook file
 * @property {string} output_type
 * @property {Record<string, any>} [data] by media type
 * @property {Record<string, any>} [metadata]
 * @property {string} [name] of a stream
 * @property {string | string[]} [text] of a stream
 * @property {string} [ename] of an error
 * @property {string} [evalue]
 * @property {{ display_id?: string }} [transient]
 *
 * @typedef {(id: string, el: HTMLElement) => Promise<void>} ShowWidget
 * @typedef {(value: any, output: Output, showWidget: ShowWidget) => HTMLElement | Promise<HTMLElement>} Renderer
 */

const ESCAPE_SEQUENCES = /\u001b\[[0-9;]*m/g;

/** What can be shown, best first. @type {[RegExp, Renderer][]} */
const RENDERERS = [
  [/^application\/vnd\.jupyter\.widget-view\+json$/, widget],
  [/^application\/vnd\.vega(lite)?\.v[56][.+]json$/, chart],
  [/^image\/svg\+xml$/, (svg, output) => picture(`data:image/svg+xml,${encodeURIComponent(join(svg))}`, output)],
  [/^image\/(png|jpeg|gif|webp)$/, (data, output) => picture(base64Address(data, output), output)],
  [/^text\/html$/, (html) => h("div", { class: "figure" }, cleanHtml(join(html)))],
  [/^text\/(plain|markdown)$/, (text) => plain(join(text))],
];

/**
 * Show outputs in place of what `el` holds, all at once, when every picture is there.
 *
 * @param {HTMLElement} el
 * @param {readonly Output[]} outputs
 * @param {ShowWidget} showWidget
 * @param {() => boolean} [isCurrent] whether they are still to be shown
 */
export async function showOutputs(el, outputs, showWidget, isCurrent = () => true) {
  const shown = await Promise.all(outputs.map((output) => render(output, showWidget)));
  if (isCurrent()) el.replaceChildren(...shown.filter((one) => one !== null));
}

/** @param {Output} output @param {ShowWidget} showWidget */
async function render(output, showWidget) {
  const { output_type: type, data = {} } = output;
  if (type === "error") return failure(output);
  if (type === "stream") return stream(output);
  for (const [mime, renderer] of RENDERERS) {
    const found = Object.keys(data).find((name) => mime.test(name));
    if (found) return renderer(data[found], output, showWidget);
  }
  return null;
}

/** @param {Output} output */
function failure({ ename, evalue }) {
  console.error(`a calculation failed: ${ename}: ${evalue}`);
  return notice("fail", t("This could not be calculated."), t("Change a value and try again."));
}

/** @param {Output} output */
function stream({ name, text = "" }) {
  // warnings are for those who write the course
  if (name === "stderr") console.warn(join(text));
  return name === "stderr" ? null : plain(join(text));
}

/** @param {string} text */
function plain(text) {
  return h("pre", null, text.replace(ESCAPE_SEQUENCES, ""));
}

/** @param {any} value @param {Output} _output @param {ShowWidget} showWidget */
async function widget({ model_id: id }, _output, showWidget) {
  const el = h("div", { class: "widget", "data-model-id": id });
  await showWidget(id, el);
  return el;
}

/** @param {any} spec @param {Output} output */
async function chart(spec, output) {
  const { drawChart } = await import("./chart.js");
  const isFull = Object.keys(output.data ?? {}).some((name) => name.startsWith("application/vnd.vega.v"));
  return drawChart(spec, { isFull, description: output.metadata?.alt });
}

/** @param {string} address @param {Output} output */
async function picture(address, { metadata = {} }) {
  const { width, height } = Object.values(metadata).find((about) => about?.width) ?? {};
  const image = h("img", { src: address, alt: metadata.alt ?? t("Picture"), width, height });
  // what replaces another picture must not flicker; one that can't be decoded shows its words
  await image.decode().catch((error) => console.warn("a picture can't be shown", error));
  return h("div", { class: "figure" }, image);
}

/** @param {string | string[]} data @param {Output} output */
function base64Address(data, output) {
  const mime = Object.keys(output.data ?? {}).find((name) => /^image\/(png|jpeg|gif|webp)$/.test(name));
  return `data:${mime};base64,${join(data).replaceAll("\n", "")}`;
}

/** Notebook files may hold a text as a list of lines. @param {string | string[]} text */
function join(text) {
  return Array.isArray(text) ? text.join("") : text;
}
