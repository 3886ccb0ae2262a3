// @ts-check
/** Whether the relay answers at one of its addresses. */

import { STAGE_SECONDS } from "../thresholds.js";
import { inTime } from "./trouble.js";

/** Under this are no answers of the relay, but the browser's own: it could not be reached. */
const FIRST_ANSWER = 300;
const LAST_ANSWER = 699;

/** @typedef {{ works: boolean, reached: boolean }} Answer */

/**
 * Ask the relay for an address of its own (TURN Allocate, RFC 8656).
 *
 * @param {RTCIceServer} server one address alone
 * @param {AbortSignal} signal
 * @returns {Promise<Answer>}
 * @throws {DOMException} AbortError
 */
export async function askRelay(server, signal) {
  const peer = new RTCPeerConnection({ iceServers: [server], iceTransportPolicy: "relay" });
  let refused = false;
  const answered = new Promise((resolve) => {
    peer.addEventListener("icecandidate", ({ candidate }) => {
      if (candidate?.type === "relay") resolve(true);
      if (candidate === null) resolve(false);
    });
    peer.addEventListener("icecandidateerror", ({ errorCode }) => {
      refused ||= errorCode >= FIRST_ANSWER && errorCode <= LAST_ANSWER;
    });
  });
  try {
    peer.createDataChannel("way");
    await peer.setLocalDescription(await peer.createOffer());
    const works = Boolean(await inTime(answered, STAGE_SECONDS, signal));
    return { works, reached: works || refused };
  } catch (error) {
    if (!isLate(error)) throw error;
    return { works: false, reached: refused };
  } finally {
    peer.close();
  }
}

/** @param {unknown} error */
export function isLate(error) {
  return error instanceof DOMException && error.name === "TimeoutError";
}
