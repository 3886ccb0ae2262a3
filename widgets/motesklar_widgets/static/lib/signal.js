// @ts-check
/** Figures of sound and picture. */

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
  return brightnessOf(context.getImageData(0, 0, WIDTH, HEIGHT).data);
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
