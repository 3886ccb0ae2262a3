// @ts-check
/**
 * What was said to a kernel and is not known to be handled, in order.
 *
 * A message is forgotten when the kernel says `idle` to it. Until then it is sent again to a kernel
 * that was found again or that took over; a kernel skips what it has seen.
 */

/** @typedef {import("./wire.js").CommMessage} CommMessage */

/**
 * @typedef {object} Entry
 * @property {CommMessage} message
 * @property {readonly ArrayBufferView[]} buffers
 * @property {() => void} [done] called once, when the message is handled or given up
 */

export class Unanswered {
  constructor() {
    /** @type {Map<string, Entry>} */
    this.byId = new Map();
  }

  get isEmpty() {
    return this.byId.size === 0;
  }

  get entries() {
    return [...this.byId.values()];
  }

  /** @param {Entry} entry */
  add(entry) {
    this.byId.set(entry.message.id, entry);
  }

  /** Before all others. @param {Entry[]} entries */
  addFirst(entries) {
    const first = entries.map((entry) => /** @type {const} */ ([entry.message.id, entry]));
    this.byId = new Map([...first, ...this.byId]);
  }

  /**
   * @param {string} id
   * @returns {Entry | undefined} what was handled
   */
  take(id) {
    const entry = this.byId.get(id);
    this.byId.delete(id);
    return entry;
  }

  /** @returns {Entry[]} what was given up */
  takeAll() {
    const { entries } = this;
    this.byId.clear();
    return entries;
  }
}
