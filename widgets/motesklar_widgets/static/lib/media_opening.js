// @ts-check
/** Opening a microphone or a camera: never for ever, and with the reason when it fails. */

import { DRIVER_SECONDS, PROMPT_SECONDS } from "./equipment/thresholds.js";
import { MediaError, problemOf } from "./media_error.js";

/** @typedef {import("./media.js").Source} Source */
/** @typedef {import("./media.js").Permission} Permission */

/** @typedef {{ driverSeconds: number, promptSeconds: number }} Patience */

/** @type {Patience} */
export const PATIENCE = { driverSeconds: DRIVER_SECONDS, promptSeconds: PROMPT_SECONDS };

/**
 * Ask the browser for a device.
 *
 * @param {Source} source
 * @param {MediaStreamConstraints} constraints
 * @param {Patience} patience
 * @returns {Promise<MediaStream>}
 * @throws {MediaError}
 */
export async function openDevice(source, constraints, patience) {
  mayAsk(source);
  const asked = navigator.mediaDevices.getUserMedia(constraints);
  try {
    return await inTime(asked, source, patience);
  } catch (error) {
    throw await refusal(source, error);
  }
}

/**
 * @param {Source} source
 * @throws {MediaError} the page gets no device, whatever anybody answers
 */
function mayAsk(source) {
  if (!navigator.mediaDevices?.getUserMedia) {
    // a secure page without devices: media.navigator.enabled in Firefox, set by whoever manages it
    throw new MediaError(isSecureContext ? "blocked-by-policy" : "insecure");
  }
  if (isLentOut(source)) return;
  throw new MediaError(isFramed() ? "framed" : "blocked-by-policy");
}

/**
 * Whether the page's Permissions Policy lets it ask; true where the browser does not say.
 *
 * @param {Source} source
 */
function isLentOut(source) {
  const policy = /** @type {{ allowsFeature?: (name: string) => boolean } | undefined} */ (
    Reflect.get(document, "featurePolicy")
  );
  return policy?.allowsFeature?.(source) ?? true;
}

function hasPolicy() {
  return "featurePolicy" in document;
}

/** Whether the page lies inside another. */
export function isFramed() {
  return window.top !== window;
}

/**
 * The stream, unless its driver or the person takes too long; what comes later is turned off.
 *
 * @param {Promise<MediaStream>} asked
 * @param {Source} source
 * @param {Patience} patience
 * @returns {Promise<MediaStream>}
 */
function inTime(asked, source, patience) {
  return new Promise((resolve, reject) => {
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    let timer;
    let over = false;
    /** @param {Permission} state the clock starts anew when the person has answered */
    const wait = (state) => {
      if (over) return;
      clearTimeout(timer);
      const seconds = state === "granted" ? patience.driverSeconds : patience.promptSeconds;
      timer = setTimeout(() => {
        reject(new MediaError(state === "prompt" ? "dismissed" : "hung"));
        finish();
      }, seconds * 1000);
    };
    const stopWatching = watchPermission(source, wait);
    const finish = () => {
      over = true;
      clearTimeout(timer);
      stopWatching();
    };
    wait("unknown");
    readPermission(source).then(wait, reject);
    asked.then((stream) => {
      if (over) for (const track of stream.getTracks()) track.stop();
      resolve(stream);
      finish();
    }, (error) => {
      reject(error);
      finish();
    });
  });
}

/**
 * Why the browser said no, as far as it tells.
 *
 * @param {Source} source
 * @param {unknown} error
 */
async function refusal(source, error) {
  const problem = problemOf(error);
  if (problem.reason !== "denied") return problem;
  // Chromium says so in the message; the others leave the question open
  if (error instanceof Error && /dismissed/i.test(error.message)) {
    return new MediaError("dismissed", error);
  }
  // Firefox and Safari do not tell of the Permissions Policy; a tab of its own helps in any case
  if (isFramed() && !hasPolicy()) return new MediaError("framed", error);
  const state = await readPermission(source);
  if (state === "prompt") return new MediaError("dismissed", error);
  // the page may and yet may not: the system's own settings say no (Firefox and Safari on macOS)
  return state === "granted" ? new MediaError("blocked-by-system", error) : problem;
}

/**
 * @param {Source} source
 * @returns {Promise<PermissionStatus | null>} null where the browser does not tell
 */
async function permissionStatus(source) {
  if (!navigator.permissions?.query) return null;
  try {
    return await navigator.permissions.query({ name: /** @type {PermissionName} */ (source) });
  } catch (error) {
    // a browser that does not know the name throws TypeError (Permissions, 6.2.1)
    if (error instanceof TypeError) return null;
    throw error;
  }
}

/**
 * @param {Source} source
 * @returns {Promise<Permission>}
 */
export async function readPermission(source) {
  return (await permissionStatus(source))?.state ?? "unknown";
}

/**
 * @param {Source} source
 * @param {(state: Permission) => void} onChange
 * @returns {() => void} stops; safe to call twice
 */
export function watchPermission(source, onChange) {
  const watching = new AbortController();
  permissionStatus(source).then(
    (status) => {
      status?.addEventListener("change", () => onChange(status.state), {
        signal: watching.signal,
      });
    },
    (error) => console.error("the browser does not tell of permissions", error),
  );
  return () => watching.abort();
}
