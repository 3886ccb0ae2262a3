// @ts-check
/** What people in a call must know: from leaders, from the server, of their own devices. */

import { h, icon } from "../dom.js";
import { t } from "../i18n.js";
import { notice, Notices } from "./notice.js";
import { deviceProblem } from "./words.js";

/** @typedef {import("../media.js").Source} Source */
/** @typedef {import("../media_error.js").Reason} Reason */
/** @typedef {import("./messages.js").ServerMessage} ServerMessage */
/** @typedef {import("./messages.js").Track} Track */

export class News extends Notices {
  /** @param {() => void} onRead something has been read and put away: the focus needs a place */
  constructor(onRead) {
    super();
    this.onRead = onRead;
  }

  /** @param {ServerMessage} message */
  take(message) {
    switch (message.type) {
      case "muted": {
        const sentence = t("%(name)s has turned your microphone off.", { name: message.name });
        this.tell("muted", sentence, t("You can turn it on again when it is your turn."));
        break;
      }
      case "notice": {
        const sentence = t("Message from %(name)s:", { name: message.name });
        this.show("leader", notice("info", sentence, message.text, this.readButton("leader")));
        break;
      }
      case "restarting": {
        const next = t("Stay on the page. You come back by yourself within a few seconds.");
        this.tell("restarting", t("The server is about to start anew."), next);
        break;
      }
      case "error":
        this.show("error", notice("warn", message.message, message.next_step));
        break;
    }
  }

  /**
   * @param {string} cause
   * @param {string} sentence
   * @param {string} next
   * @param {...import("../dom.js").Child} more
   */
  tell(cause, sentence, next, ...more) {
    this.show(cause, notice("info", sentence, next, ...more));
  }

  /**
   * @param {Track} name
   * @param {Reason | null} reason null: it works now
   */
  tellProblem(name, reason) {
    if (reason === null) return this.clear(name);
    const { sentence, next } = deviceProblem(name, reason);
    this.show(name, notice("warn", sentence, next));
  }

  /**
   * @param {Source} source
   * @param {string} label of the device that took the place of the lost one
   */
  tellReplaced(source, label) {
    const sentence =
      source === "microphone"
        ? t("Your microphone was unplugged. Now we use: %(label)s", { label })
        : t("Your camera was unplugged. Now we use: %(label)s", { label });
    this.tell(source, sentence, t("You can choose another one under Sound, picture and keys."));
  }

  /** @param {HTMLElement} headset a button for whoever wears one */
  tellHall(headset) {
    this.tell(
      "hall",
      t("You are in the hall, so your microphone stays off."),
      t("Put a headset on and tick that you wear it. Or write instead."),
      headset,
    );
  }

  /** @param {string} cause */
  readButton(cause) {
    const onclick = () => {
      this.clear(cause);
      this.onRead();
    };
    const attributes = { type: "button", class: "button", onclick };
    return h("button", attributes, icon("check"), t("I have read it"));
  }
}
