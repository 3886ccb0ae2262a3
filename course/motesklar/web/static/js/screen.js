// @ts-check
/** The big screen of a workshop: what goes on, the time, and sums without names. */

import { t } from "../widgets/lib/i18n.js";
import { LiveConnection } from "../widgets/lib/live_connection.js";
import { find, setText } from "./kept_elements.js";
import { countdown, ServerClock } from "./server_clock.js";
import { timeText } from "./time_text.js";

/**
 * What `workshops/sheet/messages.py` sends.
 *
 * @typedef {object} Sums
 * @property {boolean} ended
 * @property {string} now
 * @property {number | null} item
 * @property {string | null} planned_end
 * @property {string | null} timer_ends_at
 * @property {number} people
 * @property {number | null} done
 * @property {number} hands
 * @property {number} accounts
 * @property {number | null} goal
 */

const TICK_MS = 500;

class Screen {
  /** @param {HTMLElement} root `[data-screen]` */
  constructor(root) {
    this.root = root;
    this.path = `/api/workshops/${encodeURIComponent(root.dataset.workshop ?? "")}/screen/live`;
    this.titles = [...find(root, "[data-screen-titles]").children].map((item) => item.textContent ?? "");
    this.clock = new ServerClock();
    /** @type {string | null} */
    this.timer = null;
  }

  start() {
    /** @type {LiveConnection<Sums>} */
    const connection = new LiveConnection(this.path, {
      onMessage: (sums) => this.show(sums),
      onState: (state) => this.showLost(state === "waiting"),
    });
    connection.run();
    setInterval(() => this.tick(), TICK_MS);
  }

  /** @param {boolean} lost */
  showLost(lost) {
    const line = find(this.root, "[data-screen-state]");
    line.hidden = !lost;
    setText(line, lost ? t("The connection is gone. It comes back by itself.") : "");
  }

  /** @param {Sums} sums */
  show(sums) {
    if (sums.ended) return location.reload();
    this.clock.set(sums.now);
    this.timer = sums.timer_ends_at;
    const at = sums.item ?? -1;
    if (at >= 0) this.text("item", this.titles[at] ?? "");
    this.text("next", this.nextWords(at, sums.planned_end));
    this.text("people", String(sums.people));
    this.text("hands", String(sums.hands));
    this.text("accounts", String(sums.accounts));
    this.text(
      "goal",
      sums.goal === null ? t("Have an account") : t("Have an account, of %(goal)s that we hope for", { goal: sums.goal }),
    );
    this.showDone(sums);
    this.tick();
  }

  /**
   * @param {number} at
   * @param {string | null} end
   */
  nextWords(at, end) {
    const until = end ? t("Until %(time)s.", { time: timeText(end) }) : "";
    const next = this.titles[at + 1];
    return next ? `${until} ${t("Then: %(item)s", { item: next })}`.trim() : until;
  }

  /** @param {Sums} sums */
  showDone({ done, people }) {
    find(this.root, "[data-screen-done]").hidden = done === null || people === 0;
    if (done === null) return;
    this.text("done-words", t("%(done)s of %(people)s are ready", { done, people }));
    const progress = /** @type {HTMLProgressElement} */ (find(this.root, "[data-screen-progress]"));
    progress.max = Math.max(1, people);
    progress.value = done;
  }

  tick() {
    const place = find(this.root, "[data-screen-timer]");
    place.hidden = this.timer === null;
    if (this.timer !== null) setText(place, countdown(this.clock.until(this.timer)));
  }

  /**
   * @param {string} name
   * @param {string} words
   */
  text(name, words) {
    setText(find(this.root, `[data-screen-${name}]`), words);
  }
}

const root = /** @type {HTMLElement | null} */ (document.querySelector("[data-screen]"));
if (root) new Screen(root).start();
