// @ts-check
/** One practice call on the page, from the press of the button to its end. */

import { CallClient } from "./call_client.js";
import { notice } from "./call_notice.js";
import { PartnerPanel } from "./call_partner.js";
import { OwnPanel } from "./call_self.js";
import { TextLine } from "./call_text.js";
import { receivedSentences } from "./call_words.js";
import { announce, h, icon, replace } from "./dom.js";
import { t } from "./i18n.js";

/** @typedef {import("./call_client.js").CallState} CallState */
/** @typedef {import("./call_client.js").ErrorMessage} ErrorMessage */
/** @typedef {import("./call_client.js").ServerMessage} ServerMessage */
/** @typedef {import("./types.js").Evidence} Evidence */

export class CallView {
  /**
   * @param {string} module
   * @param {(farewell: HTMLElement) => void} onEnd
   */
  constructor(module, onEnd) {
    this.onEnd = onEnd;
    this.removed = false;
    this.gaveUp = false;
    /** @type {ErrorMessage | null} */
    this.lastError = null;
    /** @type {Evidence} */
    this.evidence = { sound_seconds: 0, picture_seconds: 0, text_characters: 0 };
    this.client = new CallClient(module, {
      onState: (state) => this.showState(state),
      onMessage: (message) => this.receive(message),
      onTrack: (track) => track.kind === "audio" && this.partner.play(track),
      onGaveUp: () => {
        this.gaveUp = true;
      },
    });
    this.partner = new PartnerPanel();
    this.own = new OwnPanel((kind, track) => this.client.setTrack(kind, track));
    this.text = new TextLine({
      send: (text) => this.client.write(text),
      onLine: (text) => this.partner.note(t("You wrote"), text),
    });
    this.status = h("p", { role: "status", tabindex: "-1", class: "lead" });
    this.skip = h(
      "button",
      { type: "button", class: "button", onclick: () => this.own.skip() },
      t("Go on without them"),
    );
    this.notices = h("div", { class: "stack" });
    this.received = h("ul", { class: "stack stack--tight plain-list" });
    this.element = this.build();
    this.showEvidence();
  }

  build() {
    const hangUp = h(
      "button",
      { type: "button", class: "button button--danger", onclick: () => this.hangUp() },
      icon("x"),
      t("Hang up"),
    );
    return h(
      "div",
      { class: "stack" },
      this.status,
      this.skip,
      this.notices,
      this.own.problems,
      h("div", { class: "grid" }, this.partner.element, this.own.element),
      h("div", { class: "row" }, this.own.microphoneButton, this.own.cameraButton, hangUp),
      this.text.element,
      h("h3", null, t("What has come through")),
      this.received,
      h("details", null, h("summary", null, t("Everything that has been said")), this.partner.log),
    );
  }

  /** Call; it must begin in a click, because browsers let sound begin only there. */
  async start() {
    this.partner.listen();
    // the button that was pressed is gone: without this the keyboard would start at the top
    this.status.focus();
    replace(
      this.status,
      t("The browser may now ask if it may use your microphone and your camera. Answer that it may."),
    );
    await this.own.askForBoth();
    this.skip.remove();
    if (!this.removed) await this.client.start();
    if (!this.removed) this.onEnd(this.farewell());
  }

  hangUp() {
    this.client.hangUp();
    if (this.client.state !== "idle") return;
    // still asking for the devices: there is no call to end yet
    this.remove();
    this.onEnd(this.farewell());
  }

  /** @param {CallState} state */
  showState(state) {
    const sentences = {
      idle: "",
      connecting: t("Calling …"),
      connected: t("You are in the call."),
      reconnecting: t("The connection was lost. We are calling again by ourselves …"),
      ended: t("The call has ended."),
    };
    replace(this.status, sentences[state]);
    this.element.dataset.call = state;
    // the new connection knows nothing yet of the line that is being written
    if (state === "connected") this.text.flush();
  }

  /** @param {ServerMessage} message */
  receive(message) {
    switch (message.type) {
      case "joined":
        this.partner.setName(message.partner);
        this.showEvidence();
        break;
      case "partner":
        this.partner.show(message);
        break;
      case "partner_text":
        this.partner.note(t("%(name)s wrote", { name: this.partner.name }), message.text);
        break;
      case "evidence":
        this.takeEvidence(message);
        break;
      case "error":
        // without sound and picture the call goes on; every other error ends it
        if (message.code !== "media_blocked") this.lastError = message;
        replace(this.notices, notice("warn", message.message, message.next_step));
        break;
    }
  }

  /** @param {Evidence} evidence */
  takeEvidence({ sound_seconds, picture_seconds, text_characters }) {
    const before = this.evidence.sound_seconds;
    this.evidence = { sound_seconds, picture_seconds, text_characters };
    this.showEvidence();
    if (before < 1 && sound_seconds >= 1) announce(this.sentences()[0].sentence);
    const detail = { ...this.evidence };
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

  /** What to say when it is over, and what came through. */
  farewell() {
    const done = this.sentences().filter((each) => each.done);
    const list = h("ul", null, done.map(({ sentence }) => h("li", null, sentence)));
    const said = this.farewellNotice(done.length > 0);
    return h("div", { class: "stack", tabindex: "-1" }, said, done.length > 0 && list);
  }

  /** @param {boolean} cameThrough */
  farewellNotice(cameThrough) {
    if (this.gaveUp) {
      return notice(
        "fail",
        t("The connection was lost and could not be made again."),
        t("Check that you are connected to the network, and press the button to call again."),
      );
    }
    if (this.lastError) {
      return notice("info", this.lastError.message, this.lastError.next_step);
    }
    if (cameThrough) {
      return notice(
        "ok",
        t("The call has ended."),
        t("Everything is saved. You can go on, or call again."),
      );
    }
    return notice(
      "info",
      t("The call has ended."),
      t("Nothing came through this time. Call again, and say or write something."),
    );
  }

  /** Hang up and let go of everything; safe to call twice. */
  remove() {
    this.removed = true;
    this.client.hangUp();
    this.text.stop();
    this.own.remove();
    this.partner.remove();
  }
}
