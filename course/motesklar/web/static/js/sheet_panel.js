// @ts-check
/** The leader's run sheet: shows what goes on and how the time stands, and moves everybody on. */

import { announce } from "../widgets/lib/dom.js";
import { ApiError, send } from "../widgets/lib/http.js";
import { t } from "../widgets/lib/i18n.js";
import { LiveConnection } from "../widgets/lib/live_connection.js";
import { find, setText } from "./kept_elements.js";
import { timeText } from "./time_text.js";

/**
 * What `workshops/sheet/messages.py` sends.
 *
 * @typedef {object} Sheet
 * @property {boolean} ended
 * @property {string} now
 * @property {number | null} item
 * @property {string | null} planned_end
 * @property {number | null} behind seconds; negative is time saved
 * @property {string | null} end
 * @property {string | null} holder
 * @property {boolean} holds
 * @property {string} media
 * @property {string | null} timer_ends_at
 * @property {(number | null)[]} real seconds
 */

/** Less than this is on time. */
const ON_TIME_SECONDS = 60;

class SheetPanel {
  /** @param {HTMLElement} root `[data-sheet]` */
  constructor(root) {
    const board = /** @type {HTMLElement} */ (root.closest("[data-workshop]"));
    this.path = `/api/workshops/${encodeURIComponent(board.dataset.workshop ?? "")}`;
    this.holder = find(root, "[data-sheet-holder]");
    this.clock = find(root, "[data-sheet-clock]");
    this.refused = find(root, "[data-sheet-refused]");
    this.next = /** @type {HTMLButtonElement} */ (find(root, "[data-sheet-next]"));
    this.back = /** @type {HTMLButtonElement} */ (find(root, "[data-sheet-back]"));
    this.take = /** @type {HTMLButtonElement} */ (find(root, "[data-sheet-take]"));
    this.items = /** @type {HTMLElement[]} */ ([...find(root, "[data-sheet-items]").children]);
    this.media = /** @type {HTMLSelectElement} */ (find(root, "[data-media]"));
    const minutes = /** @type {HTMLInputElement} */ (find(root, "#timer-minutes"));
    /** @type {Sheet | null} */
    this.sheet = null;
    this.moved = false;
    this.next.addEventListener("click", () => this.move(this.at + 1));
    this.back.addEventListener("click", () => this.move(this.at - 1));
    this.take.addEventListener("click", () => this.post("holder"));
    this.media.addEventListener("change", () => this.post("media", { media: this.media.value }));
    find(root, "[data-timer]").addEventListener("submit", (event) => {
      event.preventDefault();
      this.post("timer", { minutes: Number.parseInt(minutes.value, 10) || 0 });
    });
    find(root, "[data-timer-off]").addEventListener("click", () => this.post("timer", { minutes: 0 }));
  }

  start() {
    /** @type {LiveConnection<Sheet>} */
    const connection = new LiveConnection(`${this.path}/sheet/live`, {
      onMessage: (sheet) => this.show(sheet),
    });
    connection.run();
  }

  /** Index of the item that goes on; -1 before the first. */
  get at() {
    return this.sheet?.item ?? -1;
  }

  /** @param {number} to */
  move(to) {
    this.post("sheet", { to, seen: this.sheet?.item ?? null });
  }

  /**
   * @param {string} what
   * @param {unknown} [body]
   */
  async post(what, body) {
    setText(this.refused, "");
    try {
      await send({ method: "POST", path: `${this.path}/${what}`, body });
    } catch (error) {
      // pressed again it does the same, so the leader decides
      setText(
        this.refused,
        error instanceof ApiError
          ? `${error.message} ${error.nextStep}`
          : t("Nothing was changed, because the connection is gone. Press again in a while."),
      );
    }
  }

  /** @param {Sheet} sheet */
  show(sheet) {
    const before = this.sheet;
    this.sheet = sheet;
    this.moved = before?.item !== sheet.item;
    this.items.forEach((item, index) => this.showItem(item, index));
    this.showButtons(sheet);
    setText(this.clock, this.clockWords(sheet));
    setText(this.holder, holderWords(sheet));
    if (document.activeElement !== this.media) this.media.value = sheet.media;
    if (before && before.item !== sheet.item) announce(t("Now: %(item)s", { item: this.titleOf(this.at) }));
  }

  /**
   * @param {HTMLElement} item
   * @param {number} index
   */
  showItem(item, index) {
    const isNow = index === this.at;
    item.toggleAttribute("aria-current", isNow);
    if (isNow) item.setAttribute("aria-current", "step");
    const notes = item.querySelector("details");
    // what comes next is read while this goes on
    if (notes && this.moved) notes.open = isNow || index === this.at + 1;
    find(item, "[data-now]").hidden = !isNow;
    const seconds = this.sheet?.real[index] ?? null;
    setText(
      find(item, "[data-real]"),
      seconds === null ? "" : t("Really: %(minutes)s min", { minutes: Math.max(1, Math.round(seconds / 60)) }),
    );
  }

  /** @param {Sheet} sheet */
  showButtons(sheet) {
    const mine = sheet.holds || sheet.holder === null;
    const last = this.at >= this.items.length - 1;
    this.next.disabled = !mine || last;
    this.back.disabled = !mine || this.at < 1;
    this.take.hidden = sheet.holder === null || sheet.holds;
    const words = this.at < 0 ? t("Begin") : last ? t("That was the last") : t("Next: %(item)s", { item: this.titleOf(this.at + 1) });
    setText(find(this.next, "span"), words);
  }

  /** @param {number} index */
  titleOf(index) {
    return this.items[index]?.dataset.title ?? "";
  }

  /** @param {Sheet} sheet */
  clockWords(sheet) {
    if (sheet.planned_end === null || sheet.end === null || sheet.behind === null) {
      return t("The run sheet has not begun. It begins when you press Begin.");
    }
    const planned = t("This should end at %(time)s.", { time: timeText(sheet.planned_end) });
    const end = t("Everything will end at %(time)s.", { time: timeText(sheet.end) });
    return `${planned} ${behindWords(sheet.behind)} ${end}`;
  }
}

/** @param {number} seconds */
function behindWords(seconds) {
  const minutes = Math.max(1, Math.round(Math.abs(seconds) / 60));
  if (seconds > ON_TIME_SECONDS) return t("You are %(minutes)s min late.", { minutes });
  if (seconds < -ON_TIME_SECONDS) return t("You have saved %(minutes)s min.", { minutes });
  return t("You are on time.");
}

/** @param {Sheet} sheet */
function holderWords(sheet) {
  if (sheet.holds) return t("You hold the run sheet.");
  if (sheet.holder === null) return t("Whoever presses Begin holds the run sheet.");
  return t("%(name)s holds the run sheet.", { name: sheet.holder });
}

const root = /** @type {HTMLElement | null} */ (document.querySelector("[data-sheet]"));
if (root) new SheetPanel(root).start();
