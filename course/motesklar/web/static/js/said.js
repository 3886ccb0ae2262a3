// @ts-check
/**
 * What the leader writes to everybody, and what is said in the hall, on a participant's page. The
 * page has a place for it, `[data-said]`, which stays empty for everybody else.
 */

import { announce, h, replace } from "../widgets/lib/dom.js";
import { t } from "../widgets/lib/i18n.js";
import { CaptionLines } from "./captions.js";
import { setChildren, setText } from "./kept_elements.js";
import { myWorkshop } from "./my_workshop.js";
import { followMyWorkshop } from "./my_workshop_live.js";
import { timeText } from "./time_text.js";

/** @typedef {import("./my_workshop_live.js").MyWorkshopMessage} MyWorkshopMessage */
/** @typedef {import("./my_workshop_live.js").Written} Written */

class Said {
  /** @param {HTMLElement} place */
  constructor(place) {
    this.place = place;
    this.captions = new CaptionLines({ canSwitchOff: true });
    this.newest = h("p");
    this.earlier = h("ul", { class: "said__earlier" });
    this.fold = h("details", null, h("summary", null, t("Earlier messages")), this.earlier);
    this.messages = h("div", { class: "said stack stack--tight", hidden: true }, this.newest, this.fold);
    /** @type {string | null} the newest message that has been shown; null before the first look */
    this.shown = null;
  }

  async start() {
    if (!(await myWorkshop())) return;
    replace(this.place, this.messages, this.captions.element);
    this.measureBar();
    followMyWorkshop((message) => this.show(message));
  }

  /** @param {MyWorkshopMessage | null} message null: the workshop is over, and nothing of it stays */
  show(message) {
    const said = message?.said ?? [];
    this.captions.show(message?.captions ?? []);
    const newest = said.at(-1);
    this.messages.hidden = newest === undefined;
    const id = newest?.id ?? "";
    if (id === this.shown) return;
    const isNew = this.shown !== null && newest !== undefined;
    this.shown = id;
    const words = newest ? saidText(newest) : "";
    setText(this.newest, words);
    const earlier = said.slice(0, -1).reverse();
    this.fold.hidden = earlier.length === 0;
    setChildren(this.earlier, earlier.map((one) => h("li", null, saidText(one))));
    if (isNew) announce(words);
  }

  /** On a phone the bar lies over the page's foot: tell the styles how much of it. */
  measureBar() {
    const bar = /** @type {HTMLElement} */ (this.place.parentElement);
    new ResizeObserver(() => {
      document.documentElement.style.setProperty("--workshop-bar", `${bar.offsetHeight + 16}px`);
    }).observe(bar);
  }
}

/** @param {Written} written */
function saidText({ name, words, at }) {
  return t("%(name)s, %(time)s: %(words)s", { name, words, time: timeText(at) });
}

const place = /** @type {HTMLElement | null} */ (document.querySelector("[data-said]"));
if (place) new Said(place).start();
