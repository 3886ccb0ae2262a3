// @ts-check
/**
 * A widget's model, as anywidget's scripts know it.
 *
 * What the person has changed is newer than what the kernel says, until the kernel has heard it.
 */

import { isSame, putBuffers, takeBuffers } from "./buffers.js";

/** @typedef {import("./buffers.js").State} State */
/** @typedef {import("./comms.js").Comm} Comm */
/** @typedef {import("./comms.js").JupyterMessage} JupyterMessage */
/** @typedef {{ event: string, callback: Function, context: unknown }} Listener */

export class Model {
  /**
   * @param {object} about
   * @param {State} about.state with its buffers
   * @param {Comm} about.comm
   * @param {{ get_model: (id: string) => Promise<any> }} about.manager
   */
  constructor({ state, comm, manager }) {
    this.model_id = comm.comm_id;
    this.state = { ...state };
    this.comm = comm;
    this.widget_manager = manager;
    /** Changed since the last `save_changes`. @type {Set<string>} */
    this.unsaved = new Set();
    /** Saved while the kernel had an earlier update to handle. @type {State} */
    this.queued = {};
    /** The keys of the update that the kernel has not handled, and its message. */
    this.underWay = { id: "", keys: /** @type {Set<string>} */ (new Set()) };
    /** @type {Listener[]} */
    this.listeners = [];
    comm.on_msg((message) => this.receive(message));
    comm.on_close(() => this.close());
  }

  /** @param {string} key @returns {any} */
  get(key) {
    return this.state[key];
  }

  /** @param {string | State} key or many values at once @param {unknown} [value] */
  set(key, value) {
    const values = typeof key === "string" ? { [key]: value } : key;
    const changed = this.assign(values);
    for (const name of changed) this.unsaved.add(name);
    this.tellChanges(changed);
  }

  /** Send what was changed; while the kernel is busy with an earlier update, when it is done. */
  save_changes() {
    for (const key of this.unsaved) this.queued[key] = this.state[key];
    this.unsaved.clear();
    if (this.underWay.keys.size === 0) this.flush();
  }

  /**
   * Send a custom message.
   *
   * @param {unknown} content
   * @param {import("./comms.js").Callbacks} [callbacks]
   * @param {readonly (ArrayBuffer | ArrayBufferView)[]} [buffers]
   */
  send(content, callbacks, buffers) {
    // it may be about a value that was saved before
    this.flush();
    this.comm.send({ method: "custom", content }, callbacks, {}, buffers);
  }

  flush() {
    const keys = new Set(Object.keys(this.queued));
    if (keys.size === 0) return;
    const { state, paths, buffers } = takeBuffers(this.queued);
    this.queued = {};
    const data = { method: "update", state, buffer_paths: paths };
    const id = this.comm.send(data, { iopub: { status: () => this.handled(id) } }, {}, buffers);
    this.underWay = { id, keys: new Set([...this.underWay.keys, ...keys]) };
  }

  /** @param {string} id of an update that the kernel has handled */
  handled(id) {
    if (this.underWay.id !== id) return;
    this.underWay = { id: "", keys: new Set() };
    this.flush();
  }

  /** @param {JupyterMessage} message */
  receive(message) {
    const { data } = message.content;
    if (data.method === "custom") {
      this.trigger("msg:custom", data.content, message.buffers);
    } else if (data.method === "update") {
      putBuffers(data.state, data.buffer_paths, message.buffers);
      // the kernel may say so before it has heard of our latest value
      const answersLatest = message.parent_header.msg_id === this.underWay.id;
      this.take(data.state, (key) => !answersLatest && this.underWay.keys.has(key));
    }
  }

  /**
   * Take in values that are not the person's.
   *
   * @param {State} state
   * @param {(key: string) => boolean} [isOlder] whether a value is older than what stands here
   */
  take(state, isOlder = () => false) {
    const entries = Object.entries(state).filter(
      ([key]) => !this.unsaved.has(key) && !Object.hasOwn(this.queued, key) && !isOlder(key),
    );
    this.tellChanges(this.assign(Object.fromEntries(entries)));
  }

  /** @param {State} values @returns {string[]} which of them differ from what was here */
  assign(values) {
    const changed = Object.keys(values).filter((key) => !isSame(this.state[key], values[key]));
    Object.assign(this.state, values);
    return changed;
  }

  /** @param {string[]} keys */
  tellChanges(keys) {
    for (const key of keys) this.trigger(`change:${key}`, this, this.state[key], {});
    if (keys.length) this.trigger("change", this, {});
  }

  /**
   * @param {string} events one or several, with spaces between
   * @param {Function} callback
   * @param {unknown} [context] its `this`, and a handle to take it off again
   */
  on(events, callback, context) {
    for (const event of events.split(/\s+/)) this.listeners.push({ event, callback, context });
  }

  /**
   * Take off the listeners that fit everything given.
   *
   * @param {string | null} [events]
   * @param {Function | null} [callback]
   * @param {unknown} [context]
   */
  off(events, callback, context) {
    const names = events?.split(/\s+/);
    this.listeners = this.listeners.filter(
      (listener) =>
        (names && !names.includes(listener.event)) ||
        (callback && callback !== listener.callback) ||
        (context && context !== listener.context),
    );
  }

  /** @param {string} event @param {unknown[]} details */
  trigger(event, ...details) {
    const found = this.listeners.filter((one) => one.event === event || one.event === "all");
    for (const { callback, context } of found) callback.apply(context ?? this, details);
  }

  /** Its Python half is gone. */
  close() {
    this.trigger("destroy", this);
    this.listeners = [];
  }
}
