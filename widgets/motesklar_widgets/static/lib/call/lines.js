// @ts-check
/**
 * The fixed lines of the one offer: which transceiver carries what.
 *
 * The lines stand in the order of the shape and never change; who is heard and seen in them is told
 * by `slots`. So there is no second offer, whoever comes and goes.
 */

/** @typedef {import("./messages.js").Limits} Limits */
/** @typedef {import("./messages.js").Shape} Shape */
/** @typedef {import("./messages.js").Track} Track */

/**
 * What comes down, by slot.
 *
 * @typedef {{ audio: MediaStreamTrack[], video: MediaStreamTrack[], screen: MediaStreamTrack | null }} Incoming
 */

export class Lines {
  /**
   * @param {RTCRtpTransceiver[]} transceivers those of the offer
   * @param {Shape} shape
   */
  constructor(transceivers, shape) {
    const byLine = [...transceivers].sort((a, b) => Number(a.mid) - Number(b.mid));
    this.audio = byLine.slice(0, shape.audio);
    this.video = byLine.slice(shape.audio, shape.audio + shape.video);
    /** @type {RTCRtpTransceiver | undefined} */
    this.screen = shape.screen ? byLine[shape.audio + shape.video] : undefined;
    /** @type {Record<Track, RTCRtpTransceiver | undefined>} */
    this.outgoing = { microphone: this.audio[0], camera: this.video[0], screen: this.screen };
    // they may send from the start, so that a camera turned on later needs no new offer
    for (const transceiver of Object.values(this.outgoing)) {
      if (transceiver) transceiver.direction = "sendrecv";
    }
  }

  /** @returns {Incoming} */
  get incoming() {
    return {
      audio: this.audio.map(({ receiver }) => receiver.track),
      video: this.video.map(({ receiver }) => receiver.track),
      screen: this.screen?.receiver.track ?? null,
    };
  }

  /**
   * Send this track from now on; null sends nothing at all.
   *
   * @param {Track} name
   * @param {MediaStreamTrack | null} track
   * @param {Limits} limits
   */
  async send(name, track, limits) {
    const sender = this.outgoing[name]?.sender;
    if (!sender) return;
    await sender.replaceTrack(track);
    if (track && name !== "microphone") await limit(sender, track, budget(name, limits));
  }
}

/** @typedef {{ width: number, framerate: number, bitrate: number }} Budget */

/**
 * @param {"camera" | "screen"} name
 * @param {Limits} limits
 * @returns {Budget}
 */
function budget(name, limits) {
  if (name === "camera") return limits;
  const { screen_width: width, screen_framerate: framerate, screen_bitrate: bitrate } = limits;
  return { width, framerate, bitrate };
}

/**
 * @param {RTCRtpSender} sender
 * @param {MediaStreamTrack} track
 * @param {Budget} budget
 */
async function limit(sender, track, { width, framerate, bitrate }) {
  const parameters = sender.getParameters();
  const actual = track.getSettings().width ?? width;
  for (const encoding of parameters.encodings) {
    encoding.maxBitrate = bitrate;
    encoding.maxFramerate = framerate;
    encoding.scaleResolutionDownBy = Math.max(1, actual / width);
  }
  try {
    await sender.setParameters(parameters);
  } catch (error) {
    // a browser that can't limit itself sends more than is needed, and that is all
    console.warn("the picture could not be made smaller", error);
  }
}
