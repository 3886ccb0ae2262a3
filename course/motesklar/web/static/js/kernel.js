// @ts-check
/**
 * The page's kernel, as the page sees it: one from the first touch on, however often it changes.
 *
 * What is said to it waits until it answers, is said again when the connection was lost, and to the
 * kernel that takes over when one has ended. A page that nobody touches asks for none.
 */

import { page } from "../widgets/lib/page.js";
import { newId } from "../widgets/lib/ids.js";
import { Changes, isUpdate } from "./changes.js";
import { BYE, Link, LinkState } from "./link.js";
import { Unanswered } from "./unanswered.js";
import { kernelAddress, pack, unpack } from "./wire.js";

/** @typedef {import("./wire.js").CommMessage} CommMessage */
/** @typedef {import("./wire.js").KernelMessage} KernelMessage */
/** @typedef {import("./wire.js").DeskMessage} DeskMessage */
/** @typedef {import("./unanswered.js").Entry} Entry */

/** @typedef {(typeof KernelState)[keyof typeof KernelState]} State */

export const KernelState = Object.freeze({
  /** There is none: the page is untouched, or its kernel has ended. The next message asks for one. */
  NONE: "none",
  /** One is asked for. */
  ASKED: "asked",
  /** Others are before us. */
  WAITING: "waiting",
  READY: "ready",
  /** The connection is lost; the kernel is kept for us for a while. */
  AWAY: "away",
  /** The server said why there is none. It is asked again when the person wants it. */
  REFUSED: "refused",
  /** The page is of an older version, which nothing calculates any more. It has to be reloaded. */
  RENEWED: "renewed",
});

/** What has met so many ended kernels or refusals in a row is given up. */
const MOST_SETBACKS = 2;
/** The server takes no larger frame. */
const FRAME_BYTES_MAX = 1024 * 1024;
const CONTROL_TARGET = "jupyter.widget.control";
const CONTROL_VERSION = "1.0.0";

/**
 * @typedef {object} Listeners
 * @property {(message: KernelMessage, buffers: DataView[], done?: () => void) => void} message in
 *   order; `done` is to be called when it is dealt with
 * @property {() => void} afresh a kernel took over that knows nothing of what the last one did
 * @property {(state: State, about: StateDetail) => void} state
 * @property {() => void} failed something could not be calculated and was given up
 *
 * @typedef {{ place?: number, message?: string, nextStep?: string, afresh?: boolean }} StateDetail
 */

export class Kernel {
  /**
   * @param {{ version: string, build: string }} content the page's
   * @param {Listeners} listeners
   */
  constructor({ version, build }, listeners) {
    this.build = build;
    this.listeners = listeners;
    /** @type {State} */
    this.state = KernelState.NONE;
    /** @type {string | null} */
    this.id = null;
    /** Whether this page has had a kernel before. */
    this.hadOne = false;
    /** While the page is being made, what widgets set is nothing that a person has done. */
    this.isPageBeingMade = true;
    this.setbacks = 0;
    this.unanswered = new Unanswered();
    this.changes = new Changes();
    const { base, module } = page;
    const about = { base, module, version, id: newId() };
    this.link = new Link(() => kernelAddress(about, this.id), {
      frame: (frame) => this.receive(frame),
      state: (state) => this.linkChanged(state),
    });
  }

  /**
   * Say something to a widget.
   *
   * @param {Omit<CommMessage, "id">} content
   * @param {readonly ArrayBufferView[]} [buffers]
   * @param {() => void} [done] called when it is handled or given up
   * @returns {string} the message's id
   */
  send(content, buffers = [], done) {
    const message = { ...content, id: newId() };
    const frame = pack(message, buffers);
    if (frame.length > FRAME_BYTES_MAX) {
      console.error("too large for the kernel", frame.length);
      queueMicrotask(() => done?.());
      this.listeners.failed();
      return message.id;
    }
    if (this.isPageBeingMade && isUpdate(message)) {
      // a link between two widgets, for example: it can wait until a kernel is needed
      this.unanswered.add({ message, buffers });
      queueMicrotask(() => done?.());
      return message.id;
    }
    this.unanswered.add({ message, buffers, done });
    if (this.state === KernelState.READY) this.link.send(frame);
    else if (this.state === KernelState.NONE) this.ask();
    return message.id;
  }

  /** The page is made: from now on it is the person who changes values. */
  begin() {
    this.isPageBeingMade = false;
  }

  /** What the person changed and has been said, or is being said, to a kernel. @param {string} model */
  changedKeys(model) {
    const underWay = this.unanswered.entries
      .filter(({ message }) => message.comm_id === model && isUpdate(message))
      .flatMap(({ message }) => Object.keys(message.data.state));
    return new Set([...this.changes.keys(model), ...underWay]);
  }

  /** The page leaves for good: its kernel's memory is free at once. */
  release() {
    this.link.close(BYE);
    if (!this.id) return;
    const xsrf = document.querySelector('meta[name="xsrf"]')?.getAttribute("content") ?? "";
    // closing the websocket says the same, but may not leave the browser in time
    fetch(`${page.base}/api/kernels/${this.id}`, {
      method: "DELETE",
      headers: { "X-XSRFToken": xsrf },
      keepalive: true,
    }).catch((error) => console.info("the kernel ends by itself", error));
    this.id = null;
  }

  /** Ask for a kernel; no effect while there is one or one is asked for. */
  ask() {
    if (this.state !== KernelState.RENEWED) this.link.open();
  }

  /** @param {import("./link.js").State} state */
  linkChanged(state) {
    if (state === LinkState.CONNECTING && this.state !== KernelState.AWAY) this.setState(KernelState.ASKED);
    if (state === LinkState.AWAY) this.setState(KernelState.AWAY);
  }

  /** @param {string | ArrayBuffer} frame */
  receive(frame) {
    const { message, buffers } = unpack(frame);
    switch (message.type) {
      case "waiting":
        return this.setState(KernelState.WAITING, /** @type {StateDetail} */ (message));
      case "ready":
        return this.ready(/** @type {DeskMessage & { type: "ready" }} */ (message));
      case "lost":
        return this.lost();
      case "renewed":
        return this.renewed();
      case "error":
        return this.refused(/** @type {DeskMessage & { type: "error" }} */ (message));
      case "pong":
        return undefined;
      default:
        return this.told(/** @type {KernelMessage} */ (message), buffers);
    }
  }

  /** @param {DeskMessage & { type: "ready" }} message */
  ready({ kernel, build, resumed, missed }) {
    const afresh = this.hadOne && !resumed;
    this.id = kernel;
    this.hadOne = true;
    if (afresh) this.listeners.afresh();
    if (!resumed) this.unanswered.addFirst(this.changes.updates(newId));
    for (const entry of this.unanswered.entries) this.link.send(pack(entry.message, entry.buffers));
    this.setState(KernelState.READY, { afresh });
    if (missed || (!resumed && build !== this.build)) this.requestStates();
  }

  requestStates() {
    const comm_id = newId();
    const metadata = { version: CONTROL_VERSION };
    this.send({ type: "comm_open", comm_id, target_name: CONTROL_TARGET, data: {}, metadata });
    this.send({ type: "comm_msg", comm_id, data: { method: "request_states" } });
  }

  lost() {
    this.forgetKernel();
    this.setBack();
    this.setState(KernelState.NONE);
    if (!this.unanswered.isEmpty) this.ask();
  }

  renewed() {
    this.forgetKernel();
    this.setState(KernelState.RENEWED);
  }

  /** @param {DeskMessage & { type: "error" }} message */
  refused({ message, next_step: nextStep }) {
    this.link.close();
    this.setBack();
    this.setState(KernelState.REFUSED, { message, nextStep });
  }

  forgetKernel() {
    this.id = null;
    this.link.close();
  }

  /** A message that ends every kernel must not be given to the next one for ever. */
  setBack() {
    this.setbacks += 1;
    if (this.setbacks < MOST_SETBACKS || this.unanswered.isEmpty) return;
    this.setbacks = 0;
    for (const { done } of this.unanswered.takeAll()) done?.();
    this.listeners.failed();
  }

  /** @param {KernelMessage} message @param {DataView[]} buffers */
  told(message, buffers) {
    const { type, content, parent } = message;
    if (type === "comm_msg" && content.data.method === "update") {
      this.changes.overrule(parent, content.comm_id, content.data, buffers);
    }
    const handled = type === "status" && content.execution_state === "idle" && parent;
    const entry = handled ? this.unanswered.take(parent) : undefined;
    if (entry) {
      this.setbacks = 0;
      this.changes.confirm(entry.message, entry.buffers);
    }
    this.listeners.message(message, buffers, entry?.done);
  }

  /** @param {State} state @param {StateDetail} [about] */
  setState(state, about = {}) {
    if (state === this.state && state !== KernelState.WAITING) return;
    console.info(`kernel: ${this.state} -> ${state}`);
    this.state = state;
    this.listeners.state(state, about);
  }
}
