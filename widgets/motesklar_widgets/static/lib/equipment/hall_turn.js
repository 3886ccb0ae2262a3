// @ts-check
/** Follows the tables' turns in a hall: whose it is, as the leader says. */

import { LiveConnection } from "../live_connection.js";
import { page } from "../page.js";

/**
 * What `equipment/messages.py` sends.
 *
 * @typedef {object} Turn
 * @property {string} table empty for everybody who has said no table
 * @property {boolean} mine
 * @property {number} number of the table among those that take turns, from 1
 * @property {number} total
 */

/**
 * Tells whose turn it is, at once and at each change; null while everybody tests when they like, as
 * they also do where no server can be asked.
 *
 * @param {(turn: Turn | null) => void} onTurn
 * @returns {() => void} what ends it
 */
export function followTurn(onTurn) {
  if (!page.live) {
    onTurn(null);
    return () => undefined;
  }
  const ending = new AbortController();
  let told = "";
  /** @type {LiveConnection<{ turn: Turn | null }>} */
  const connection = new LiveConnection("/api/equipment/turn", {
    // the server also speaks when nothing has changed, as a sign of life
    onMessage: ({ turn }) => {
      if (ending.signal.aborted || JSON.stringify(turn) === told) return;
      told = JSON.stringify(turn);
      onTurn(turn);
    },
  });
  connection.run(ending.signal);
  return () => ending.abort();
}
