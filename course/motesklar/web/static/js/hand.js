// @ts-check
/**
 * The raised hand of somebody in a workshop. A module page has a place for it, `[data-hand]`, which
 * stays empty for everybody else. One press is enough; what it is about may be told besides.
 */

import { h, icon, replace } from "../widgets/lib/dom.js";
import { ApiError } from "../widgets/lib/http.js";
import { t } from "../widgets/lib/i18n.js";
import { HandDialog } from "./hand_dialog.js";
import { setText } from "./kept_elements.js";
import { myWorkshop, sendUntilAnswered } from "./my_workshop.js";
import { followMyWorkshop } from "./my_workshop_live.js";

/** @typedef {import("./my_workshop_live.js").MyWorkshopMessage} MyWorkshopMessage */
/** @typedef {{ workshop_id: string, title: string, module: string, raised: boolean, place: number | null }} Hand */
/** @typedef {{ raised: boolean, topic?: string, words?: string }} Wanted */

class HandButton {
  /** @param {HTMLElement} place */
  constructor(place) {
    this.place = place;
    /** @type {Wanted | null} what the person wants and the server doesn't know yet */
    this.wanted = null;
    this.sending = false;
    /** @type {MyWorkshopMessage | null | undefined} what was told last */
    this.told = undefined;
    /** Whether the server has said that the hand is up. */
    this.wasUp = false;
    this.words = h("span");
    this.button = h(
      "button",
      { type: "button", class: "button", "aria-pressed": "false", onclick: () => this.press() },
      icon("hand"),
      this.words,
    );
    this.more = h("button", { type: "button", class: "button button--quiet", onclick: () => this.openDialog() });
    this.status = h("p", { role: "status" });
    this.about = h("p", { class: "small hand__about", hidden: true });
    this.title = h("strong");
    this.answer = new AnswerBox();
    this.dialog = new HandDialog((topic, words) => this.want({ raised: true, topic, words }));
  }

  /** Show the button to those who are in a workshop. */
  async start() {
    const workshop = await myWorkshop();
    if (!workshop) return;
    this.title.textContent = workshop.title;
    this.showRaised(workshop.hand_raised);
    const about = h("p", null, t("You are in a workshop:"), " ", this.title);
    replace(
      this.place,
      h(
        "div",
        { class: "hand stack stack--tight" },
        about,
        this.button,
        this.more,
        this.status,
        this.about,
        this.answer.element,
        this.dialog.element,
      ),
    );
    followMyWorkshop((message) => this.hear(message));
  }

  press() {
    this.want({ raised: !this.isRaised });
  }

  openDialog() {
    this.dialog.open(this.told?.question ?? null);
  }

  /** @param {Wanted} wanted */
  want(wanted) {
    this.wanted = wanted;
    this.showRaised(wanted.raised);
    this.status.textContent = t("One moment…");
    if (!this.sending) this.save();
  }

  get isRaised() {
    return this.button.getAttribute("aria-pressed") === "true";
  }

  /** Tell the server what is wanted now; pressing meanwhile is told afterwards. */
  async save() {
    this.sending = true;
    try {
      while (this.wanted !== null) {
        const body = this.wanted;
        const { hand } = await sendUntilAnswered({ method: "POST", path: "/api/hand", body });
        if (this.wanted === body) {
          this.wanted = null;
          // one's own press needs no telling that the leader has lowered the hand
          if (!body.raised) this.wasUp = false;
          this.show(hand);
        }
      }
    } catch (error) {
      this.wanted = null;
      this.showRefusal(error);
    } finally {
      this.sending = false;
    }
    // what was told meanwhile, unless it is older than the answer
    const told = this.told;
    if (told && (told.question !== null) === this.isRaised) this.hear(told);
  }

  /** Nothing more is told: ask why. */
  async ask() {
    try {
      const { hand } = await sendUntilAnswered({ method: "GET", path: "/api/hand" });
      this.show(hand);
    } catch (error) {
      this.showRefusal(error);
    }
  }

  /** @param {MyWorkshopMessage | null} message */
  hear(message) {
    this.told = message;
    // while something is on its way, what is told may be older than that
    if (this.sending) return;
    if (message === null) return void this.ask();
    const { question, answer } = message;
    this.answer.show(answer);
    if (question === null) {
      if (this.isRaised) this.showDown(this.wasUp, answer !== null);
      return;
    }
    this.showUp(question.place, question.helper);
    const about = [question.topic === "other" ? "" : question.title, question.words].filter(Boolean).join(": ");
    this.about.hidden = about === "";
    setText(this.about, about && t("It is about: %(about)s", { about }));
  }

  /** @param {Hand | null} hand */
  show(hand) {
    if (hand === null) return this.showOver();
    this.title.textContent = hand.title;
    const question = this.told?.question;
    if (!hand.raised) this.showDown(false, false);
    else this.showUp(hand.place ?? 1, question?.place === hand.place ? question.helper : "");
  }

  /**
   * @param {number} place
   * @param {string} helper
   */
  showUp(place, helper) {
    this.wasUp = true;
    this.showRaised(true);
    this.setStatus(
      helper
        ? t("%(name)s is coming to you.", { name: helper })
        : t("Your hand is up. You are number %(place)s in the queue.", { place }),
    );
  }

  /**
   * @param {boolean} lowered by somebody else
   * @param {boolean} answered
   */
  showDown(lowered, answered) {
    this.wasUp = false;
    this.showRaised(false);
    this.about.hidden = true;
    if (answered) this.setStatus(t("You have got an answer. Raise your hand again if you need more help."));
    else if (lowered) this.setStatus(t("Your hand has been lowered. Raise it again if you need more help."));
    else this.setStatus(t("Your hand is down."));
  }

  showOver() {
    this.button.hidden = this.more.hidden = this.about.hidden = true;
    this.dialog.element.close();
    this.setStatus(t("The workshop has ended. You can go on by yourself."));
  }

  /** @param {boolean} raised */
  showRaised(raised) {
    this.button.hidden = this.more.hidden = false;
    this.button.setAttribute("aria-pressed", String(raised));
    setText(this.words, raised ? t("Lower your hand") : t("Raise your hand"));
    setText(this.more, raised ? t("Write what it is about") : t("Ask in writing"));
  }

  /** @param {unknown} error */
  showRefusal(error) {
    if (!(error instanceof ApiError)) throw error;
    this.showRaised(false);
    this.button.hidden = this.more.hidden = error.code === "not_in_workshop";
    this.setStatus(`${error.message} ${error.nextStep}`);
  }

  /** @param {string} text what is already said is not said again */
  setStatus(text) {
    setText(this.status, text);
  }
}

/** What was answered to all who asked about the same; stays until it is put away. */
class AnswerBox {
  constructor() {
    this.words = h("div", { role: "status" });
    this.close = h("button", { type: "button", class: "button", hidden: true, onclick: () => this.putAway() }, t("I have read it"));
    this.element = h("div", { class: "hand__answer stack stack--tight" }, this.words, this.close);
    this.id = "";
  }

  /** @param {import("./my_workshop_live.js").Answer | null} answer */
  show(answer) {
    const shown = answer !== null && sessionStorage.getItem("answer-read") !== answer.id ? answer : null;
    this.id = shown?.id ?? "";
    this.close.hidden = shown === null;
    setText(this.words, shown ? t("Answer about %(topic)s: %(words)s", { topic: shown.title, words: shown.words }) : "");
  }

  putAway() {
    sessionStorage.setItem("answer-read", this.id);
    this.show(null);
  }
}

const place = /** @type {HTMLElement | null} */ (document.querySelector("[data-hand]"));
if (place) new HandButton(place).start();
