// @ts-check
/** Decides whom to ask the server for: by pin, page and room on the screen. Pure. */

/** @typedef {import("./client.js").Looking} Looking */
/** @typedef {import("./messages.js").Member} Member */

/** How many pictures fit: what others have found people can follow. */
export const ROOM_PHONE = 2;
export const ROOM_DESKTOP = 5;

export class LookingRule {
  constructor() {
    /** @type {string | null} */
    this.pinned = null;
    /** Page 0 is the server's choice: those who speak first. */
    this.page = 0;
    this.room = ROOM_DESKTOP;
    /** Nobody looks: the page is hidden, or the person sits in the hall. */
    this.away = false;
  }

  /**
   * @param {Member[]} withCamera
   * @returns {number} how many pages there are
   */
  pages(withCamera) {
    return Math.max(1, Math.ceil(withCamera.length / this.room));
  }

  /**
   * @param {Member[]} withCamera
   * @returns {Looking}
   */
  wanted(withCamera) {
    const ids = withCamera.map(({ id }) => id);
    if (this.pinned !== null && !ids.includes(this.pinned)) this.pinned = null;
    this.page = Math.min(this.page, this.pages(withCamera) - 1);
    const start = this.page * this.room;
    const rest = ids.filter((id) => id !== this.pinned);
    const chosen = this.page === 0 ? [] : rest.slice(start, start + this.room);
    return { pinned: this.pinned, videos: chosen, count: this.away ? 0 : this.room };
  }
}

/**
 * @param {Looking} a
 * @param {Looking} b
 */
export function sameLooking(a, b) {
  return a.pinned === b.pinned && a.count === b.count && a.videos.join() === b.videos.join();
}
