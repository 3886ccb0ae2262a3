// @ts-check
/** What somebody in a workshop is told, followed once for everything on the page that wants it. */

import { LiveConnection } from "../widgets/lib/live_connection.js";

/**
 * What `workshops/help/messages.py` sends.
 *
 * @typedef {{ id: string, topic: string, title: string, words: string, place: number, helper: string }} Question
 *   helper: who is on the way, empty while nobody is
 * @typedef {{ id: string, title: string, words: string }} Answer
 * @typedef {{ id: string, name: string, words: string, at: string }} Written
 * @typedef {{ id: string, words: string }} Caption
 * @typedef {{ question: Question | null, answer: Answer | null, said: Written[], captions: Caption[] }} MyWorkshopMessage
 */

/** @type {Set<(message: MyWorkshopMessage | null) => void>} */
const listeners = new Set();
/** @type {MyWorkshopMessage | null | undefined} undefined: nothing has come yet */
let latest;

/**
 * Have `listener` called with all that is told, at each change; with null when the reader is in no
 * workshop any more.
 *
 * @param {(message: MyWorkshopMessage | null) => void} listener
 */
export function followMyWorkshop(listener) {
  if (listeners.size === 0) follow();
  listeners.add(listener);
  if (latest !== undefined) listener(latest);
}

async function follow() {
  /** @type {LiveConnection<MyWorkshopMessage>} */
  const connection = new LiveConnection(
    "/api/my-workshop",
    { onMessage: tell },
    { poll: "/api/my-workshop/now" },
  );
  await connection.run();
  tell(null);
}

/** @param {MyWorkshopMessage | null} message */
function tell(message) {
  latest = message;
  for (const listener of listeners) listener(message);
}
