// @ts-check
/** Measures a stream's sound while it is played nowhere. */

import { clippedShare, dbfs, loudest, toneDbfs } from "./signal.js";

/** Looked at together: more than the 100 ms between two looks, so that nothing is missed. */
const WINDOW_SECONDS = 0.12;
/** The loudness is that of the last tenth of a second: a syllable is twice as long. */
const LEVEL_SECONDS = 0.1;

/**
 * @param {MediaStream} stream
 * @returns {Promise<import("./media.js").LevelMeter>}
 */
export async function soundMeter(stream) {
  const context = new AudioContext();
  const source = context.createMediaStreamSource(stream);
  const sides = channelCount(stream);
  const splitter = context.createChannelSplitter(sides);
  source.connect(splitter);
  const fftSize = windowLength(context.sampleRate);
  const analysers = Array.from({ length: sides }, (_, side) => {
    const analyser = new AnalyserNode(context, { fftSize });
    splitter.connect(analyser, side);
    return analyser;
  });
  // started outside a click, the browser may hold the sound back until one comes
  await context.resume();
  return meterOf(context, analysers);
}

/**
 * @param {AudioContext} context
 * @param {AnalyserNode[]} analysers one for each channel
 * @returns {import("./media.js").LevelMeter}
 */
function meterOf(context, analysers) {
  const windows = analysers.map(({ fftSize }) => new Float32Array(fftSize));
  const recent = Math.round(context.sampleRate * LEVEL_SECONDS);
  const look = () => {
    analysers.forEach((analyser, side) => analyser.getFloatTimeDomainData(windows[side]));
    return windows;
  };
  const channels = () => look().map((samples) => dbfs(samples.subarray(-recent)));
  return {
    // the louder side: a microphone in one channel of two is no quieter for that
    level: () => Math.max(...channels()),
    peak: () => 20 * Math.log10(Math.max(...look().map(loudest))),
    clipped: () => Math.max(...look().map(clippedShare)),
    channels,
    tone: (hertz) =>
      Math.max(...look().map((samples) => toneDbfs(samples, hertz, context.sampleRate))),
    close: () => {
      if (context.state !== "closed") context.close();
    },
  };
}

/**
 * Samples of a window, a power of two as analysers need. A wireless headset in a call has 16 kHz.
 *
 * @param {number} rate samples a second
 */
function windowLength(rate) {
  return 2 ** Math.ceil(Math.log2(rate * WINDOW_SECONDS));
}

/**
 * One or two. A splitter's second output of a single channel is silent, so the track is asked; a
 * browser that does not tell is taken to give one.
 *
 * @param {MediaStream} stream
 */
function channelCount(stream) {
  return Math.min(2, stream.getAudioTracks()[0]?.getSettings().channelCount ?? 1);
}
