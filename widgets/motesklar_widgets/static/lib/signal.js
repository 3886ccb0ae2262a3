// @ts-check
/** Figures of sound and picture. */

import { CLIPPED_RUN, FULL_SCALE } from "./equipment/thresholds.js";

const WIDTH = 32;
const HEIGHT = 24;

/**
 * Root mean square in decibels under full scale; -Infinity is digital silence.
 *
 * @param {Float32Array} samples from -1 to 1
 */
export function dbfs(samples) {
  let sum = 0;
  for (const sample of samples) sum += sample * sample;
  return 10 * Math.log10(sum / samples.length);
}

/**
 * The largest amplitude, from 0 to 1.
 *
 * @param {Float32Array} samples
 */
export function loudest(samples) {
  let peak = 0;
  for (const sample of samples) peak = Math.max(peak, Math.abs(sample));
  return peak;
}

/**
 * The share of samples that lie in longer runs at full scale than sound ever has: what was cut off.
 *
 * @param {Float32Array} samples
 */
export function clippedShare(samples) {
  let clipped = 0;
  let run = 0;
  for (const sample of samples) {
    run = Math.abs(sample) >= FULL_SCALE ? run + 1 : 0;
    if (run === CLIPPED_RUN + 1) clipped += run;
    else if (run > CLIPPED_RUN) clipped += 1;
  }
  return clipped / samples.length;
}

/**
 * How loud one tone is, in dBFS as `dbfs` would tell it alone: Goertzel (1958), under a Hann window
 * so that a loud neighbour does not count.
 *
 * @param {Float32Array} samples
 * @param {number} hertz
 * @param {number} rate samples a second
 */
export function toneDbfs(samples, hertz, rate) {
  const { length } = samples;
  const turn = (2 * Math.PI * hertz) / rate;
  const coefficient = 2 * Math.cos(turn);
  let before = 0;
  let last = 0;
  for (let i = 0; i < length; i += 1) {
    const hann = 0.5 - 0.5 * Math.cos((2 * Math.PI * i) / length);
    const now = samples[i] * hann + coefficient * last - before;
    before = last;
    last = now;
  }
  const power = last * last + before * before - coefficient * last * before;
  // a sine of amplitude 1 gives (length / 4)² under this window, and a mean square of 1/2
  return 10 * Math.log10(Math.max(0, power) / (length / 4) ** 2 / 2);
}

/**
 * The figures of the frame that a video shows now.
 *
 * @param {HTMLVideoElement} video
 */
export function pictureFigures(video) {
  const canvas = document.createElement("canvas");
  canvas.width = WIDTH;
  canvas.height = HEIGHT;
  const context = canvas.getContext("2d", { willReadFrequently: true });
  if (!context) return null;
  context.drawImage(video, 0, 0, WIDTH, HEIGHT);
  const pixels = context.getImageData(0, 0, WIDTH, HEIGHT).data;
  return { ...brightnessOf(pixels), print: printOf(pixels) };
}

/**
 * @param {Uint8ClampedArray} pixels red, green, blue and alpha, 0 to 255
 */
export function brightnessOf(pixels) {
  let sum = 0;
  let squares = 0;
  const count = pixels.length / 4;
  for (let i = 0; i < pixels.length; i += 4) {
    // luma, ITU-R BT.709
    const luma = 0.2126 * pixels[i] + 0.7152 * pixels[i + 1] + 0.0722 * pixels[i + 2];
    sum += luma;
    squares += luma * luma;
  }
  const brightness = sum / count;
  const contrast = Math.sqrt(Math.max(0, squares / count - brightness * brightness));
  return { brightness, contrast };
}

/**
 * A number that is another for another picture: FNV-1a, 32 bits. The noise of a real sensor is
 * enough, so the same number twice is the same picture.
 *
 * @param {Uint8ClampedArray} pixels
 */
function printOf(pixels) {
  let hash = 0x811c9dc5;
  for (const value of pixels) hash = Math.imul(hash ^ value, 0x01000193);
  return hash >>> 0;
}
