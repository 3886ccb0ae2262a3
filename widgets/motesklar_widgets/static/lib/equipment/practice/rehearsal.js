// @ts-check
/** One rehearsal: what is done on the drawn computer, what is said of it, and the way to be shown. */

import { announce, h, replace } from "../../dom.js";
import { t } from "../../i18n.js";
import { notice } from "../../widget.js";
import { findingOf } from "../findings.js";
import { hintFor, stepOf } from "./coach.js";
import { DrawnComputer } from "./drawn_computer.js";
import { after, isInPlace, nextAction, parts, unmet, worthOf } from "./machine.js";
import { sceneOf } from "./scenes.js";

/** @typedef {import("./machine.js").Computer} Computer */
/** @typedef {import("../../types.js").Check} Check */

/** Being shown is offered to whoever has tried twice, or looked at it for so long. */
const MISSES = 2;
const LOOK_MS = 30_000;

export class Rehearsal {
  /**
   * @param {Computer} computer
   * @param {(actions: string[]) => void} onRepaired
   */
  constructor(computer, onRepaired) {
    this.computer = computer;
    this.onRepaired = onRepaired;
    this.settings = computer.start;
    /** @type {string[]} */
    this.actions = [];
    this.misses = 0;
    this.drawn = new DrawnComputer((action) => this.act(action));
    this.told = h("div", { class: "stack" });
    this.showMe = button(t("Show me how"), () => this.demonstrate());
    this.again = button(t("Start again"), () => this.restart());
    this.showMe.hidden = true;
    this.again.hidden = true;
    this.buttons = h("div", { class: "row" }, this.showMe, this.again);
    this.el = h("div", { class: "stack" }, this.drawn.el, this.told, this.buttons);
    this.closing = new AbortController();
    this.watch();
    this.show();
  }

  /** Offer to show it to whoever has had it before their eyes for a while. */
  watch() {
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    let timer;
    const observer = new IntersectionObserver(([entry]) => {
      if (!entry.isIntersecting) return;
      observer.disconnect();
      timer = setTimeout(() => this.offer(), LOOK_MS);
    });
    observer.observe(this.drawn.el);
    this.closing.signal.addEventListener("abort", () => {
      observer.disconnect();
      clearTimeout(timer);
    });
  }

  close() {
    this.closing.abort();
  }

  offer() {
    if (!this.showMe.hidden || this.drawn.el.inert) return;
    this.showMe.hidden = false;
    announce(t("If you want to see how it is done, press Show me how, below the computer."));
  }

  get scene() {
    return sceneOf(unmet(this.computer, this.settings)?.name);
  }

  show() {
    this.drawn.show(this.settings, this.scene);
  }

  /** @param {string} action */
  act(action) {
    const worth = worthOf(this.computer, this.settings, action);
    this.settings = after(this.computer, this.settings, action);
    this.actions.push(action);
    this.again.hidden = false;
    this.show();
    if (!unmet(this.computer, this.settings)) this.finish();
    else if (this.actions.length === this.computer.mostActions) this.restart();
    else this.comment(hintFor(worth, action, isInPlace(this.computer, this.settings)), action);
  }

  /**
   * @param {[string, string] | null} hint
   * @param {string} action
   */
  comment(hint, action) {
    this.drawn.say(parts(action)[0], hint && notice("info", ...hint));
    if (!hint) return;
    const { seen, anna } = this.scene;
    announce([...hint, seen, anna && t("Anna:"), anna].filter(Boolean).join(" "));
    this.misses += 1;
    if (this.misses >= MISSES) this.offer();
  }

  finish() {
    this.onRepaired(this.actions);
    const heading = this.showDone();
    // the control that had the focus can't be used any more
    heading.focus();
  }

  /**
   * It is repaired, now or in an earlier visit.
   *
   * @param {string[]} [actions] those of an earlier visit
   */
  showDone(actions = []) {
    this.settings = actions.reduce((s, action) => after(this.computer, s, action), this.settings);
    this.show();
    this.drawn.say("", null);
    this.drawn.el.inert = true;
    this.showMe.hidden = true;
    this.again.hidden = false;
    replace(this.again, t("Practise again"));
    const heading = h("div", { tabindex: -1 }, this.outcome());
    replace(this.told, heading, this.recap());
    return heading;
  }

  /** What the check itself says when all is well. */
  outcome() {
    const need = unmet(this.computer, this.computer.start);
    const { sentence } = findingOf(/** @type {Check} */ (need?.check), "works");
    return notice("ok", t("You have repaired it. A test on this computer would say:"), sentence);
  }

  recap() {
    const need = unmet(this.computer, this.computer.start);
    const { sentence } = findingOf(/** @type {Check} */ (need?.check), need?.finding ?? "");
    const steps = [...this.way()].map((action) => h("li", null, stepOf(action)));
    return h(
      "div",
      { class: "prose" },
      h("p", null, t("When a test says “%(sentence)s”, you can do the same:", { sentence })),
      h("ol", null, steps),
    );
  }

  /** The shortest way to a repair, action by action. */
  *way() {
    let settings = this.computer.start;
    while (unmet(this.computer, settings)) {
      const action = nextAction(this.computer, settings);
      yield action;
      settings = after(this.computer, settings, action);
    }
  }

  /** Do it step by step, at the person's own pace; then it is their turn. */
  demonstrate() {
    this.restart();
    this.drawn.el.inert = true;
    const way = [...this.way()];
    const list = h("ol", { class: "prose" });
    const next = button(t("Next step"), () => {
      const action = /** @type {string} */ (way.shift());
      this.settings = after(this.computer, this.settings, action);
      this.show();
      this.drawn.point(parts(action)[0]);
      list.append(h("li", null, stepOf(action)));
      const isDone = way.length === 0;
      const ending = isDone ? [t("Now it works."), t("Anna:"), this.scene.anna] : [];
      announce([stepOf(action), ...ending].join(" "));
      if (!isDone) return;
      mine.focus();
      next.remove();
    });
    const mine = button(t("Now I try myself"), () => this.restart());
    next.classList.add("button--primary");
    this.buttons.hidden = true;
    replace(this.told, list, h("div", { class: "row" }, next, mine));
    next.focus();
  }

  /** As it was at the beginning; what was done before is forgotten. */
  restart() {
    this.settings = this.computer.start;
    this.actions = [];
    this.misses = 0;
    this.drawn.el.inert = false;
    this.drawn.say("", null);
    this.drawn.point(null);
    replace(this.told);
    this.buttons.hidden = false;
    this.again.hidden = true;
    replace(this.again, t("Start again"));
    this.show();
    this.drawn.el.focus();
    announce(t("The computer is as it was at the beginning."));
  }
}

/**
 * @param {string} words
 * @param {() => void} onclick
 */
function button(words, onclick) {
  return h("button", { type: "button", class: "button", onclick }, words);
}
