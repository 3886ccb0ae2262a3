// @ts-check
/** Words of leaders and helpers on the board, and what raised hands are about. */

import { LiveConnection } from "../widgets/lib/live_connection.js";
import { HandNotes } from "./hand_notes.js";
import { WordsBoard } from "./words_board.js";

/** @typedef {import("./help_view.js").HelpMessage} HelpMessage */

const root = /** @type {HTMLElement} */ (document.querySelector("[data-words]"));
const board = new WordsBoard(root);
const notes = new HandNotes(/** @type {HTMLElement} */ (document.querySelector("[data-hands]")));
const path = `/api/workshops/${encodeURIComponent(root.dataset.workshop ?? "")}/help`;
/** @type {LiveConnection<HelpMessage>} */
const connection = new LiveConnection(
  `${path}/live`,
  // at the end of the workshop the board loads the page anew
  { onMessage: (message) => message.ended || show(message) },
  { poll: path },
);
connection.run();

/** @param {HelpMessage} message */
function show(message) {
  board.show(message);
  notes.show(message.groups);
}
