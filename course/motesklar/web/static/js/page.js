/**
 * The module page's own front end.
 *
 * Every widget's state travels inside the page, so each is shown at once, from the address of its
 * script, without a kernel. The kernel's websocket is opened when a widget first calls
 * `save_changes`; what was changed before it is open waits in line and is sent then.
 *
 * @import { AnyModel, Render } from "../widgets/lib/types.js"
 */
import { Kernel } from "./kernel.js";
import { t } from "../widgets/lib/i18n.js";
import { h } from "../widgets/lib/dom.js";

/**
 * @typedef {{model_name: string, model_module: string, state: Record<string, unknown>}} SavedModel
 */

/** @param {string} id @returns {any} */
function readJson(id) {
  const script = document.getElementById(id);
  return script?.textContent ? JSON.parse(script.textContent) : {};
}

/**
 * One widget model, as anywidget's front-end modules know it.
 * @implements {AnyModel}
 */
class Model {
  /** @param {string} id @param {Record<string, unknown>} state @param {Kernel} kernel */
  constructor(id, state, kernel) {
    this.id = id;
    this.state = { ...state };
    this.kernel = kernel;
    /** @type {Set<string>} */
    this.changed = new Set();
    this.events = new EventTarget();
    /** @type {Map<string, Map<Function, EventListener>>} */
    this.listeners = new Map();
    kernel.register(id, (update) => this.receive(update));
  }

  /** @param {string} key @returns {any} */
  get(key) {
    return this.state[key];
  }

  /** @param {string} key @param {unknown} value */
  set(key, value) {
    if (this.state[key] === value) return;
    this.state[key] = value;
    this.changed.add(key);
    this.tell(key);
  }

  save_changes() {
    const update = Object.fromEntries([...this.changed].map((key) => [key, this.state[key]]));
    this.changed.clear();
    if (Object.keys(update).length) this.kernel.send(this.id, update);
  }

  /** @param {string} event @param {Function} callback */
  on(event, callback) {
    const listener = () => callback();
    const known = this.listeners.get(event) ?? new Map();
    known.set(callback, listener);
    this.listeners.set(event, known);
    this.events.addEventListener(event, listener);
  }

  /** @param {string} event @param {Function} callback */
  off(event, callback) {
    const listener = this.listeners.get(event)?.get(callback);
    if (listener) this.events.removeEventListener(event, listener);
  }

  /** @param {Record<string, unknown>} update */
  receive(update) {
    for (const [key, value] of Object.entries(update)) {
      // what the person changed and we have not sent yet is newer than what the kernel says
      if (this.changed.has(key)) continue;
      this.state[key] = value;
      this.tell(key);
    }
  }

  /** @param {string} key */
  tell(key) {
    this.events.dispatchEvent(new Event(`change:${key}`));
    this.events.dispatchEvent(new Event("change"));
  }
}

/**
 * Show one widget in its box.
 * @param {HTMLElement} box @param {Record<string, SavedModel>} states @param {Kernel} kernel
 */
async function show(box, states, kernel) {
  const id = box.dataset.modelId ?? "";
  const saved = states[id];
  const name = saved?.state["_module_name"];
  if (typeof name !== "string" || !/^[a-z_]+$/.test(name)) {
    box.append(h("p", { class: "notice notice--warn" }, t("This part can't be shown here.")));
    return;
  }
  try {
    const module = await import(`../widgets/${name}.js`);
    /** @type {Render} */
    const render = module.default.render;
    await render({ model: new Model(id, saved.state, kernel), el: box });
  } catch (error) {
    console.error(`[motesklar] ${name}`, error);
    box.append(
      h("p", { class: "notice notice--fail", role: "alert" }, t("This part could not start. Reload the page.")),
    );
  }
}

/** Tell that calculations have stopped; everything else on the page goes on working. */
function showKernelLost() {
  if (document.getElementById("kernel-lost")) return;
  const reload = h("button", { class: "button", type: "button" }, t("Reload the page"));
  reload.addEventListener("click", () => location.reload());
  const notice = h(
    "div",
    { id: "kernel-lost", class: "notice notice--warn", role: "status" },
    h("p", {}, t("The calculations on this page have stopped. Your answers are saved. Reload the page to calculate again.")),
    reload,
  );
  document.querySelector("main")?.prepend(notice);
}

async function start() {
  const states = readJson("widget-state");
  const main = /** @type {HTMLElement} */ (document.querySelector("main"));
  const kernel = new Kernel(main.dataset.kernel ?? "", { lost: showKernelLost });
  const boxes = /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("[data-model-id]"));
  await Promise.all([...boxes].map((box) => show(box, states, kernel)));
  document.documentElement.dataset.ready = "true";
  addEventListener("pagehide", (event) => {
    // a page in the back-forward cache may come back and still needs its kernel
    if (!event.persisted) kernel.release();
  });
}

start();
