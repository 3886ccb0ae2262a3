// @ts-check
/** One request to our server, and the difference between "later" and "no". */

import { t } from "./i18n.js";
import { url } from "./page.js";

const TIMEOUT_MS = 20_000;

/** The server answered and refused; trying the same again changes nothing. */
export class ApiError extends Error {
  /**
   * @param {number} status
   * @param {string} code
   * @param {string} message one plain sentence, in the reader's language
   * @param {string} nextStep what to do now
   */
  constructor(status, code, message, nextStep) {
    super(message);
    this.name = "ApiError";
    this.status = status;
    this.code = code;
    this.nextStep = nextStep;
  }
}

/** No answer, or one that asks to come back: the same request may work in a while. */
export class TryLater extends Error {
  /** @param {ApiError} [refusal] what the server said, where it said anything */
  constructor(refusal) {
    super(refusal?.message ?? "no answer");
    this.name = "TryLater";
    this.refusal = refusal;
  }
}

/**
 * @typedef {{ method: string, path: string, body?: unknown }} Request
 */

/**
 * Send once.
 *
 * @param {Request} request
 * @returns {Promise<any>} the JSON answer
 * @throws {ApiError} refused
 * @throws {TryLater} the network or the server is away
 */
export async function send({ method, path, body }) {
  const reading = method === "GET";
  const token = document.querySelector('meta[name="xsrf"]')?.getAttribute("content") ?? "";
  let response;
  try {
    response = await fetch(url(path), {
      method,
      cache: "no-store",
      headers: reading ? {} : { "Content-Type": "application/json", "X-XSRFToken": token },
      body: reading ? undefined : JSON.stringify(body ?? {}),
      // a save goes on when the page is left
      keepalive: !reading,
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
  } catch {
    // fetch tells every kind of "no network" with one error that says nothing more
    throw new TryLater();
  }
  if (response.ok) return read(response);
  const error = await refusal(response);
  throw response.status === 429 || response.status >= 500 ? new TryLater(error) : error;
}

/** @param {Response} response */
async function read(response) {
  try {
    return await response.json();
  } catch {
    // the connection broke in the middle, or a proxy put a page of its own in between
    throw new TryLater();
  }
}

/** @param {Response} response */
async function refusal(response) {
  const { error } = await response.json().catch(() => ({ error: null }));
  return new ApiError(
    response.status,
    error?.code ?? "error",
    error?.message ?? t("Something went wrong on our side."),
    error?.next_step ?? t("Wait a moment and try again. Nothing you have saved is lost."),
  );
}
