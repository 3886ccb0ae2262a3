// @ts-check
/** Looks again at how far a file has come until it is finished; a change is told by its status. */

import { renewNode } from "./renew.js";

const EVERY_MS = 2_000;

/** @param {ParentNode} page */
const shownIn = (page) => page.querySelector("[data-export]");

async function look() {
  const shown = shownIn(document);
  if (!shown?.hasAttribute("data-under-way")) return;
  try {
    const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
    const fresh = shownIn(new DOMParser().parseFromString(await answer.text(), "text/html"));
    if (!fresh) return location.reload();
    renewNode(shown, fresh);
  } catch {
    // the connection is gone for a moment: the next look tells
  }
  setTimeout(look, EVERY_MS);
}

setTimeout(look, EVERY_MS);
