// @ts-check
/** What a live page says beside what it shows: who has come, aloud; and how its connection stands. */

import { announce } from "../widgets/lib/dom.js";
import { timeText } from "./time_text.js";

/** @typedef {import("../widgets/lib/live_connection.js").LiveState} LiveState */

/** Nothing is read out more often, however many come at once. */
const QUIET_MS = 5_000;

/** Says aloud who has come, several in one sentence. */
export class Herald {
  /** @param {(names: string, count: number) => string} words */
  constructor(words) {
    this.words = words;
    /** @type {Set<string> | null} who was there on the last message; null before the first */
    this.known = null;
    /** @type {Map<string, string>} id to name of those not yet told about */
    this.untold = new Map();
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.timer = undefined;
    this.quietUntil = 0;
    this.count = 0;
  }

  /**
   * @param {{ id: string, name: string }[]} all who are there now
   * @param {number} [count] of them, as it is told
   */
  hear(all, count = all.length) {
    const before = this.known;
    this.known = new Set(all.map(({ id }) => id));
    this.count = count;
    for (const id of this.untold.keys()) if (!this.known.has(id)) this.untold.delete(id);
    if (before === null) return;
    for (const { id, name } of all) if (!before.has(id)) this.untold.set(id, name);
    if (this.untold.size > 0) {
      this.timer ??= setTimeout(() => this.tell(), Math.max(0, this.quietUntil - Date.now()));
    }
  }

  tell() {
    this.timer = undefined;
    if (this.untold.size === 0) return;
    const names = [...this.untold.values()].join(", ");
    this.untold.clear();
    this.quietUntil = Date.now() + QUIET_MS;
    announce(this.words(names, this.count));
  }
}

/** Tells how the connection stands, and as of when things are shown. */
export class StateLine {
  /**
   * @param {HTMLElement} element
   * @param {(time: string) => Record<LiveState, string>} words `time` is when something last came
   */
  constructor(element, words) {
    this.element = element;
    this.words = words;
    this.seenAt = new Date();
  }

  /** Something has come. */
  seen() {
    this.seenAt = new Date();
  }

  /** @param {LiveState} state */
  show(state) {
    /** @type {Record<LiveState, string>} */
    const colours = { connecting: "info", live: "ok", waiting: "warn", over: "fail" };
    this.element.className = `notice notice--${colours[state]}`;
    this.element.dataset.state = state;
    this.element.textContent = this.words(timeText(this.seenAt.toISOString()))[state];
  }
}
