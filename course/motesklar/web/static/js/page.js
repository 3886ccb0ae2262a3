// @ts-check
/**
 * The module page's own front end.
 *
 * Every widget's state travels inside the page, so each is shown at once, without a kernel. One is
 * asked for when a widget first has something to say; what is typed before it answers waits.
 */

import { AnyWidgets } from "./anywidget.js";
import { Comms } from "./comms.js";
import { showFault } from "./fault.js";
import { Kernel, KernelState } from "./kernel.js";
import { KernelNotices } from "./kernel_notices.js";
import { keepForReload, takeKept } from "./kept_values.js";
import { LightManager } from "./light_manager.js";
import { showOutputs } from "./outputs.js";
import { needStandardWidgets, readPage } from "./saved_state.js";

/** @typedef {import("./saved_state.js").PageContent} PageContent */
/** @typedef {LightManager | import("./full_manager.js").FullManager} Manager */

/** The page's kernel, and what has to be done when it changes. @param {PageContent} content */
function connect(content) {
  const notices = new KernelNotices({
    askAgain: () => kernel.ask(),
    reload: () => location.reload(),
  });
  const kernel = new Kernel(content, {
    message: (message, buffers, done) => comms.receive(message, buffers, done),
    afresh: () => {
      kernel.changes.keepOnly((id) => content.models.has(id));
      comms.renew(content.models);
    },
    failed: () => notices.failed(),
    state: (state, about) => notices.show(state, about),
  });
  const comms = new Comms(kernel, { failed: () => notices.failed() });
  return { kernel, comms };
}

/** @param {PageContent} content @param {Comms} comms @returns {Promise<Manager>} */
async function makeManager({ models }, comms) {
  const parts = { comms, anywidgets: new AnyWidgets() };
  if (!needStandardWidgets(models)) return new LightManager(parts);
  const { FullManager } = await import("./full_manager.js");
  return new FullManager(parts);
}

/** @param {HTMLElement} box @param {Manager} manager */
async function showWidget(box, manager) {
  try {
    await manager.show(box.dataset.modelId ?? "", box);
  } catch (error) {
    showFault(box, error);
  }
}

/** What the server's template left to us. @param {HTMLElement} box @param {Manager} manager */
async function showOutput(box, manager) {
  const output = JSON.parse(box.querySelector("script")?.textContent ?? "{}");
  const show = (/** @type {string} */ id, /** @type {HTMLElement} */ el) => manager.show(id, el);
  try {
    await showOutputs(box, [{ output_type: "display_data", ...output }], show);
  } catch (error) {
    showFault(box, error);
  }
}

/** @param {string} selector */
function boxes(selector) {
  return [.../** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll(selector))];
}

async function start() {
  const content = readPage();
  const { kernel, comms } = connect(content);
  const manager = await makeManager(content, comms);
  comms.manager = manager;
  await manager.load(content.models);
  const isKept = await takeKept(content, manager);
  await Promise.all([
    ...boxes("[data-model-id]").map((box) => showWidget(box, manager)),
    ...boxes("[data-output]").map((box) => showOutput(box, manager)),
  ]);
  kernel.begin();
  if (isKept) kernel.ask();
  document.documentElement.dataset.ready = "true";
  leaveWell(content, kernel, manager);
}

/** @param {PageContent} content @param {Kernel} kernel @param {Manager} manager */
function leaveWell(content, kernel, manager) {
  addEventListener("pagehide", (event) => {
    // a page in the back-forward cache may come back and still needs its kernel
    if (event.persisted) return;
    if (kernel.state === KernelState.RENEWED) keepForReload(content, kernel, manager);
    kernel.release();
  });
}

start();
