// @ts-check
/** Measures a stream's sound while it is played nowhere. */

import { clippedShare, dbfs, loudest, toneDbfs } from "./signal.js";

/** Samples looked at: 170 ms at 48 kHz, so that a look each 100 ms misses nothing. */
const WINDOW = 8192;
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
  const analysers = Array.from({ length: sides }, (_, side) => {
    const analyser = new AnalyserNode(context, { fftSize: WINDOW });
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
  const windows = analysers.map(() => new Float32Array(WINDOW));
  const recent = Math.min(WINDOW, Math.round(context.sampleRate * LEVEL_SECONDS));
  const look = () => {
    analysers.forEach((analyser, side) => analyser.getFloatTimeDomainData(windows[side]));
    return windows;
  };
  const channels = () => look().map((samples) => dbfs(samples.subarray(WINDOW - recent)));
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
 * One or two. A splitter's second output of a single channel is silent, so the track is asked; a
 * browser that does not tell is taken to give one.
 *
 * @param {MediaStream} stream
 */
function channelCount(stream) {
  return Math.min(2, stream.getAudioTracks()[0]?.getSettings().channelCount ?? 1);
}
