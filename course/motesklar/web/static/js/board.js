// @ts-check
/** The leader's page of a workshop: follows the board, lowers hands, opens the dialogs. */

import { waitToRetry } from "../widgets/lib/connection.js";
import { announce, h } from "../widgets/lib/dom.js";
import { ApiError, send } from "../widgets/lib/http.js";
import { t } from "../widgets/lib/i18n.js";
import { LiveConnection } from "../widgets/lib/live_connection.js";
import { BoardView, timeText } from "./board_view.js";

/** @typedef {import("./board_view.js").Board} Board */
/** @typedef {import("../widgets/lib/live_connection.js").LiveState} LiveState */

/** Nothing is read out more often, however many hands go up at once. */
const QUIET_MS = 5_000;
/** After so many tries the leader is told that a press did nothing. */
const MOST_TRIES = 4;

/** Says aloud whose hands have gone up, several in one sentence. */
class Herald {
  constructor() {
    /** @type {Set<string> | null} those whose hand was up on the last board; null before the first */
    this.raised = null;
    /** @type {Map<string, string>} id to name of those not yet told about */
    this.untold = new Map();
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.timer = undefined;
    this.quietUntil = 0;
    this.hands = 0;
  }

  /** @param {Board} board */
  hear(board) {
    const up = board.participants.filter((person) => person.place !== null);
    const before = this.raised;
    this.raised = new Set(up.map((person) => person.id));
    this.hands = up.length;
    for (const id of this.untold.keys()) if (!this.raised.has(id)) this.untold.delete(id);
    if (before === null) return;
    for (const { id, name } of up) if (!before.has(id)) this.untold.set(id, name);
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
    announce(t("Hand up: %(names)s. Hands up in all: %(count)s.", { names, count: this.hands }));
  }
}

class BoardPage {
  /** @param {HTMLElement} root */
  constructor(root) {
    this.root = root;
    this.path = `/api/workshops/${encodeURIComponent(root.dataset.workshop ?? "")}`;
    this.line = /** @type {HTMLElement} */ (root.querySelector("[data-board-state]"));
    this.view = new BoardView(root, (person) => this.lower(person));
    this.herald = new Herald();
    this.seenAt = new Date();
    this.ended = false;
  }

  start() {
    /** @type {LiveConnection<Board>} */
    const connection = new LiveConnection(`${this.path}/live`, {
      onMessage: (board) => this.show(board),
      onState: (state) => this.showState(state),
    });
    connection.run();
  }

  /** @param {Board} board */
  show(board) {
    if (board.ended) {
      this.ended = true;
      // ended in another window: the server has a page for that
      location.reload();
      return;
    }
    this.seenAt = new Date();
    this.view.show(board);
    this.herald.hear(board);
  }

  /** @param {LiveState} state */
  showState(state) {
    if (this.ended) return;
    const time = timeText(this.seenAt.toISOString());
    /** @type {Record<LiveState, [string, string]>} */
    const words = {
      connecting: ["info", t("Connecting…")],
      live: ["ok", t("Live: the board changes by itself.")],
      waiting: [
        "warn",
        t("The connection is gone. The board shows how it was at %(time)s. It comes back by itself.", { time }),
      ],
      over: ["fail", t("The board has stopped. Reload the page, and sign in again if you are asked to.")],
    };
    this.line.className = `notice notice--${words[state][0]}`;
    this.line.dataset.state = state;
    this.line.textContent = words[state][1];
  }

  /**
   * Lower a hand; over when the server has done it or the leader has been told why not.
   *
   * @param {string} person
   */
  async lower(person) {
    this.root.querySelector("[data-refused]")?.remove();
    for (let tries = 1; ; tries += 1) {
      try {
        await send({ method: "POST", path: `${this.path}/helped`, body: { person } });
        return;
      } catch (error) {
        if (error instanceof ApiError || tries === MOST_TRIES) return this.showRefusal(error);
        await waitToRetry(tries);
      }
    }
  }

  /** @param {unknown} error */
  showRefusal(error) {
    const words =
      error instanceof ApiError
        ? `${error.message} ${error.nextStep}`
        : t("The hand could not be lowered, because the connection is gone. Try again in a while.");
    this.line.after(
      h("p", { class: "notice notice--fail", role: "alert", "data-refused": true }, words),
    );
  }
}

for (const button of document.querySelectorAll("[data-open]")) {
  const id = /** @type {HTMLElement} */ (button).dataset.open ?? "";
  const dialog = /** @type {HTMLDialogElement} */ (document.getElementById(id));
  button.addEventListener("click", () => dialog.showModal());
}

new BoardPage(/** @type {HTMLElement} */ (document.querySelector("[data-board]"))).start();
