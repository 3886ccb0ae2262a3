// @ts-check
/**
 * Sound and picture to measure with, made by the page: nobody is asked for a microphone or a camera.
 */

const WIDTH = 640;
const HEIGHT = 360;
const FRAMES_A_SECOND = 15;
/** Noise can't be made small by an encoder, so that the picture fills what the line carries. */
const GRAIN = 8;
const TONE_HZ = 440;

/**
 * @typedef {object} Synthetic
 * @property {MediaStreamTrack} sound a tone that is sent and never played
 * @property {MediaStreamTrack} picture moving noise
 * @property {() => void} close
 */

/** @returns {Synthetic} */
export function makeSynthetic() {
  const context = new AudioContext();
  const sound = tone(context);
  const { picture, stop } = noise();
  return {
    sound,
    picture,
    close: () => {
      stop();
      sound.stop();
      picture.stop();
      if (context.state !== "closed") context.close();
    },
  };
}

/** @param {AudioContext} context */
function tone(context) {
  const oscillator = new OscillatorNode(context, { frequency: TONE_HZ });
  const quiet = new GainNode(context, { gain: 0.1 });
  const destination = context.createMediaStreamDestination();
  oscillator.connect(quiet).connect(destination);
  oscillator.start();
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
