// @ts-check
/** "You are speaking, but your microphone is off": shown while it is so, read out now and then. */

import { announce, h, icon } from "../dom.js";
import { t } from "../i18n.js";
import { MutedSpeakerRule } from "./muted_speaker.js";

/** Screen readers are told no more often. */
const QUIET_MS = 30_000;

export class MutedAlert {
  /**
   * @param {import("./own_media.js").OwnMedia} own
   * @param {() => void} onTurnOn
   */
  constructor(own, onTurnOn) {
    this.rule = new MutedSpeakerRule();
    this.quietUntil = 0;
    this.sentence = t("You are speaking, but your microphone is off.");
    const attributes = { type: "button", class: "button button--primary", onclick: onTurnOn };
    this.element = h(
      "div",
      { class: "notice notice--warn call__muted", hidden: true },
      icon("mic-off"),
      h("div", null, h("p", null, h("strong", null, this.sentence))),
      h("button", attributes, icon("mic"), t("Turn the microphone on")),
    );
    own.sound.onLevel((level, seconds) => {
      // in the hall one speaks aloud, and the microphone stays off
      if (own.sending.microphone || own.hall) this.rest();
      else this.show(this.rule.add(level, seconds));
    });
  }

  rest() {
    this.rule.reset();
    this.element.hidden = true;
  }

  /** @param {boolean} speaks */
  show(speaks) {
    const now = performance.now();
    if (speaks && this.element.hidden && now > this.quietUntil) {
      this.quietUntil = now + QUIET_MS;
      announce(this.sentence);
    }
    this.element.hidden = !speaks;
  }
}
