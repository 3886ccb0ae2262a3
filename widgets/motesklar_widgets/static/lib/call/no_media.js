// @ts-check
/**
 * The practice call where no media gets through: the partner's sentences are played as files, and
 * the page itself hears that somebody speaks. That is enough for the conversation, never evidence.
 */

import { h } from "../dom.js";
import { page, url } from "../page.js";

/** @typedef {import("./own_media.js").OwnMedia} OwnMedia */
/** @typedef {import("./messages.js").PartnerMessage} PartnerMessage */

const SPEECH_DBFS = -50;
/** Told in pieces of at least this many seconds. */
const PIECE_SECONDS = 1;
const LONGEST_SECONDS = 5;

/** Counts speech in the own microphone and tells it. */
export class LocalEar {
  /**
   * @param {OwnMedia} own
   * @param {(seconds: number) => void} onHeard
   */
  constructor(own, onHeard) {
    this.seconds = 0;
    this.onHeard = onHeard;
    own.sound.onLevel((level, seconds) => {
      if (own.sending.microphone && level > SPEECH_DBFS) this.hear(seconds);
    });
  }

  /** @param {number} seconds */
  hear(seconds) {
    this.seconds += seconds;
    if (this.seconds < PIECE_SECONDS) return;
    this.onHeard(Math.min(this.seconds, LONGEST_SECONDS));
    this.seconds = 0;
  }
}

/** Plays the partner's sentences from files. */
export class ClipPlayer {
  constructor() {
    this.audio = h("audio", { "data-clips": true });
  }

  /** @param {PartnerMessage} message */
  play({ state, line }) {
    if (state === "listening" || !line) return;
    this.audio.src = url(`/call/clips/${page.language}/${encodeURIComponent(line)}.opus`);
    this.audio.play().catch((error) => console.info("the sentence is only shown", error));
  }

  /** @param {boolean} deaf */
  setDeaf(deaf) {
    this.audio.muted = deaf;
  }

  stop() {
    this.audio.pause();
  }

  remove() {
    this.stop();
    this.audio.removeAttribute("src");
  }
}
