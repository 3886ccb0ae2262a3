// @ts-check
/** The tasks of the practice call: what is to be done now, what is done, and in which ways. */

import { h, icon, replace } from "../dom.js";
import { t } from "../i18n.js";

/** @typedef {import("./bar.js").ButtonName} ButtonName */
/** @typedef {import("./messages.js").PartnerMessage} PartnerMessage */
/** @typedef {import("./messages.js").Task} Task */
/** @typedef {import("./messages.js").Way} Way */
/** @typedef {import("./messages.js").Wish} Wish */

/** @typedef {Exclude<Task, "">} RealTask */

/** In the order in which the partner asks. @type {RealTask[]} */
const ORDER = ["speak", "mute", "unmute", "camera", "chat", "hand", "screen", "failure"];

/** @returns {Record<RealTask, string>} */
function taskWords() {
  return {
    speak: t("Say something"),
    mute: t("Turn the microphone off"),
    unmute: t("Turn the microphone on again"),
    camera: t("Show yourself with the camera"),
    screen: t("Show your screen"),
    chat: t("Write a line"),
    hand: t("Raise your hand"),
    failure: t("Repair something that breaks"),
  };
}

/** @returns {Record<Way, string>} */
function wayWords() {
  return {
    speech: t("Say it aloud."),
    text: t("Write it in the chat."),
    sign: t("Sign, or show with your hands, in front of the camera."),
    leader: t("Ask your leader to confirm it."),
    button: t("Use the button at the bottom."),
  };
}

/** @type {Partial<Record<Task, ButtonName>>} the button that a task needs */
const BUTTONS = {
  mute: "microphone",
  unmute: "microphone",
  camera: "camera",
  screen: "screen",
  chat: "chat",
  hand: "hand",
};

/**
 * @param {Task} task
 * @param {boolean} microphone whether mine is on
 * @returns {ButtonName | null}
 */
export function buttonFor(task, microphone) {
  if (task === "speak") return microphone ? null : "microphone";
  return BUTTONS[task] ?? null;
}

export class Tasks {
  /** @param {(what: Wish) => void} onAsk */
  constructor(onAsk) {
    this.list = h("ol", { class: "tasks plain-list" });
    this.ways = h("ul", null);
    this.waysBox = h(
      "details",
      { class: "tasks__ways" },
      h("summary", null, t("Other ways to do this")),
      this.ways,
    );
    const ask = (
      /** @type {Wish} */ what,
      /** @type {string} */ words,
      /** @type {string} */ sign,
    ) =>
      h(
        "button",
        { type: "button", class: "button", onclick: () => onAsk(what) },
        icon(sign),
        words,
      );
    this.repeat = ask("repeat", t("Say it again"), "volume-2");
    this.skip = ask("skip", t("Skip this"), "arrow-right");
    this.again = ask("again", t("Start again"), "refresh-cw");
    this.element = h(
      "section",
      { class: "call__tasks stack stack--tight", "aria-label": t("What you practise") },
      h("h3", null, t("What you practise")),
      this.list,
      this.waysBox,
      h(
        "div",
        { class: "row" },
        this.repeat,
        this.skip,
        ask("break", t("Let something break"), "triangle-alert"),
        this.again,
      ),
    );
    this.show("", [], {});
  }

  /** @param {PartnerMessage} message */
  take({ task, ways, done }) {
    this.show(task, ways, done);
  }

  /**
   * @param {Task} task
   * @param {Way[]} ways
   * @param {Partial<Record<Task, Way>>} done
   */
  show(task, ways, done) {
    const words = taskWords();
    replace(
      this.list,
      ORDER.map((each) => this.row(words[each], each in done, each === task)),
    );
    replace(
      this.ways,
      ways.map((way) => h("li", null, wayWords()[way])),
    );
    this.waysBox.hidden = ways.length < 2;
    if (task === "" && document.activeElement === this.skip) this.repeat.focus();
    this.skip.hidden = task === "";
    this.again.hidden = Object.keys(done).length === 0;
  }

  /**
   * @param {string} words
   * @param {boolean} done
   * @param {boolean} now
   */
  row(words, done, now) {
    const state = done ? t("Done") : now ? t("Now") : "";
    return h(
      "li",
      { class: "tasks__row", "data-done": done, "aria-current": now && "step" },
      icon(done ? "circle-check" : now ? "arrow-right" : "circle"),
      h("span", null, words),
      state && h("span", { class: "badge" }, state),
    );
  }
}
