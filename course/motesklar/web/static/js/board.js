// @ts-check
/** The leader's page of a workshop: follows the board, lowers hands, opens the dialogs. */

import { h } from "../widgets/lib/dom.js";
import { t } from "../widgets/lib/i18n.js";
import { LiveConnection } from "../widgets/lib/live_connection.js";
import { act } from "./act.js";
import { BoardView } from "./board_view.js";
import { Herald, StateLine } from "./herald.js";

/** @typedef {import("./board_view.js").Board} Board */
/** @typedef {import("../widgets/lib/live_connection.js").LiveState} LiveState */

class BoardPage {
  /** @param {HTMLElement} root */
  constructor(root) {
    this.root = root;
    this.path = `/api/workshops/${encodeURIComponent(root.dataset.workshop ?? "")}`;
    const line = /** @type {HTMLElement} */ (root.querySelector("[data-board-state]"));
    this.line = new StateLine(line, stateWords);
    this.view = new BoardView(root, (person) => this.lower(person));
    this.herald = new Herald((names, count) =>
      t("Hand up: %(names)s. Hands up in all: %(count)s.", { names, count }),
    );
    this.ended = false;
  }

  start() {
    /** @type {LiveConnection<Board>} */
    const connection = new LiveConnection(`${this.path}/live`, {
      onMessage: (board) => this.show(board),
      onState: (state) => this.ended || this.line.show(state),
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
    this.line.seen();
    this.view.show(board);
    this.herald.hear(board.participants.filter((person) => person.place !== null));
  }

  /**
   * Lower a hand; over when the server has done it or the leader has been told why not.
   *
   * @param {string} person
   */
  async lower(person) {
    this.root.querySelector("[data-refused]")?.remove();
    const refusal = await act(`${this.path}/helped`, { person });
    if (refusal) {
      const told = h("p", { class: "notice notice--fail", role: "alert", "data-refused": true }, refusal);
      this.line.element.after(told);
    }
  }
}

/** @param {string} time @returns {Record<LiveState, string>} */
function stateWords(time) {
  return {
    connecting: t("Connecting…"),
    live: t("Live: the board changes by itself."),
    waiting: t("The connection is gone. The board shows how it was at %(time)s. It comes back by itself.", { time }),
    over: t("The board has stopped. Reload the page, and sign in again if you are asked to."),
  };
}

for (const button of document.querySelectorAll("[data-open]")) {
  const id = /** @type {HTMLElement} */ (button).dataset.open ?? "";
  const dialog = /** @type {HTMLDialogElement} */ (document.getElementById(id));
  button.addEventListener("click", () => dialog.showModal());
}

new BoardPage(/** @type {HTMLElement} */ (document.querySelector("[data-board]"))).start();
