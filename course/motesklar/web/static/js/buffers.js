// @ts-check
/** Binary values inside a widget's state: JSON can't carry them, so they travel beside it. */

/** @typedef {Record<string, any>} State */
/** @typedef {(string | number)[]} Path */

/**
 * Put buffers into `state`, each at its path.
 *
 * @param {State} state is changed
 * @param {Path[]} [paths]
 * @param {readonly DataView[]} [buffers]
 */
export function putBuffers(state, paths = [], buffers = []) {
  paths.forEach((path, index) => {
    const holder = path.slice(0, -1).reduce((value, key) => value[key], state);
    holder[path[path.length - 1]] = buffers[index];
  });
}

/**
 * A copy of `state` without its binary values, and those apart from it.
 *
 * @param {State} state
 */
export function takeBuffers(state) {
  /** @type {Path[]} */
  const paths = [];
  /** @type {ArrayBufferView[]} */
  const buffers = [];

  /** @param {any} value @param {Path} path @returns {any} */
  function copy(value, path) {
    if (Array.isArray(value)) {
      // a place in a list stays, so that the others keep theirs
      return value.map((item, index) => (take(item, [...path, index]) ? null : copy(item, [...path, index])));
    }
    if (!isPlain(value)) return value;
    const entries = Object.entries(value).filter(([key, item]) => !take(item, [...path, key]));
    return Object.fromEntries(entries.map(([key, item]) => [key, copy(item, [...path, key])]));
  }

  /** @param {any} value @param {Path} path */
  function take(value, path) {
    const view = value instanceof ArrayBuffer ? new DataView(value) : value;
    if (!ArrayBuffer.isView(view)) return false;
    paths.push(path);
    buffers.push(view);
    return true;
  }

  return { state: /** @type {State} */ (copy(state, [])), paths, buffers };
}

/** @param {string} text base64 @returns {DataView} */
export function fromBase64(text) {
  const bytes = Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
  return new DataView(bytes.buffer);
}

/**
 * Whether two values of a state are alike, however deep.
 *
 * @param {any} one
 * @param {any} other
 * @returns {boolean}
 */
export function isSame(one, other) {
  if (Object.is(one, other)) return true;
  if (ArrayBuffer.isView(one) && ArrayBuffer.isView(other)) return isSame(bytesOf(one), bytesOf(other));
  if (Array.isArray(one) && Array.isArray(other)) {
    return one.length === other.length && one.every((item, index) => isSame(item, other[index]));
  }
  if (!isPlain(one) || !isPlain(other)) return false;
  const keys = Object.keys(one);
  return (
    keys.length === Object.keys(other).length &&
    keys.every((key) => Object.hasOwn(other, key) && isSame(one[key], other[key]))
  );
}

/** @param {ArrayBufferView} view */
function bytesOf({ buffer, byteOffset, byteLength }) {
  return Array.from(new Uint8Array(buffer, byteOffset, byteLength));
}

/** @param {any} value */
function isPlain(value) {
  return typeof value === "object" && value !== null && Object.getPrototypeOf(value) === Object.prototype;
}
