// @ts-check
/** Three soft tones, made here: nothing to fetch, and the same everywhere. */

const RATE = 24_000;
export const TONE_SECONDS = 0.45;
/** A rising C major chord, in Hz: easy to tell from a computer's own signals. */
export const TONES = [523.25, 659.25, 783.99];
const LOUDNESS = 0.35;
const FADE_SECONDS = 0.04;
const HEADER_BYTES = 44;

/** A WAV file, mono, 16 bits. */
export function testSound() {
  const perTone = Math.round(RATE * TONE_SECONDS);
  const view = new DataView(new ArrayBuffer(HEADER_BYTES + 2 * perTone * TONES.length));
  writeHeader(view);
  TONES.forEach((hertz, tone) => {
    for (let i = 0; i < perTone; i += 1) {
      const seconds = i / RATE;
      // fading at both ends keeps the loudspeaker from clicking
      const fade = Math.min(1, seconds / FADE_SECONDS, (TONE_SECONDS - seconds) / FADE_SECONDS);
      const sample = Math.sin(2 * Math.PI * hertz * seconds) * fade * LOUDNESS;
      view.setInt16(HEADER_BYTES + 2 * (tone * perTone + i), Math.round(sample * 32_767), true);
    }
  });
  return new Blob([view], { type: "audio/wav" });
}

/** @param {DataView<ArrayBuffer>} view */
function writeHeader(view) {
  const dataBytes = view.byteLength - HEADER_BYTES;
  writeText(view, 0, "RIFF");
  view.setUint32(4, view.byteLength - 8, true);
  writeText(view, 8, "WAVEfmt ");
  view.setUint32(16, 16, true); // size of the format chunk
  view.setUint16(20, 1, true); // PCM
  view.setUint16(22, 1, true); // one channel
  view.setUint32(24, RATE, true);
  view.setUint32(28, RATE * 2, true); // bytes per second
  view.setUint16(32, 2, true); // bytes per sample
  view.setUint16(34, 16, true); // bits per sample
  writeText(view, 36, "data");
  view.setUint32(40, dataBytes, true);
}

/**
 * @param {DataView} view
 * @param {number} offset
 * @param {string} text
 */
function writeText(view, offset, text) {
  for (let i = 0; i < text.length; i += 1) view.setUint8(offset + i, text.charCodeAt(i));
}
