// @ts-check
/** Who tests, and by which rules: what the flow needs of the server, and what it does without it. */

import { send } from "../http.js";
import { page } from "../page.js";
import { forgetAll, Memory } from "./memory.js";

/** @typedef {{ memory: Memory, table: string }} Session `table` in a workshop's hall, or empty */

/** Where nobody can be asked: nothing is remembered. @returns {Session} */
export function forgetfulSession() {
  return { memory: new Memory("", 0), table: "" };
}

/**
 * Asked once. A server that does not answer stops nobody: then nothing is remembered.
 *
 * @returns {Promise<Session>}
 */
export async function readSession() {
  if (!page.live) return forgetfulSession();
  try {
    const [me, state] = await Promise.all([
      send({ method: "GET", path: "/api/me" }),
      send({ method: "GET", path: "/api/equipment/state" }),
    ]);
    if (state.shared_device) forgetAll();
    const person = state.shared_device ? "" : me.person.id;
    return { memory: new Memory(person, state.days), table: state.hall?.table ?? "" };
  } catch (error) {
    console.warn("what worked last time is not known", error);
    return forgetfulSession();
  }
}
