// @ts-check
/** Listens in the microphone for our own test sound: evidence that a loudspeaker gives sound. */

import { TONE_SECONDS, TONES } from "../test_sound.js";
import { pause, ticks } from "../ticks.js";
import { QUICK_SECONDS, within } from "./limits.js";
import { heardTones } from "./tones.js";

/** @typedef {import("../media.js").Media} Media */
/** @typedef {import("../media.js").LevelMeter} LevelMeter */
/** @typedef {ReturnType<typeof heardTones>} Heard */

const EVERY_MS = 30;
/** A wireless headset plays this much later than the browser believes. */
const LATE_MS = 300;
/** The test sound takes under two; a driver that hangs must not. */
const PLAYING_SECONDS = 8;

/**
 * @param {Media} media
 * @param {string} speakerId empty for the system's own
 * @param {AbortSignal} signal
 */
export function playInTime(media, speakerId, signal) {
  return within(media.playTestSound(speakerId, signal), PLAYING_SECONDS);
}

/**
 * Play the test sound and tell how much of it the microphone hears.
 *
 * @param {Media} media
 * @param {string} speakerId
 * @param {LevelMeter} meter
 * @param {AbortSignal} signal
 * @returns {Promise<Heard>}
 * @throws {import("../media_error.js").MediaError}
 */
export async function playAndListen(media, speakerId, meter, signal) {
  const over = new AbortController();
  const listening = listen(meter, AbortSignal.any([signal, over.signal]));
  try {
    await playInTime(media, speakerId, signal);
    await pause(LATE_MS, signal);
  } finally {
    over.abort();
  }
  return heardTones(await listening, TONE_SECONDS);
}

/**
 * What the tones' frequencies hold, until `signal` ends it.
 *
 * @param {LevelMeter} meter
 * @param {AbortSignal} signal
 */
export async function listen(meter, signal) {
  /** @type {import("./tones.js").ToneSample[]} */
  const samples = [];
  for await (const _ of ticks(EVERY_MS, signal)) {
    const levels = TONES.map((hertz) => meter.tone(hertz));
    samples.push({ seconds: performance.now() / 1000, levels });
  }
  return samples;
}

/**
 * @param {Media} media
 * @param {MediaStream} stream
 * @throws {import("../media_error.js").MediaError} "no-output": Firefox starts no sound engine, not
 *   even to listen, on a device without any loudspeaker
 */
export function meterInTime(media, stream) {
  return within(media.meter(stream), QUICK_SECONDS, (late) => late.close(), "no-output");
}

/** A microphone that hears what is there, without what the browser makes of it. */
export class Ear {
  /**
   * @param {import("../media.js").Lease} lease
   * @param {LevelMeter} meter
   */
  constructor(lease, meter) {
    this.lease = lease;
    this.meter = meter;
  }

  /**
   * Without the browser's echo cancelling, which would take the test sound away, and without its
   * gain control, which rounds off a voice that was cut.
   *
   * @param {Media} media
   * @throws {import("../media_error.js").MediaError}
   */
  static async open(media) {
    const lease = await media.open("microphone", undefined, { processing: false });
    try {
      return new Ear(lease, await meterInTime(media, lease.stream));
    } catch (error) {
      lease.release();
      throw error;
    }
  }

  close() {
    this.meter.close();
    this.lease.release();
  }
}
