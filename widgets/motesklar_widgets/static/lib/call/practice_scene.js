// @ts-check
/** The call alone with the partner: what they say, the tasks, and what breaks on purpose. */

import { announce, h, icon, replace } from "../dom.js";
import { t } from "../i18n.js";
import { Failures } from "./failures.js";
import { ClipPlayer, LocalEar } from "./no_media.js";
import { PartnerPanel } from "./partner.js";
import { buttonFor, Tasks } from "./tasks.js";
import { receivedSentences } from "./words.js";

/** @typedef {import("./bar.js").Bar} Bar */
/** @typedef {import("./chat.js").Chat} Chat */
/** @typedef {import("./client.js").CallClient} CallClient */
/** @typedef {import("./lines.js").Incoming} Incoming */
/** @typedef {import("./messages.js").EvidenceMessage} EvidenceMessage */
/** @typedef {import("./messages.js").PartnerMessage} PartnerMessage */
/** @typedef {import("./messages.js").ServerMessage} ServerMessage */
/** @typedef {import("./own_media.js").OwnMedia} OwnMedia */
/** @typedef {import("./room_scene.js").Scene} Scene */

/**
 * @typedef {object} PracticeParts
 * @property {CallClient} client
 * @property {OwnMedia} own
 * @property {HTMLElement} tile my own
 * @property {Bar} bar
 * @property {Chat} chat
 */

/** @implements {Scene} */
export class PracticeScene {
  /** @param {PracticeParts} parts */
  constructor({ client, own, tile, bar, chat }) {
    this.client = client;
    this.own = own;
    this.bar = bar;
    this.chat = chat;
    this.hall = false;
    /** What was given up while the connection was gone is told after the return. */
    this.gaveUp = false;
    /** @type {PartnerMessage | null} */
    this.last = null;
    /** @type {EvidenceMessage} */
    this.evidence = {
      type: "evidence",
      sound_seconds: 0,
      picture_seconds: 0,
      text_characters: 0,
      tasks: {},
    };
    this.partner = new PartnerPanel();
    this.tasks = new Tasks((what) => client.send({ type: "ask", what }));
    this.failures = this.makeFailures();
    /** Where no media gets through, the partner's sentences are played and the page listens. */
    this.withoutMedia = false;
    this.clips = new ClipPlayer();
    this.ear = new LocalEar(own, (seconds) => {
      if (this.withoutMedia) client.send({ type: "heard", seconds });
    });
    this.received = h("ul", { class: "stack stack--tight plain-list" });
    const tiles = h("ul", { class: "practice__own plain-list", "aria-label": t("You") }, tile);
    this.main = h(
      "div",
      { class: "practice" },
      this.failures.element,
      this.partner.element,
      tiles,
      this.clips.audio,
    );
    this.side = h(
      "div",
      { class: "stack" },
      this.tasks.element,
      h("details", { open: true }, h("summary", null, t("What has come through")), this.received),
    );
    this.showEvidence();
  }

  makeFailures() {
    return new Failures({
      mute: () => this.own.turnMicrophone(false),
      unmute: () => this.own.turnMicrophone(true),
      standIn: (track) => this.own.setStandIn(track),
      microphone: () => this.own.microphone.label,
      drop: (ms) => this.client.drop(ms),
      hurry: () => this.client.hurry(),
      giveUp: () => this.giveUp(),
      refocus: () => this.partner.element.focus(),
    });
  }

  giveUp() {
    this.gaveUp = !this.client.send({ type: "ask", what: "skip" });
  }

  /** @param {ServerMessage} message */
  take(message) {
    switch (message.type) {
      case "joined":
        this.partner.setName(message.title);
        this.showEvidence();
        if (this.gaveUp) this.giveUp();
        break;
      case "partner":
        this.takePartner(message);
        break;
      case "failure":
        this.failures.begin(message.kind);
        break;
      case "repaired":
        this.failures.repaired();
        break;
      case "evidence":
        this.takeEvidence(message);
        break;
      case "error":
        if (message.code === "media_blocked") this.goWithoutMedia();
        break;
    }
  }

  /** @param {PartnerMessage} message */
  takePartner(message) {
    const before = this.last;
    this.last = message;
    this.partner.show(message);
    this.tasks.take(message);
    this.showHint();
    const { caption, line } = message;
    if (
      !caption ||
      (before?.caption === caption && before.line === line && before.state === message.state)
    )
      return;
    this.chat.note(this.partner.name, caption);
    if (this.withoutMedia) this.clips.play(message);
  }

  sendingChanged() {
    this.showHint();
  }

  showHint() {
    const task = this.last?.task ?? "";
    this.bar.hint(buttonFor(task, this.own.sending.microphone));
  }

  goWithoutMedia() {
    if (this.withoutMedia) return;
    this.withoutMedia = true;
    if (this.last) this.clips.play(this.last);
  }

  /** On another network they may: then the voice itself is heard. */
  mediaFlows() {
    this.withoutMedia = false;
    this.clips.stop();
  }

  /** @param {Incoming} incoming */
  play(incoming) {
    this.partner.follow(incoming.audio[0]);
  }

  /** @param {boolean} hall */
  setHall(hall) {
    this.hall = hall;
    this.clips.setDeaf(hall);
  }

  /** @param {EvidenceMessage} message */
  takeEvidence(message) {
    const before = this.evidence.sound_seconds;
    this.evidence = message;
    this.showEvidence();
    if (before < 1 && message.sound_seconds >= 1) announce(this.sentences()[0].sentence);
    const { type: _, ...detail } = message;
    document.dispatchEvent(new CustomEvent("motesklar:evidence", { detail }));
  }

  sentences() {
    return receivedSentences(this.partner.name, this.evidence);
  }

  showEvidence() {
    replace(
      this.received,
      this.sentences().map(({ done, sentence }) =>
        h("li", null, icon(done ? "circle-check" : "circle"), " ", sentence),
      ),
    );
  }

  /** What came through, when it is over. */
  summary() {
    const done = this.sentences().filter((each) => each.done);
    if (done.length === 0) return null;
    return h(
      "ul",
      null,
      done.map(({ sentence }) => h("li", null, sentence)),
    );
  }

  remove() {
    this.failures.mend();
    this.clips.remove();
    this.partner.remove();
  }
}
