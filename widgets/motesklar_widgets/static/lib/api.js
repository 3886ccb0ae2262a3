// @ts-check
/**
 * Our server's JSON, for widgets.
 *
 * Reading is tried again while the network is gone. What the person gives goes through the outbox,
 * so that it survives a lost network and a reload, and saving it twice changes nothing.
 */

import { connection, waitToRetry } from "./connection.js";
import { ApiError, send, TryLater } from "./http.js";
import { newId } from "./ids.js";
import { Outbox } from "./outbox.js";
import { page } from "./page.js";
import { clearShelvesExcept, openShelf } from "./shelf.js";

/** @typedef {import("./types.js").ModuleState} ModuleState */
/** @typedef {import("./types.js").Attempt} Attempt */
/** @typedef {import("./http.js").Request} Request */

export { ApiError };

/** The server answers, but with a fault of its own: after so many tries the person is told. */
const MOST_TRIES = 6;

/** How the outbox names an answer; the exercise follows. */
const ANSWER = "answer:";

class CourseApi {
  constructor() {
    this.outbox = new Outbox({ send: sendAndTell, wait: waitToRetry });
    /** @type {Promise<ModuleState> | null} */
    this.reading = null;
    this.modulePath = `/api/modules/${encodeURIComponent(page.module)}`;
    this.started = this.start().catch((error) => {
      console.warn("who is here could not be read", error);
    });
  }

  /** Find out who is here, and send what an earlier page of theirs could not. */
  async start() {
    if (!page.live) return;
    addEventListener("beforeunload", (event) => {
      if (!this.outbox.isEmpty) event.preventDefault();
    });
    const me = await sendUntilAnswered({ method: "GET", path: "/api/me" });
    // a device that many people use keeps nothing
    if (me.shared_device) clearShelvesExcept("");
    else this.outbox.keepOn(openShelf(me.person.id, page.module));
  }

  /** @returns {Promise<ModuleState>} */
  getState() {
    if (!page.live) return Promise.resolve(emptyState());
    this.reading ??= this.readState().finally(() => {
      this.reading = null;
    });
    return this.reading;
  }

  /** @returns {Promise<ModuleState>} */
  async readState() {
    const waiting = this.started.then(() => this.waitingAnswers());
    const state = await sendUntilAnswered({ method: "GET", path: `${this.modulePath}/state` });
    // an answer that was saved while the state was on its way is neither in it nor waiting now
    Object.assign(state.answers, await waiting, this.waitingAnswers());
    return state;
  }

  /** @returns {Record<string, unknown>} by exercise, those that the server has not confirmed */
  waitingAnswers() {
    const answers = [...this.outbox.entries].filter(([key]) => key.startsWith(ANSWER));
    return Object.fromEntries(
      answers.map(([key, { body }]) => [
        key.slice(ANSWER.length),
        /** @type {{value: unknown}} */ (body).value,
      ]),
    );
  }

  /**
   * @param {string} exercise
   * @param {unknown} value
   */
  async saveAnswer(exercise, value) {
    if (!page.live) return;
    const path = `${this.modulePath}/answers/${encodeURIComponent(exercise)}`;
    const body = { value, version: page.exercises.get(exercise) ?? "" };
    await this.outbox.put(`${ANSWER}${exercise}`, { method: "PUT", path, body });
  }

  /**
   * @param {string} exercise
   * @returns {Promise<{ right: boolean, explanation: string }>}
   */
  async checkAnswer(exercise) {
    // what is looked at is what the server has
    await this.outbox.drain();
    const path = `${this.modulePath}/answers/${encodeURIComponent(exercise)}/check`;
    return sendUntilAnswered({ method: "POST", path });
  }

  /** @param {{ step: string, kind: string, detail?: Record<string, unknown> }} fact */
  async recordFact({ step, kind, detail = {} }) {
    if (!page.live) return;
    const body = { id: newId(), module: page.module, step, kind, detail };
    await this.outbox.put(`fact:${body.id}`, { method: "POST", path: "/api/facts", body });
  }

  /** @param {{ id: string } & Record<string, unknown>} verdict */
  async recordVerdict(verdict) {
    if (!page.live) return;
    const path = "/api/equipment/verdicts";
    await this.outbox.put(`verdict:${verdict.id}`, { method: "POST", path, body: verdict });
  }

  /** @returns {Promise<Attempt>} */
  async handIn() {
    // what is handed in is what the server has, so everything must be there first
    await this.outbox.drain();
    const body = { id: newId() };
    return sendUntilAnswered({ method: "POST", path: `${this.modulePath}/hand-in`, body });
  }

  /**
   * @param {string} id
   * @returns {Promise<Attempt>}
   */
  getAttempt(id) {
    // the server answers when there is a result, so that nobody has to ask again and again
    const path = `/api/attempts/${encodeURIComponent(id)}?wait=1`;
    return sendUntilAnswered({ method: "GET", path });
  }
}

/**
 * @param {Request} request
 * @returns {Promise<any>}
 */
async function sendAndTell(request) {
  try {
    const answer = await send(request);
    connection.setState("ok");
    return answer;
  } catch (error) {
    connection.setState(error instanceof TryLater ? "waiting" : "ok");
    throw error;
  }
}

/**
 * For as long as the network is away; a server that answers with a fault is given up in the end.
 *
 * @param {Request} request
 * @returns {Promise<any>}
 * @throws {ApiError}
 */
async function sendUntilAnswered(request) {
  let faults = 0;
  for (let tries = 1; ; tries += 1) {
    try {
      return await sendAndTell(request);
    } catch (error) {
      if (!(error instanceof TryLater)) throw error;
      if (error.refusal && ++faults === MOST_TRIES) throw error.refusal;
      await waitToRetry(tries);
    }
  }
}

/** @returns {ModuleState} */
function emptyState() {
  return {
    answers: {},
    steps: {},
    verdicts: {},
    attempt: null,
    evidence: { sound_seconds: 0, picture_seconds: 0, text_characters: 0, tasks: {} },
  };
}

const api = new CourseApi();

/** What is known of this person in this module; what is still on its way counts as given. */
export const getState = () => api.getState();

/**
 * Save an answer; done when the server has it.
 *
 * @param {string} exercise
 * @param {unknown} value
 * @throws {ApiError} the server refused it
 */
export const saveAnswer = (exercise, value) => api.saveAnswer(exercise, value);

/**
 * Whether the saved answer is right, and why; it is no hand-in.
 *
 * @param {string} exercise
 * @throws {ApiError} the server refused it
 */
export const checkAnswer = (exercise) => api.checkAnswer(exercise);

/**
 * Add a fact to the person's log.
 *
 * @param {{ step: string, kind: string, detail?: Record<string, unknown> }} fact
 * @throws {ApiError} the server refused it
 */
export const recordFact = (fact) => api.recordFact(fact);

/**
 * Tell how a check of the equipment went, outside a module.
 *
 * @param {{ id: string } & Record<string, unknown>} verdict
 * @throws {ApiError} the server refused it
 */
export const recordVerdict = (verdict) => api.recordVerdict(verdict);

/**
 * Hand the module in, as it is saved.
 *
 * @throws {ApiError} the server refused it
 */
export const handIn = () => api.handIn();

/**
 * Ask the server for something that asking twice doesn't change; waits while the network is away.
 *
 * @param {Request} request
 * @returns {Promise<any>}
 * @throws {ApiError} the server refused it
 */
export const ask = (request) => sendUntilAnswered(request);

/**
 * How far a hand-in has come.
 *
 * @param {string} id
 * @throws {ApiError} there is none of yours
 */
export const getAttempt = (id) => api.getAttempt(id);
