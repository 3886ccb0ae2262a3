// @ts-check
/** Recording a stream, playing a sound, and hearing oneself: each comes to an end. */

import { HEAR_SELF_SECONDS, PLAY_SECONDS } from "./equipment/thresholds.js";
import { MediaError, problemOf } from "./media_error.js";
import { pause } from "./ticks.js";

/**
 * Play a sound to its end, or until the signal ends it.
 *
 * @param {Blob} blob
 * @param {string} speakerId empty for the system's own
 * @param {AbortSignal} signal
 * @throws {MediaError}
 */
export async function playBlob(blob, speakerId, signal) {
  const address = URL.createObjectURL(blob);
  const audio = new Audio(address);
  try {
    await startPlaying(audio, speakerId);
    await ended(audio, signal);
  } catch (error) {
    throw problemOf(error);
  } finally {
    audio.pause();
    URL.revokeObjectURL(address);
  }
}

/**
 * @param {HTMLAudioElement} audio
 * @param {string} speakerId
 */
async function startPlaying(audio, speakerId) {
  if (speakerId) await chooseSpeaker(audio, speakerId);
  try {
    await audio.play();
  } catch (error) {
    throw isNotAllowed(error) ? new MediaError("autoplay-blocked", error) : error;
  }
}

/**
 * @param {HTMLAudioElement} audio
 * @param {string} speakerId
 */
async function chooseSpeaker(audio, speakerId) {
  if (!("setSinkId" in audio)) return;
  try {
    await audio.setSinkId(speakerId);
  } catch (error) {
    // a speaker that the page may not use is as good as gone: another has to be chosen
    throw isNotAllowed(error) ? new MediaError("missing", error) : error;
  }
}

/** @param {unknown} error */
function isNotAllowed(error) {
  return error instanceof DOMException && error.name === "NotAllowedError";
}

/**
 * @param {HTMLAudioElement} audio
 * @param {AbortSignal} signal
 * @returns {Promise<void>}
 */
function ended(audio, signal) {
  // a recording of MediaRecorder has no length until it has been played
  const length = Number.isFinite(audio.duration) ? audio.duration : HEAR_SELF_SECONDS;
  const over = new AbortController();
  /** @type {Promise<void>} */
  const played = new Promise((resolve, reject) => {
    const once = { once: true, signal: over.signal };
    audio.addEventListener("ended", () => resolve(), once);
    audio.addEventListener("error", () => reject(audio.error), once);
    signal.addEventListener("abort", () => resolve(), once);
    if (signal.aborted) resolve();
    pause((length + PLAY_SECONDS) * 1000, over.signal).then(() => reject(new MediaError("hung")));
  });
  return played.finally(() => over.abort());
}

/**
 * Record a stream; the signal ends it early, and what there is by then is kept.
 *
 * @param {MediaStream} stream
 * @param {number} seconds
 * @param {AbortSignal} signal
 * @returns {Promise<Blob>} playable in this browser; empty where nothing was recorded
 * @throws {MediaError}
 */
export async function recordStream(stream, seconds, signal) {
  if (!("MediaRecorder" in window)) throw new MediaError("failed");
  try {
    const recorder = new MediaRecorder(stream);
    /** @type {Blob[]} */
    const parts = [];
    recorder.addEventListener("dataavailable", ({ data }) => parts.push(data));
    const stopped = new Promise((resolve, reject) => {
      recorder.addEventListener("stop", resolve);
      recorder.addEventListener("error", reject);
    });
    recorder.start();
    await Promise.race([pause(seconds * 1000, signal), stopped]);
    if (recorder.state !== "inactive") recorder.stop();
    await stopped;
    return new Blob(parts, { type: recorder.mimeType });
  } catch (error) {
    throw problemOf(error);
  }
}

/**
 * Play a stream a little later, until the signal ends it or the time is up.
 *
 * It goes through a peer connection to itself: Chromium cancels the echo of sound from a peer
 * connection alone, and without that a loudspeaker would howl (BigBlueButton's local echo test).
 *
 * @param {MediaStream} stream
 * @param {{ delaySeconds: number, speakerId: string, signal: AbortSignal }} options
 * @throws {MediaError}
 */
export async function playBack(stream, { delaySeconds, speakerId, signal }) {
  const context = new AudioContext();
  const [here, there] = [new RTCPeerConnection(), new RTCPeerConnection()];
  const audio = new Audio();
  try {
    await context.resume();
    const received = await throughLoopback(here, there, delayed(context, stream, delaySeconds));
    if (signal.aborted) return;
    audio.srcObject = received;
    await startPlaying(audio, speakerId);
    await pause(HEAR_SELF_SECONDS * 1000, signal);
  } catch (error) {
    throw problemOf(error);
  } finally {
    audio.pause();
    audio.srcObject = null;
    here.close();
    there.close();
    await context.close();
  }
}

/**
 * @param {AudioContext} context
 * @param {MediaStream} stream
 * @param {number} seconds
 */
function delayed(context, stream, seconds) {
  const delay = new DelayNode(context, { maxDelayTime: Math.max(1, seconds), delayTime: seconds });
  const out = context.createMediaStreamDestination();
  context.createMediaStreamSource(stream).connect(delay).connect(out);
  return out.stream;
}

/**
 * @param {RTCPeerConnection} here
 * @param {RTCPeerConnection} there
 * @param {MediaStream} stream
 * @returns {Promise<MediaStream>} what arrives
 */
async function throughLoopback(here, there, stream) {
  const arrived = new Promise((resolve) => {
    there.addEventListener("track", ({ track }) => resolve(new MediaStream([track])));
  });
  here.addEventListener("icecandidate", ({ candidate }) => there.addIceCandidate(candidate));
  there.addEventListener("icecandidate", ({ candidate }) => here.addIceCandidate(candidate));
  for (const track of stream.getTracks()) here.addTrack(track, stream);
  await here.setLocalDescription();
  await there.setRemoteDescription(/** @type {RTCSessionDescription} */ (here.localDescription));
  await there.setLocalDescription();
  await here.setRemoteDescription(/** @type {RTCSessionDescription} */ (there.localDescription));
  return arrived;
}
