// @ts-check
/**
 * The one flow: where do you sit, then one check after another, then what it came to.
 *
 * The network is measured from the start, behind the other checks, because nobody has to do
 * anything for it. What passed on this device within some days is not asked again, but can be.
 */

import { WakeLock } from "../call/wake_lock.js";
import { announce, h, replace } from "../dom.js";
import { t } from "../i18n.js";
import { CheckList } from "./check_list.js";
import { browser } from "./checks/browser.js";
import { camera } from "./checks/camera.js";
import { microphone } from "./checks/microphone.js";
import { network } from "./checks/network.js";
import { speaker } from "./checks/speaker.js";
import { findingOf } from "./findings.js";
import { CheckFrame } from "./frame.js";
import { daysSince } from "./memory.js";
import { keptPlace, PlaceQuestion } from "./place.js";
import { isDone } from "./readiness.js";
import { Summary } from "./summary.js";
import { testedWhen } from "./tested_when.js";

/** @typedef {import("../media.js").Media} Media */
/** @typedef {import("../types.js").Verdict} Verdict */
/** @typedef {import("../types.js").Check} Check */
/** @typedef {import("./session.js").Session} Session */
/** @typedef {import("./world.js").World} World */

/** In order; the browser first, because the others need it. */
export const ALL_CHECKS = [browser, speaker, microphone, camera, network];

/**
 * @typedef {object} FlowParts
 * @property {Media} media
 * @property {World} world
 * @property {Session} session
 * @property {HTMLElement | null} next the way on, at the end
 * @property {boolean} [alone] false: somebody else on the page uses the devices too
 * @property {import("./frame.js").CheckParts[]} [checks]
 */

export class EquipmentFlow {
  /** @param {FlowParts} parts */
  constructor({ media, world, session, next, alone = true, checks = ALL_CHECKS }) {
    this.checks = checks;
    this.alone = alone;
    this.media = media;
    this.world = world;
    this.session = session;
    this.next = next;
    /** @type {WakeLock | null} */
    this.awake = null;
    session.memory.chooseDevices(media);
    /** @type {Map<Check, Verdict>} */
    this.verdicts = new Map();
    /** @type {Map<Check, number>} days since a check that is not asked again passed */
    this.remembered = new Map();
    this.remember();
    /** @type {Record<Check, CheckFrame>} */
    this.frames = /** @type {any} */ (
      Object.fromEntries(this.checks.map((part) => [part.check, this.frame(part)]))
    );
    for (const [check, verdict] of this.verdicts) this.frames[check].restore(verdict);
    /** @type {Check | "place" | "summary"} what is shown */
    this.shown = "place";
    this.list = new CheckList(this.checks, (check) => this.open(check));
    this.heading = h("h2", { tabindex: "-1" });
    this.body = h("div", { class: "stack" });
    this.onward = h(
      "button",
      { type: "button", class: "button button--primary", hidden: true, onclick: () => this.goOn() },
      t("Go on"),
    );
    this.panel = h("section", { class: "equipment__panel card stack" }, this.heading, this.body);
    this.flow = h("div", { class: "equipment__flow" }, this.list.el, this.panel);
    this.el = h("div", { class: "equipment" }, this.flow);
    this.showPlace();
  }

  remember() {
    for (const { check } of this.checks) {
      const passed = this.session.memory.passed(check);
      if (!passed) continue;
      this.verdicts.set(check, { verdict: "pass", finding: passed.finding, figures: {} });
      this.remembered.set(check, daysSince(passed.at));
    }
  }

  /** @param {import("./frame.js").CheckParts} parts */
  frame(parts) {
    return new CheckFrame(parts, {
      media: this.media,
      world: this.world,
      place: () => keptPlace(this.session.table),
      alone: this.alone,
      step: "",
      onVerdict: (check, verdict) => this.take(check, verdict),
    });
  }

  // ---- the panel

  /**
   * @param {Check | "place" | "summary"} name
   * @param {string} title
   * @param {...import("../dom.js").Child} children
   */
  show(name, title, ...children) {
    if (this.shown !== name && this.shown in this.frames && this.shown !== "network") {
      this.frames[/** @type {Check} */ (this.shown)].stop();
    }
    this.shown = name;
    this.flow.dataset.shown = name;
    replace(this.heading, title);
    replace(this.body, ...children);
    this.refresh();
  }

  showPlace() {
    const days = Math.max(...this.remembered.values());
    const known = this.remembered.size > 0;
    const question = new PlaceQuestion();
    const begin = h(
      "button",
      {
        type: "button",
        class: "button button--primary button--large",
        onclick: () => this.begin(),
      },
      t("Begin"),
    );
    this.show(
      "place",
      t("Before we begin"),
      known &&
        h(
          "p",
          { class: "equipment__remembered" },
          testedWhen(days),
          " ",
          t("What worked then is not asked again. You can test it again at the end."),
        ),
      question.el,
      h(
        "p",
        { class: "soft" },
        t("Sound and picture stay on your device. Only how the test went is saved."),
      ),
      h(
        "div",
        { class: "row" },
        begin,
        known && this.button(t("Test everything again"), () => this.beginAnew()),
      ),
    );
  }

  /**
   * @param {string} words
   * @param {() => void} onclick
   */
  button(words, onclick) {
    return h("button", { type: "button", class: "button", onclick }, words);
  }

  beginAnew() {
    for (const check of this.remembered.keys()) this.verdicts.delete(check);
    this.remembered.clear();
    this.begin();
  }

  begin() {
    this.frames.network.start();
    this.open("browser");
  }

  /** @param {Check} check */
  open(check) {
    const frame = this.frames[check];
    // a phone that goes dark turns its microphone off
    this.awake ??= new WakeLock();
    this.show(check, frame.parts.title, frame.el);
    frame.actions.prepend(this.onward);
    this.showOnward(frame);
    this.heading.focus();
    if (check === "browser") frame.start();
    else if (check !== "network") this.startIfAllowed(frame);
    else if (!frame.running && !this.verdicts.has("network")) frame.start();
  }

  /**
   * Where the browser has nothing to ask, the explanation needs no press either.
   *
   * @param {CheckFrame} frame
   */
  async startIfAllowed(frame) {
    if (!frame.source || this.verdicts.has(frame.parts.check)) return;
    const state = await this.media.permission(frame.source);
    if (state === "granted" && this.shown === frame.parts.check && !frame.touched) frame.start();
  }

  // ---- verdicts

  /**
   * @param {Check} check
   * @param {Verdict} verdict
   */
  take(check, verdict) {
    this.verdicts.set(check, verdict);
    this.remembered.delete(check);
    this.session.memory.keep(check, verdict, this.media);
    this.refresh();
    if (this.shown !== check) return;
    this.showOnward(this.frames[check]);
    // these have nothing more to show; microphone and camera have: hear and see yourself
    if (isDone(verdict) && (verdict.verdict === "skipped" || !this.frames[check].source)) {
      announce(findingOf(check, verdict.finding).sentence);
      // when the frame has ended its try
      queueMicrotask(() => this.shown === check && this.goOn());
    } else if (verdict.verdict === "pass") {
      this.onward.focus();
    }
  }

  /**
   * One main button at a time: to test, or to go on.
   *
   * @param {CheckFrame} frame
   */
  showOnward(frame) {
    const has = this.verdicts.has(frame.parts.check);
    this.onward.hidden = !has;
    frame.button.classList.toggle("button--primary", !has);
  }

  /** To the next check that is still to be done, or to the end. */
  goOn() {
    const at = this.checks.findIndex(({ check }) => check === this.shown);
    const next = this.checks.slice(at + 1).find(({ check }) => !this.verdicts.has(check));
    if (next) this.open(next.check);
    else this.finish();
  }

  finish() {
    this.rest();
    const summary = new Summary(this.results(), {
      world: this.world,
      onAgain: (check) => this.again(check),
      whenRecorded: () => this.whenRecorded(),
      next: this.next,
    });
    this.show("summary", t("How it went"), summary.el);
    this.heading.focus();
  }

  /** @param {Check} check */
  again(check) {
    this.verdicts.delete(check);
    this.remembered.delete(check);
    this.open(check);
  }

  results() {
    return this.checks.map(({ check, title }) => ({
      check,
      title,
      verdict: this.verdicts.get(check) ?? null,
      days: this.remembered.get(check) ?? null,
    }));
  }

  async whenRecorded() {
    await Promise.all(Object.values(this.frames).map((frame) => frame.recorded));
  }

  refresh() {
    this.list?.show(this.results(), this.shown);
  }

  /** Nothing is tested now: the screen may go dark. */
  rest() {
    this.awake?.remove();
    this.awake = null;
  }

  /** Turn everything off; safe to call twice. */
  close() {
    this.rest();
    for (const frame of Object.values(this.frames)) frame.close();
  }
}
