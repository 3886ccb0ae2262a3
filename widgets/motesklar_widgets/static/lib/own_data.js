// @ts-check
/** The person's own account and notes on our server: read once shown, saved when told. */

import { ask } from "./api.js";
import { page } from "./page.js";

/**
 * @typedef {"none" | "wanted" | "ordered" | "opened" | "met"} AccountState
 * @typedef {{ state: AccountState, confirmed: boolean, wanted_at: string | null, ordered_at: string | null, opened_at: string | null, met_at: string | null }} Account
 */

/** @type {Account} */
const NO_ACCOUNT = { state: "none", confirmed: false, wanted_at: null, ordered_at: null, opened_at: null, met_at: null };

/** @returns {Promise<Account>} */
export async function readAccount() {
  return page.live ? ask({ method: "GET", path: "/api/account" }) : NO_ACCOUNT;
}

/**
 * @param {AccountState} state
 * @returns {Promise<Account>}
 */
export async function tellAccount(state) {
  if (!page.live) return { ...NO_ACCOUNT, state };
  return ask({ method: "PUT", path: "/api/account", body: { state } });
}

/**
 * @param {string} name
 * @returns {Promise<string>}
 */
export async function readNote(name) {
  if (!page.live) return "";
  return (await ask({ method: "GET", path: `/api/notes/${name}` })).words;
}

/**
 * @param {string} name
 * @param {string} words
 */
export async function saveNote(name, words) {
  if (page.live) await ask({ method: "PUT", path: `/api/notes/${name}`, body: { words } });
}
