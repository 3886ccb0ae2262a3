// @ts-check
/**
 * What breaks on purpose, so that repairing it has been done once in peace. The page makes it
 * happen; the server sees it repaired. A way out is always there.
 */

import { h, icon, replace, uniqueId } from "../dom.js";
import { t } from "../i18n.js";

/** @typedef {import("./messages.js").FailureKind} FailureKind */

/** The network comes back by itself after this long. */
const AWAY_MS = 20_000;

/**
 * @typedef {object} FailureTools
 * @property {() => void} mute turn my microphone off
 * @property {() => void} unmute
 * @property {(track: MediaStreamTrack | null) => void} standIn send this instead of the microphone
 * @property {() => string} microphone the name of the real one
 * @property {(ms: number) => void} drop lose the connection
 * @property {() => void} hurry come back at once
 * @property {() => void} giveUp the person leaves it
 * @property {() => void} refocus a button with the focus is gone: put it where one goes on
 */

export class Failures {
  /** @param {FailureTools} tools */
  constructor(tools) {
    this.tools = tools;
    /** @type {FailureKind | null} */
    this.kind = null;
    /** @type {AudioContext | null} a microphone that hears nothing */
    this.silence = null;
    this.element = h("section", {
      class: "failure",
      hidden: true,
      "aria-label": t("Something is broken on purpose"),
    });
  }

  /** @param {FailureKind} kind */
  begin(kind) {
    this.mend();
    this.kind = kind;
    this.element.hidden = false;
    if (kind === "muted") this.breakMicrophone();
    if (kind === "wrong_device") this.breakDevice();
    if (kind === "network") this.breakNetwork();
  }

  breakMicrophone() {
    this.tools.mute();
    this.show(
      t("Nobody hears you. Can you find out why?"),
      t(
        "Look at the buttons at the bottom. One of them shows that your microphone is off. Press it, and say something.",
      ),
      this.way(t("Do it for me"), () => this.tools.unmute()),
    );
  }

  breakDevice() {
    this.silence = new AudioContext();
    const { stream } = this.silence.createMediaStreamDestination();
    this.tools.standIn(stream.getAudioTracks()[0]);
    this.tools.unmute();
    const id = uniqueId("wrong-device");
    const wrong = t("Line in (nothing is plugged in)");
    const right = this.tools.microphone() || t("Your own microphone");
    const select = h(
      "select",
      { id },
      h("option", { value: "wrong" }, wrong),
      h("option", { value: "right" }, right),
    );
    select.addEventListener("change", () => {
      if (select.value === "right") this.unsilence();
    });
    this.show(
      t("Your microphone is on, but nobody hears you."),
      t(
        "The computer listens to the wrong microphone. Choose the right one in the list, and say something.",
      ),
      h("div", { class: "field" }, h("label", { for: id }, t("Microphone")), select),
      this.way(t("Do it for me"), () => {
        select.value = "right";
        this.unsilence();
      }),
    );
  }

  breakNetwork() {
    this.tools.drop(AWAY_MS);
    this.show(
      t("The network is gone."),
      t(
        "So it looks when a network drops out. Wait, and the call comes back by itself. Or press the button.",
      ),
      this.way(t("Connect again"), () => this.tools.hurry()),
    );
  }

  /**
   * @param {string} sentence
   * @param {string} next
   * @param {...import("../dom.js").Child} more
   */
  show(sentence, next, ...more) {
    const leave = h(
      "button",
      { type: "button", class: "button button--quiet", onclick: () => this.leave() },
      t("Skip this"),
    );
    const words = h("div", { class: "stack stack--tight" });
    words.append(
      h("p", { class: "small" }, t("This is broken on purpose, so that you can practise.")),
      h("p", null, h("strong", null, sentence)),
      h("p", null, next),
      h("div", { class: "row" }, ...more, leave),
    );
    replace(
      this.element,
      h("div", { class: "notice notice--warn", role: "alert" }, icon("triangle-alert"), words),
    );
  }

  /**
   * @param {string} words
   * @param {() => void} onclick
   */
  way(words, onclick) {
    return h("button", { type: "button", class: "button", onclick }, words);
  }

  /** The server has seen it repaired. */
  repaired() {
    this.mend();
    this.element.hidden = false;
    const words = h("p", null, h("strong", null, t("It works again. Well repaired!")));
    replace(
      this.element,
      h("div", { class: "notice notice--ok", role: "status" }, icon("circle-check"), words),
    );
  }

  leave() {
    const { kind } = this;
    this.mend();
    if (kind === "muted") this.tools.unmute();
    if (kind === "network") this.tools.hurry();
    this.tools.giveUp();
  }

  /** Everything as before; safe to call when nothing is broken. */
  mend() {
    const hadFocus = this.element.contains(document.activeElement);
    this.unsilence();
    this.kind = null;
    this.element.hidden = true;
    replace(this.element);
    if (hadFocus) this.tools.refocus();
  }

  unsilence() {
    if (!this.silence) return;
    this.silence.close();
    this.silence = null;
    this.tools.standIn(null);
  }
}
