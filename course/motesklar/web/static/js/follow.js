// @ts-check
/**
 * Where everybody in a workshop is asked to go. It is a link: nobody is taken away from what they do.
 */

import { announce, h, icon, replace } from "../widgets/lib/dom.js";
import { t } from "../widgets/lib/i18n.js";
import { page, url } from "../widgets/lib/page.js";
import { countdown, ServerClock } from "./server_clock.js";

/**
 * What `workshops/sheet/messages.py` sends.
 *
 * @typedef {{ path: string, module: string, step: string, title: string }} Place
 * @typedef {{ now: string, place: Place | null, media: string, timer_ends_at: string | null }} FollowMessage
 */

const TICK_MS = 500;

export class Follow {
  constructor() {
    this.clock = new ServerClock();
    this.link = h("div", { class: "stack stack--tight" });
    this.network = h("div");
    this.timer = h("p", { class: "follow__timer", hidden: true });
    this.el = h("div", { class: "follow stack stack--tight" }, this.link, this.timer, this.network);
    /** @type {string | null | undefined} the address that is shown; undefined before the first */
    this.path = undefined;
    this.media = "all";
    /** @type {string | null} */
    this.endsAt = null;
    setInterval(() => this.tick(), TICK_MS);
  }

  /** @param {FollowMessage | null} told None when the reader is in no workshop any more */
  show(told) {
    if (told) this.clock.set(told.now);
    this.showPlace(told?.place ?? null);
    this.showMedia(told?.media ?? "all");
    this.endsAt = told?.timer_ends_at ?? null;
    this.tick();
  }

  /** @param {Place | null} place */
  showPlace(place) {
    const path = place?.path ?? null;
    if (path === this.path) return;
    const isFirst = this.path === undefined;
    this.path = path;
    if (place === null || isHere(place, isFirst)) return replace(this.link);
    const words = t("The group is at: %(place)s", { place: place.title });
    replace(
      this.link,
      h(
        "div",
        { class: "notice notice--info" },
        h("p", null, h("strong", null, words)),
        h(
          "a",
          { class: "button button--primary", href: url(place.path), onclick: () => replace(this.link) },
          t("Follow"),
          icon("arrow-right"),
        ),
      ),
    );
    announce(words);
  }

  /** @param {string} media */
  showMedia(media) {
    if (media === this.media) return;
    this.media = media;
    const words =
      media === "sound"
        ? t("The network in the hall is full. Keep your camera off for a while.")
        : t("The network in the hall is full. Do not call from the hall for a while.");
    replace(this.network, media === "all" ? null : h("p", { class: "notice notice--warn" }, icon("wifi"), h("span", null, words)));
    if (media !== "all") announce(words);
  }

  tick() {
    this.timer.hidden = this.endsAt === null;
    if (this.endsAt !== null) {
      this.timer.textContent = t("Time left: %(time)s", { time: countdown(this.clock.until(this.endsAt)) });
    }
  }
}

/**
 * Whoever has just come to the place needs no link to it.
 *
 * @param {Place} place
 * @param {boolean} isFirst
 */
function isHere(place, isFirst) {
  return isFirst && place.module === page.module && (!place.step || location.hash === `#step-${place.step}`);
}
