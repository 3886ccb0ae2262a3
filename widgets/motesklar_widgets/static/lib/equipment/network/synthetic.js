// @ts-check
/**
 * Sound and picture to measure with, made by the page: nobody is asked for a microphone or a camera.
 */

const WIDTH = 640;
const HEIGHT = 360;
const FRAMES_A_SECOND = 15;
/** Noise can't be made small by an encoder, so that the picture fills what the line carries. */
const GRAIN = 8;
const HISS_SECONDS = 1;

/**
 * @typedef {object} Synthetic
 * @property {MediaStreamTrack} sound a hiss that is sent and never played
 * @property {MediaStreamTrack} picture moving noise
 * @property {() => boolean} sounds some browsers make no sound on a device without loudspeakers
 * @property {() => void} close
 */

/** @returns {Synthetic} */
export function makeSynthetic() {
  const context = new AudioContext();
  const sound = hiss(context);
  const { picture, stop } = noise();
  return {
    sound,
    picture,
    sounds: () => context.state === "running",
    close: () => {
      stop();
      sound.stop();
      picture.stop();
      if (context.state !== "closed") context.close();
    },
  };
}

/**
 * Speech takes as much as a hiss does; of a tone an encoder makes next to nothing.
 *
 * @param {AudioContext} context
 */
function hiss(context) {
  const buffer = context.createBuffer(1, HISS_SECONDS * context.sampleRate, context.sampleRate);
  const samples = buffer.getChannelData(0);
  for (let i = 0; i < samples.length; i += 1) samples[i] = (Math.random() * 2 - 1) / 10;
  const source = new AudioBufferSourceNode(context, { buffer, loop: true });
  const destination = context.createMediaStreamDestination();
  source.connect(destination);
  source.start();
  return destination.stream.getAudioTracks()[0];
}

function noise() {
  const canvas = document.createElement("canvas");
  Object.assign(canvas, { width: WIDTH, height: HEIGHT });
  const pen = canvas.getContext("2d");
  if (!pen) throw new Error("this browser draws no pictures");
  const grain = new ImageData(WIDTH / GRAIN, HEIGHT / GRAIN);
  const small = document.createElement("canvas");
  Object.assign(small, { width: grain.width, height: grain.height });
  const smallPen = small.getContext("2d");
  pen.imageSmoothingEnabled = false;
  const draw = () => {
    for (let i = 0; i < grain.data.length; i += 1) {
      grain.data[i] = i % 4 === 3 ? 255 : Math.random() * 256;
    }
    smallPen?.putImageData(grain, 0, 0);
    pen.drawImage(small, 0, 0, WIDTH, HEIGHT);
  };
  // Firefox gives no stream of a canvas that has never been drawn on
  draw();
  const timer = setInterval(draw, 1000 / FRAMES_A_SECOND);
  const picture = canvas.captureStream(FRAMES_A_SECOND).getVideoTracks()[0];
  return { picture, stop: () => clearInterval(timer) };
}
