// @ts-check
/**
 * Plays what is heard: one element for each audio slot. Elements, not an AudioContext: the browser
 * cancels the echo of elements only.
 */

import { h, icon } from "../dom.js";
import { t } from "../i18n.js";
import { media } from "../media.js";

export class Voices {
  constructor() {
    /** @type {HTMLAudioElement[]} */
    this.elements = [];
    this.deaf = false;
    this.button = h(
      "button",
      { type: "button", class: "button button--sun", onclick: () => this.unlock() },
      icon("volume-2"),
      t("Turn on the sound"),
    );
    this.blocked = h(
      "div",
      { class: "notice notice--warn", role: "alert", hidden: true },
      icon("volume-2"),
      h(
        "div",
        null,
        h(
          "p",
          null,
          t(
            "The browser holds the sound back. You hear the others when you have pressed the button.",
          ),
        ),
      ),
      this.button,
    );
    this.element = h("div", { class: "call__voices" }, this.blocked);
  }

  /** @param {MediaStreamTrack[]} tracks of a new connection, by slot */
  play(tracks) {
    tracks.forEach((track, slot) => {
      // a new stream each time: Chromium stays silent when a track is added to one that it plays
      this.elementOf(slot).srcObject = new MediaStream([track]);
    });
    this.unlock();
  }

  /** @param {number} slot */
  elementOf(slot) {
    while (this.elements.length <= slot) {
      const audio = h("audio", { autoplay: true, "data-slot": this.elements.length });
      audio.muted = this.deaf;
      this.elements.push(audio);
      this.element.append(audio);
      this.sendTo(audio, media.preferred("speaker"));
    }
    return this.elements[slot];
  }

  /**
   * Play everything. Some browsers do so only after a click, which opens the elements for later
   * voices too; where that was not enough, a button asks for another one.
   */
  async unlock() {
    const tries = await Promise.allSettled(this.elements.map((audio) => audio.play()));
    // the other reason to fail is that a newer voice took the place of an older one
    this.blocked.hidden = !tries.some(
      (each) => each.status === "rejected" && each.reason.name === "NotAllowedError",
    );
  }

  /** @param {boolean} deaf play nothing: in the hall the others' devices are near */
  setDeaf(deaf) {
    this.deaf = deaf;
    for (const audio of this.elements) audio.muted = deaf;
  }

  /** @param {string} speakerId empty for the system's own */
  async setSpeaker(speakerId) {
    await Promise.all(this.elements.map((audio) => this.sendTo(audio, speakerId)));
  }

  /**
   * @param {HTMLAudioElement} audio
   * @param {string} speakerId
   */
  async sendTo(audio, speakerId) {
    if (!media.canChooseSpeaker || audio.sinkId === speakerId) return;
    try {
      await audio.setSinkId(speakerId);
    } catch (error) {
      // unplugged since it was chosen: the system's own loudspeaker is better than silence
      console.warn("the loudspeaker can't be used", error);
    }
  }

  remove() {
    for (const audio of this.elements) audio.srcObject = null;
  }
}
