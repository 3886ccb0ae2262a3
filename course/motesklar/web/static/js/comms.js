// @ts-check
/**
 * Hands the kernel's messages to the widgets they are for, one after the other.
 *
 * A comm is one widget's line to its Python half. It has the shape of Jupyter's classic comm, so
 * that the standard widgets can use it as it is.
 */

import { newId } from "../widgets/lib/ids.js";
import { putBuffers } from "./buffers.js";

/** @typedef {import("./wire.js").KernelMessage} KernelMessage */
/** @typedef {import("./kernel.js").Kernel} Kernel */
/** @typedef {import("./buffers.js").State} State */

/**
 * @typedef {object} JupyterMessage as in Jupyter's messaging protocol
 * @property {{ msg_id: string, msg_type: string }} header
 * @property {{ msg_id: string | null }} parent_header
 * @property {Record<string, any>} content
 * @property {Record<string, any>} metadata
 * @property {DataView[]} buffers
 *
 * @typedef {{ iopub?: { status?: (message: any) => void } }} Callbacks
 *
 * @typedef {object} WidgetManager what shows widgets
 * @property {(comm: Comm, message: JupyterMessage) => unknown} openModel the kernel made a widget
 * @property {(states: Iterable<[string, { state: State }]>, keysOfPerson: (id: string) => Set<string>) => unknown} putStates
 *   values of the kernel or the page, for everything that is not the person's
 * @property {(isOfPage: (id: string) => boolean) => unknown} closeOthers widgets that an ended
 *   kernel made are no more
 * @property {(message: JupyterMessage) => boolean} output the kernel printed or drew something;
 *   returns whether there is a place for it
 */

const WIDGET_TARGET = "jupyter.widget";
const PROTOCOL_VERSION = "2.1.0";

export class Comm {
  /** @param {string} id @param {Comms} comms */
  constructor(id, comms) {
    this.comm_id = id;
    this.target_name = WIDGET_TARGET;
    this.comms = comms;
    /** @type {(message: JupyterMessage) => unknown} */
    this.handleMessage = () => {};
    /** @type {(message: JupyterMessage) => unknown} */
    this.handleClose = () => {};
  }

  /** @param {(message: any) => unknown} handle */
  on_msg(handle) {
    this.handleMessage = handle;
  }

  /** @param {(message: any) => unknown} handle */
  on_close(handle) {
    this.handleClose = handle;
  }

  /**
   * @param {Record<string, any>} data
   * @param {Callbacks} [callbacks] told when the kernel has handled it
   * @param {Record<string, unknown>} [metadata]
   * @param {readonly (ArrayBuffer | ArrayBufferView)[]} [buffers]
   * @returns {string} the message's id
   */
  send(data, callbacks, metadata, buffers) {
    return this.say("comm_msg", data, callbacks, metadata, buffers);
  }

  /** @param {Record<string, any>} data @param {Callbacks} [callbacks] @param {any} [metadata] @param {any} [buffers] */
  open(data, callbacks, metadata, buffers) {
    const about = { version: PROTOCOL_VERSION, ...metadata };
    return this.say("comm_open", data, callbacks, about, buffers);
  }

  /** @param {Record<string, any>} [data] @param {Callbacks} [callbacks] @param {any} [metadata] @param {any} [buffers] */
  close(data = {}, callbacks, metadata, buffers) {
    this.comms.byId.delete(this.comm_id);
    return this.say("comm_close", data, callbacks, metadata, buffers);
  }

  /**
   * @param {"comm_open" | "comm_msg" | "comm_close"} type
   * @param {Record<string, any>} data
   * @param {Callbacks} [callbacks]
   * @param {Record<string, unknown>} [metadata]
   * @param {readonly (ArrayBuffer | ArrayBufferView)[]} [buffers]
   */
  say(type, data, callbacks, metadata = {}, buffers = []) {
    const target = type === "comm_open" ? { target_name: this.target_name } : {};
    const views = buffers.map((one) => (ArrayBuffer.isView(one) ? one : new DataView(one)));
    const message = { type, comm_id: this.comm_id, data, metadata, ...target };
    const id = this.comms.kernel.send(message, views, () =>
      callbacks?.iopub?.status?.({
        header: { msg_type: "status" },
        parent_header: { msg_id: id },
        content: { execution_state: "idle" },
      }),
    );
    return id;
  }
}

export class Comms {
  /** @param {Kernel} kernel @param {{ failed: () => void }} listeners failed: and nobody tells it */
  constructor(kernel, { failed }) {
    this.kernel = kernel;
    this.failed = failed;
    /** @type {Map<string, Comm>} */
    this.byId = new Map();
    /** @type {WidgetManager | null} */
    this.manager = null;
    this.last = Promise.resolve();
  }

  /** The line to a widget. @param {string} [id] */
  create(id = newId()) {
    const comm = new Comm(id, this);
    this.byId.set(id, comm);
    return comm;
  }

  /**
   * @param {KernelMessage} message
   * @param {DataView[]} buffers
   * @param {() => void} [done] called when it and all before it are dealt with
   */
  receive(message, buffers, done) {
    this.next(() => this.hand(toJupyter(message, buffers)));
    if (done) this.next(done);
  }

  /**
   * A kernel takes over that knows nothing of what the last one did: put back everything that is
   * not the person's.
   *
   * @param {Map<string, { state: State }>} saved what the page came with
   */
  renew(saved) {
    this.next(() => this.manager?.closeOthers((id) => saved.has(id)));
    this.next(() => this.put(saved));
  }

  /** Do it when all before it is done. @param {() => unknown} act */
  next(act) {
    // a widget that takes in a value may have to wait for another one to be there
    this.last = this.last
      .then(act)
      .then(() => undefined)
      .catch((error) => console.error("a widget could not take what the kernel said", error));
  }

  /** @param {Iterable<[string, { state: State }]>} states */
  put(states) {
    return this.manager?.putStates(states, (id) => this.kernel.changedKeys(id));
  }

  /** @param {JupyterMessage} message @returns {unknown} */
  hand(message) {
    const { content } = message;
    switch (message.header.msg_type) {
      case "comm_open":
        return this.manager?.openModel(this.create(content.comm_id), message);
      case "comm_msg":
        if (content.data.method === "update_states") return this.put(statesIn(message));
        return this.byId.get(content.comm_id)?.handleMessage(message);
      case "comm_close":
        return this.closed(message);
      case "status":
        return undefined;
      default:
        return this.output(message);
    }
  }

  /** @param {JupyterMessage} message */
  output(message) {
    const isTaken = this.manager?.output(message);
    const { ename, evalue } = message.content;
    if (isTaken || message.header.msg_type !== "error_output") return;
    console.error(`a widget's Python half failed: ${ename}: ${evalue}`);
    // a value that does not suit a trait, such as a number that is linked to a label, is left out
    if (ename !== "TraitError") this.failed();
  }

  /** @param {JupyterMessage} message */
  closed(message) {
    const comm = this.byId.get(message.content.comm_id);
    this.byId.delete(message.content.comm_id);
    return comm?.handleClose(message);
  }
}

/** @param {KernelMessage} message @param {DataView[]} buffers @returns {JupyterMessage} */
function toJupyter({ type, parent, content, metadata = {} }, buffers) {
  const header = { msg_id: newId(), msg_type: type };
  return { header, parent_header: { msg_id: parent }, content, metadata, buffers };
}

/** @param {JupyterMessage} message the answer to `request_states` */
function statesIn({ content: { data }, buffers }) {
  putBuffers(data.states, data.buffer_paths, buffers);
  return /** @type {[string, { state: State }][]} */ (Object.entries(data.states));
}
