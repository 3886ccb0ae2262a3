// @ts-check
/** Choices that are remembered from one call to the next, in this tab or on this device. */

/** @typedef {import("./messages.js").Pace} Pace */

const PREFIX = "motesklar:call:";

/**
 * @typedef {object} Choices
 * @property {boolean} hall sits where the workshop is held
 * @property {boolean} headset
 * @property {Pace} pace
 * @property {boolean} camera
 * @property {boolean} shortcuts
 */

/** @type {Choices} */
const DEFAULTS = { hall: false, headset: false, pace: "gentle", camera: false, shortcuts: true };

/** @returns {Choices} */
export function keptChoices() {
  try {
    return { ...DEFAULTS, ...JSON.parse(sessionStorage.getItem(`${PREFIX}choices`) ?? "{}") };
  } catch (error) {
    console.warn("the choices can't be read and are put aside", error);
    return { ...DEFAULTS };
  }
}

/** @param {Partial<Choices>} change */
export function keepChoices(change) {
  sessionStorage.setItem(`${PREFIX}choices`, JSON.stringify({ ...keptChoices(), ...change }));
}
