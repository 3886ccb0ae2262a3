// @ts-check
/** In a hall the tables test one after another: waits until it is this one's turn, or is told to go. */

import { announce, h, replace } from "../dom.js";
import { t } from "../i18n.js";
import { followTurn } from "./hall_turn.js";

/** A leader who has started no turns says nothing: then nobody waits. */
const ANSWER_MS = 2_000;

/**
 * @param {HTMLElement} stage
 * @param {AbortSignal} signal
 * @returns {Promise<void>}
 */
export function waitForTurn(stage, signal) {
  return new Promise((resolve) => {
    const words = h("p", { role: "status" });
    const anyway = h(
      "button",
      { type: "button", class: "button", onclick: () => done() },
      t("Test now anyway"),
    );
    /** @type {() => void} */
    let stop = () => undefined;
    const done = () => {
      clearTimeout(timer);
      signal.removeEventListener("abort", done);
      stop();
      replace(stage);
      resolve();
    };
    const timer = setTimeout(done, ANSWER_MS);
    signal.addEventListener("abort", done);
    stop = followTurn((turn) => {
      clearTimeout(timer);
      if (!turn) return done();
      if (turn.mine) {
        announce(t("Now it is your table's turn."));
        return done();
      }
      replace(words, othersTurn(turn.table));
      replace(stage, words, anyway);
    });
    if (signal.aborted) done();
  });
}

/** @param {string} table empty for those who sit at none */
function othersTurn(table) {
  if (!table)
    return t("The tables test one after another, so that it is quiet. Wait until it is your turn.");
  return t(
    "The tables test one after another, so that it is quiet. Now it is table %(table)s. Wait until it is yours.",
    { table },
  );
}
