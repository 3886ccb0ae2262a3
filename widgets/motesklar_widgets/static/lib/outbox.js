// @ts-check
/**
 * What the person has given and the server has not yet confirmed.
 *
 * Entries leave one at a time, oldest first, and stay until the server has said yes or no. A newer
 * entry with the same key takes the older one's place, so the latest answer always wins. On a
 * shelf (the tab's own storage) they survive a reload.
 */

import { ApiError, TryLater } from "./http.js";

/** @typedef {import("./http.js").Request} Request */

/**
 * @typedef {object} Shelf
 * @property {() => [string, Request][]} load
 * @property {(entries: [string, Request][]) => void} save
 */

export class Outbox {
  /**
   * @param {object} parts
   * @param {(request: Request) => Promise<any>} parts.send throws ApiError or TryLater
   * @param {(tries: number) => Promise<void>} parts.wait
   */
  constructor({ send, wait }) {
    this.send = send;
    this.wait = wait;
    /** @type {Map<string, Request>} */
    this.entries = new Map();
    /** @type {Map<string, ((result: Promise<any>) => void)[]>} */
    this.waiters = new Map();
    /** @type {Promise<void> | null} */
    this.draining = null;
    /** @type {Shelf | null} */
    this.shelf = null;
  }

  get isEmpty() {
    return this.entries.size === 0;
  }

  /**
   * Keep everything on `shelf` from now on, and send what an earlier page left there.
   *
   * @param {Shelf} shelf
   */
  keepOn(shelf) {
    this.shelf = shelf;
    // what was given on this page is newer than what lay on the shelf
    this.entries = new Map([...shelf.load(), ...this.entries]);
    this.drain();
  }

  /**
   * Keep and send; safe to call again while an earlier one is on its way.
   *
   * @param {string} key
   * @param {Request} request
   * @returns {Promise<any>} the server's answer to this entry or to the one that replaced it
   * @throws {ApiError} the server refused it; unless the person was signed out, it is not kept
   */
  put(key, request) {
    this.entries.set(key, request);
    this.save();
    return new Promise((resolve) => {
      this.waiters.set(key, [...(this.waiters.get(key) ?? []), resolve]);
      this.drain();
    });
  }

  /** Send everything; over when all is told. Calling it twice at once sends once. */
  drain() {
    this.draining ??= this.sendAll().finally(() => {
      this.draining = null;
    });
    return this.draining;
  }

  async sendAll() {
    let tries = 0;
    while (!this.isEmpty) {
      const [[key, request]] = this.entries;
      try {
        this.settle(key, request, await this.send(request));
        tries = 0;
      } catch (error) {
        if (error instanceof TryLater) {
          this.moveLast(key, request);
          tries += 1;
          await this.wait(tries);
        } else if (error instanceof ApiError && error.status === 401) {
          // kept on the shelf: it is sent when the person has signed in again
          this.tellAll(error);
          return;
        } else {
          this.settle(key, request, null, error);
        }
      }
    }
  }

  /**
   * One entry that the server stumbles over must not stop the others.
   *
   * @param {string} key
   * @param {Request} request
   */
  moveLast(key, request) {
    if (this.entries.get(key) !== request) return;
    this.entries.delete(key);
    this.entries.set(key, request);
  }

  /**
   * @param {string} key
   * @param {Request} request
   * @param {unknown} answer
   * @param {unknown} [error]
   */
  settle(key, request, answer, error) {
    // replaced while it was on its way: the newer one goes next and answers for both
    if (this.entries.get(key) !== request) return;
    this.entries.delete(key);
    this.save();
    this.tell(key, answer, error);
  }

  /** @param {unknown} error */
  tellAll(error) {
    for (const key of [...this.waiters.keys()]) this.tell(key, null, error);
  }

  /**
   * @param {string} key
   * @param {unknown} answer
   * @param {unknown} [error]
   */
  tell(key, answer, error) {
    const waiters = this.waiters.get(key) ?? [];
    this.waiters.delete(key);
    if (error && waiters.length === 0) console.warn("refused", key, error);
    for (const resolve of waiters) resolve(error ? Promise.reject(error) : Promise.resolve(answer));
  }

  save() {
    this.shelf?.save([...this.entries]);
  }
}
