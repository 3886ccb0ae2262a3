// @ts-check
/** Tells the server how a check went: a module's fact, or one of no module. */

import { recordFact, recordVerdict as post } from "../api.js";
import { newId } from "../ids.js";

/** @typedef {import("../types.js").Verdict} Verdict */
/** @typedef {import("./world.js").World} World */

/**
 * @typedef {object} Setting
 * @property {string} step of a module, if the check is one
 * @property {World} world
 * @property {boolean} hall
 */

/**
 * @param {string} check
 * @param {Verdict} verdict
 * @param {Setting} setting
 * @throws {import("../api.js").ApiError} the server refused it
 */
export async function recordVerdict(check, { verdict, finding, figures }, { step, world, hall }) {
  const { browser, system } = world;
  const told = { verdict, finding, figures, browser, system, hall };
  if (step) await recordFact({ step, kind: "verdict", detail: { test: check, ...told } });
  else await post({ id: newId(), check, ...told });
}
