// @ts-check
/** The page of those who help: follows the line, goes to people, tells who is new. */

import { t } from "../widgets/lib/i18n.js";
import { LiveConnection } from "../widgets/lib/live_connection.js";
import { act } from "./act.js";
import { Herald, StateLine } from "./herald.js";
import { HelpView } from "./help_view.js";
import { find } from "./kept_elements.js";
import { WordsBoard } from "./words_board.js";

/** @typedef {import("./help_view.js").HelpMessage} HelpMessage */
/** @typedef {import("../widgets/lib/live_connection.js").LiveState} LiveState */

class HelpPage {
  /** @param {HTMLElement} root */
  constructor(root) {
    this.path = `/api/workshops/${encodeURIComponent(root.dataset.workshop ?? "")}/help`;
    this.line = new StateLine(find(root, "[data-help-state]"), stateWords);
    this.refused = find(root, "[data-help-refused]");
    this.view = new HelpView(root, {
      act: (what, question) => this.post(what, { question }),
      answer: (topic, words) => this.post("answer", { topic, words }),
    });
    this.words = new WordsBoard(find(root, "[data-words]"));
    this.herald = new Herald((names, count) =>
      t("New in the line: %(names)s. Waiting in all: %(count)s.", { names, count }),
    );
    this.ended = false;
  }

  start() {
    /** @type {LiveConnection<HelpMessage>} */
    const connection = new LiveConnection(
      `${this.path}/live`,
      { onMessage: (message) => this.show(message), onState: (state) => this.ended || this.line.show(state) },
      { poll: this.path },
    );
    connection.run();
  }

  /** @param {HelpMessage} message */
  show(message) {
    if (this.ended) return;
    if (message.ended) {
      this.ended = true;
      // the server has a page for that
      location.reload();
      return;
    }
    this.line.seen();
    this.view.show(message);
    this.words.show(message);
    this.herald.hear(message.groups.flatMap((group) => group.asked), message.waiting);
  }

  /**
   * @param {string} what
   * @param {unknown} body
   * @returns {Promise<boolean>} whether it is done
   */
  async post(what, body) {
    this.refused.textContent = "";
    this.refused.hidden = true;
    const refusal = await act(`${this.path}/${what}`, body);
    this.refused.hidden = refusal === "";
    this.refused.textContent = refusal;
    return refusal === "";
  }
}

/** @param {string} time @returns {Record<LiveState, string>} */
function stateWords(time) {
  return {
    connecting: t("Connecting…"),
    live: t("Live: the line changes by itself."),
    waiting: t("The connection is gone. The line shows how it was at %(time)s. It comes back by itself.", { time }),
    over: t("The line has stopped. Reload the page, and sign in again if you are asked to."),
  };
}

new HelpPage(/** @type {HTMLElement} */ (document.querySelector("[data-help]"))).start();
