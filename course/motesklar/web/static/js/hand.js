// @ts-check
/**
 * The raised hand of somebody in a workshop. A module page has a place for it, `[data-hand]`, which
 * stays empty for everybody else.
 */

import { h, icon, replace } from "../widgets/lib/dom.js";
import { ApiError, send } from "../widgets/lib/http.js";
import { t } from "../widgets/lib/i18n.js";
import { myWorkshop, sendUntilAnswered } from "./my_workshop.js";

/** While the hand is up: whether the leader has lowered it, and how the queue moves. */
const LOOK_AGAIN_MS = 10_000;

/** @typedef {{ workshop_id: string, title: string, module: string, raised: boolean, place: number | null }} Hand */

class HandButton {
  /** @param {HTMLElement} place */
  constructor(place) {
    this.place = place;
    /** @type {boolean | null} what the person wants and the server doesn't know yet */
    this.wanted = null;
    this.sending = false;
    this.words = h("span");
    this.button = h(
      "button",
      { type: "button", class: "button", "aria-pressed": "false", onclick: () => this.press() },
      icon("hand"),
      this.words,
    );
    this.status = h("p", { role: "status" });
    this.title = h("strong");
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.timer = undefined;
  }

  /** Show the button to those who are in a workshop. */
  async start() {
    const workshop = await myWorkshop();
    if (!workshop) return;
    this.title.textContent = workshop.title;
    this.showRaised(workshop.hand_raised);
    const about = h("p", null, t("You are in a workshop:"), " ", this.title);
    replace(this.place, h("div", { class: "hand stack stack--tight" }, about, this.button, this.status));
    document.addEventListener("visibilitychange", () => this.look());
    if (workshop.hand_raised) await this.look();
  }

  press() {
    this.wanted = !this.isRaised;
    this.showRaised(this.wanted);
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
        const raised = this.wanted;
        const { hand } = await sendUntilAnswered({ method: "POST", path: "/api/hand", body: { raised } });
        if (this.wanted === raised) {
          this.wanted = null;
          this.show(hand);
        }
      }
    } catch (error) {
      this.wanted = null;
      this.showRefusal(error);
    } finally {
      this.sending = false;
    }
  }

  /** See how it stands, unless nobody looks or something is on its way. */
  async look() {
    clearTimeout(this.timer);
    if (document.hidden || this.sending) return;
    try {
      const { hand } = await send({ method: "GET", path: "/api/hand" });
      if (!this.sending) this.show(hand);
    } catch (error) {
      if (error instanceof ApiError) return this.showRefusal(error);
      // no answer: the next look may get one
      this.lookLater();
    }
  }

  lookLater() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.look(), LOOK_AGAIN_MS);
  }

  /** @param {Hand | null} hand */
  show(hand) {
    if (hand === null) {
      this.button.hidden = true;
      this.setStatus(t("The workshop has ended. You can go on by yourself."));
      return;
    }
    const lowered = this.isRaised && !hand.raised && this.status.dataset.up === "true";
    this.button.hidden = false;
    this.title.textContent = hand.title;
    this.showRaised(hand.raised);
    if (hand.raised) {
      this.setStatus(t("Your hand is up. You are number %(place)s in the queue.", { place: hand.place ?? 1 }));
      this.lookLater();
    } else {
      this.setStatus(lowered ? t("The leader has lowered your hand. Raise it again if you need more help.") : t("Your hand is down."));
    }
    this.status.dataset.up = String(hand.raised);
  }

  /** @param {boolean} raised */
  showRaised(raised) {
    this.button.setAttribute("aria-pressed", String(raised));
    this.words.textContent = raised ? t("Lower your hand") : t("Raise your hand");
  }

  /** @param {unknown} error */
  showRefusal(error) {
    if (!(error instanceof ApiError)) throw error;
    this.showRaised(false);
    this.button.hidden = error.code === "not_in_workshop";
    this.setStatus(`${error.message} ${error.nextStep}`);
  }

  /** @param {string} text what is already said is not said again */
  setStatus(text) {
    if (this.status.textContent !== text) this.status.textContent = text;
  }
}

const place = /** @type {HTMLElement | null} */ (document.querySelector("[data-hand]"));
if (place) new HandButton(place).start();
