// @ts-check
/** One call on the page, from going in to its end: joins its parts and shows how it stands. */

import { h, replace } from "../dom.js";
import { t } from "../i18n.js";
import { Bar } from "./bar.js";
import { Chat } from "./chat.js";
import { CallClient } from "./client.js";
import { farewell, nextAfter } from "./farewell.js";
import { MutedAlert } from "./muted_alert.js";
import { Network } from "./network.js";
import { News } from "./news.js";
import { OwnTile } from "./own_tile.js";
import { PracticeScene } from "./practice_scene.js";
import { RoomScene } from "./room_scene.js";
import { Roster } from "./roster.js";
import { Settings } from "./settings.js";
import { callShortcuts, Shortcuts } from "./shortcuts.js";
import { Voices } from "./voices.js";
import { WakeLock } from "./wake_lock.js";

/** @typedef {import("./bar.js").ButtonName} ButtonName */
/** @typedef {import("./client.js").CallState} CallState */
/** @typedef {import("./farewell.js").Next} Next */
/** @typedef {import("./messages.js").ErrorMessage} ErrorMessage */
/** @typedef {import("./messages.js").Pace} Pace */
/** @typedef {import("./messages.js").ServerMessage} ServerMessage */
/** @typedef {import("./own_media.js").OwnMedia} OwnMedia */

/**
 * @typedef {object} CallPlan
 * @property {string} path of the websocket
 * @property {"practice" | "room"} kind
 * @property {OwnMedia} own devices, as they were chosen before
 * @property {boolean} hall
 * @property {Pace} pace
 */

export class CallView {
  /**
   * @param {CallPlan} plan
   * @param {(farewell: HTMLElement, next: Next) => void} onEnd
   */
  constructor({ path, kind, own, hall, pace }, onEnd) {
    this.kind = kind;
    this.own = own;
    this.onEnd = onEnd;
    this.removed = false;
    this.gaveUp = false;
    this.framerate = 5;
    /** @type {ErrorMessage | null} */
    this.lastError = null;
    const sending = { ...own.sending, hand: false, hall };
    this.client = new CallClient(
      path,
      { sending, pace },
      {
        onState: (state) => this.showState(state),
        onMessage: (message) => this.receive(message),
        onIncoming: (incoming) => {
          this.voices.play(incoming.audio);
          this.scene.play(incoming);
        },
        onMedia: () => {
          this.news.clear("error");
          this.scene.mediaFlows();
        },
        onGaveUp: () => {
          this.gaveUp = true;
        },
      },
    );
    this.roster = new Roster();
    this.voices = new Voices();
    this.news = new News(() => this.status.focus());
    this.status = h("p", { role: "status", tabindex: "-1", class: "call__status" });
    this.bar = new Bar((name) => this.press(name));
    this.tile = new OwnTile(own);
    this.chat = this.makeChat();
    this.scene = this.makeScene();
    this.network = new Network(() => this.client.stats());
    this.shortcuts = new Shortcuts(
      callShortcuts(
        (name) => this.press(name),
        () => this.bar.buttons.leave.focus(),
      ),
    );
    this.settings = new Settings(own, this.shortcuts.element, {
      onSpeaker: (speakerId) => this.voices.setSpeaker(speakerId),
      onHall: (isHall) => this.setHall(isHall),
    });
    this.muted = new MutedAlert(own, () => {
      this.press("microphone");
      // the button that was pressed disappears
      this.bar.buttons.microphone.focus();
    });
    this.wakeLock = new WakeLock();
    this.element = this.build();
    this.listenToOwnMedia();
    this.setHall(hall);
  }

  makeChat() {
    const practice = this.kind === "practice";
    return new Chat({
      label: practice ? t("Write to your partner") : t("Write to the others"),
      hint: practice
        ? t("Your partner sees each letter as you write it. Writing works as well as speaking.")
        : t("The others see each letter as you write it. Writing works as well as speaking."),
      send: (text) => this.client.send({ type: "text", text }),
      onNews: () => this.bar.setNews(!this.chat.element.contains(document.activeElement)),
    });
  }

  /** @returns {import("./room_scene.js").Scene} */
  makeScene() {
    const { client, own, bar, chat, roster } = this;
    const tile = this.tile.element;
    if (this.kind === "room") return new RoomScene(client, roster, tile);
    return new PracticeScene({ client, own, tile, bar, chat });
  }

  build() {
    return h(
      "div",
      { class: `call call--${this.kind}`, "data-call": "idle" },
      h("div", { class: "call__head" }, this.status, this.network.element),
      this.voices.element,
      this.news.element,
      this.muted.element,
      h(
        "div",
        { class: "call__body" },
        h("div", { class: "call__main" }, this.scene.main),
        h("div", { class: "call__side stack" }, this.scene.side, this.chat.element),
      ),
      this.bar.element,
      this.settings.element,
    );
  }

  listenToOwnMedia() {
    this.own.events = {
      onChange: () => this.sendOwnMedia(),
      onProblem: (name, reason) => this.news.tellProblem(name, reason),
      onReplaced: (source, label) => this.news.tellReplaced(source, label),
    };
    this.sendOwnMedia();
  }

  /** Call; it must begin in a click, because browsers let sound begin only there. */
  async start() {
    // the button that was pressed is gone: without this the keyboard would start at the top
    this.status.focus();
    await this.client.start();
    if (!this.removed) this.onEnd(...this.farewell());
  }

  sendOwnMedia() {
    const { tracks, sending } = this.own;
    for (const name of /** @type {const} */ (["microphone", "camera", "screen"])) {
      if (this.client.tracks[name] !== tracks[name]) this.client.setTrack(name, tracks[name]);
    }
    const { microphone, camera, screen } = this.client.sending;
    const changed =
      sending.microphone !== microphone || sending.camera !== camera || sending.screen !== screen;
    if (changed) this.client.setSending(sending);
    this.showOwn();
    this.settings.refresh();
  }

  showOwn() {
    const { hand } = this.client.sending;
    this.bar.show({ ...this.own.sending, hand });
    this.tile.show(hand, this.roster.speaking.has(this.roster.you));
    this.scene.sendingChanged();
  }

  /** @param {ButtonName} name */
  press(name) {
    switch (name) {
      case "microphone":
        if (this.own.hall) this.news.tellHall(this.settings.headsetButton());
        else this.own.turnMicrophone(!this.own.sending.microphone);
        break;
      case "camera":
        this.own.turnCamera(!this.own.sending.camera);
        break;
      case "screen":
        this.own.turnScreen(!this.own.sending.screen, this.framerate);
        break;
      case "hand":
        this.client.setSending({ hand: !this.client.sending.hand });
        this.showOwn();
        break;
      case "chat":
        this.bar.setNews(false);
        this.chat.line.input.focus();
        break;
      case "leave":
        this.client.hangUp();
    }
  }

  /** @param {boolean} hall */
  setHall(hall) {
    this.news.clear("hall");
    this.own.setHall(hall);
    this.voices.setDeaf(hall);
    this.scene.setHall(hall);
    this.client.setSending({ hall });
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
    if (state !== "connected") return;
    this.news.clear("restarting");
    // the new connection knows nothing yet of the line that is being written
    this.chat.line.again();
  }

  /** @param {ServerMessage} message */
  receive(message) {
    this.takeForAll(message);
    this.news.take(message);
    this.scene.take(message);
  }

  /** @param {ServerMessage} message */
  takeForAll(message) {
    switch (message.type) {
      case "joined":
        this.roster.you = message.you;
        this.chat.you = message.you;
        this.chat.catchUp(message.lines);
        this.framerate = message.limits.screen_framerate;
        break;
      case "members":
        this.roster.take(message);
        this.chat.keep(this.roster.members.keys());
        this.chat.partner = this.roster.partner?.id ?? "";
        break;
      case "slots":
        this.roster.take(message);
        break;
      case "speaking":
        this.roster.take(message);
        this.showOwn();
        break;
      case "line":
        this.chat.take(message);
        break;
      case "limits":
        this.framerate = message.limits.screen_framerate;
        break;
      case "quality":
        this.network.take(message);
        break;
      case "muted":
        this.own.turnMicrophone(false);
        break;
      case "error":
        // without sound and picture the call goes on; every other error ends it
        if (message.code !== "media_blocked") this.lastError = message;
        break;
    }
  }

  /** @returns {[HTMLElement, Next]} */
  farewell() {
    const { gaveUp, lastError: error, kind } = this;
    const end = { gaveUp, error, kind, summary: this.scene.summary() };
    return [farewell(end), nextAfter(end)];
  }

  /** Hang up and let go of everything; safe to call twice. */
  remove() {
    this.removed = true;
    this.client.hangUp();
    this.shortcuts.remove();
    this.wakeLock.remove();
    this.chat.remove();
    this.scene.remove();
    this.own.remove();
    this.voices.remove();
  }
}
