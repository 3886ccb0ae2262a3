// @ts-check
/**
 * The tab's own storage for what is not yet saved: one shelf per person and module.
 *
 * Another person who signs in in the same tab neither sees nor sends what somebody else left.
 */

/** @typedef {import("./http.js").Request} Request */

const PREFIX = "motesklar:pending:";

/**
 * @param {string} person opaque id
 * @param {string} module
 * @returns {import("./outbox.js").Shelf}
 */
export function openShelf(person, module) {
  clearShelvesExcept(person);
  const key = `${PREFIX}${person}:${module}`;
  return {
    load: () => parse(sessionStorage.getItem(key)),
    save: (entries) => {
      if (entries.length === 0) sessionStorage.removeItem(key);
      else sessionStorage.setItem(key, JSON.stringify(entries));
    },
  };
}

/**
 * Forget what others left in this tab.
 *
 * @param {string} person
 */
export function clearShelvesExcept(person) {
  for (const key of Object.keys(sessionStorage)) {
    if (key.startsWith(PREFIX) && !key.startsWith(`${PREFIX}${person}:`)) {
      sessionStorage.removeItem(key);
    }
  }
}

/**
 * @param {string | null} text
 * @returns {[string, Request][]}
 */
function parse(text) {
  try {
    return JSON.parse(text ?? "[]");
  } catch (error) {
    console.warn("the shelf can't be read and is put aside", error);
    return [];
  }
}
