// @ts-check
/** Everybody who is seen: their tiles, my own, and a shared screen above them. */

import { h, icon, replace } from "../dom.js";
import { t } from "../i18n.js";
import { LookingRule, ROOM_DESKTOP, ROOM_PHONE, sameLooking } from "./looking.js";
import { Tile } from "./tile.js";

/** @typedef {import("./client.js").Looking} Looking */
/** @typedef {import("./lines.js").Incoming} Incoming */
/** @typedef {import("./roster.js").Roster} Roster */

/** A page that is only glanced away from keeps its pictures. */
const AWAY_MS = 2_000;

export class Stage {
  /**
   * @param {Roster} roster
   * @param {HTMLElement} own my own tile
   * @param {(looking: Looking) => void} onLook
   */
  constructor(roster, own, onLook) {
    this.roster = roster;
    this.onLook = onLook;
    this.rule = new LookingRule();
    this.hall = false;
    this.hidden = document.hidden;
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.glancing = undefined;
    /** @type {Looking} */
    this.looking = { pinned: null, videos: [], count: 0 };
    /** @type {Incoming} */
    this.incoming = { audio: [], video: [], screen: null };
    /** @type {Map<string, Tile>} */
    this.tiles = new Map();
    this.own = own;
    this.screen = h("video", {
      class: "stage__screen",
      autoplay: true,
      muted: true,
      playsInline: true,
    });
    this.screenTitle = h("figcaption");
    this.screenFigure = h("figure", { hidden: true }, this.screen, this.screenTitle);
    this.grid = h(
      "ul",
      { class: "stage__grid plain-list", tabindex: "-1", "aria-label": t("People you see") },
      own,
    );
    this.pager = this.buildPager();
    this.element = h("div", { class: "stage" }, this.screenFigure, this.grid, this.pager.element);
    this.phone = matchMedia("(max-width: 40rem)");
    this.leaving = new AbortController();
    const { signal } = this.leaving;
    this.phone.addEventListener("change", () => this.show(), { signal });
    document.addEventListener("visibilitychange", () => this.glance(), { signal });
  }

  buildPager() {
    const turn = (/** @type {number} */ by) => () => {
      this.rule.page = Math.max(0, this.rule.page + by);
      this.show();
    };
    const back = h(
      "button",
      { type: "button", class: "button", onclick: turn(-1) },
      icon("arrow-left"),
      t("Back"),
    );
    const next = h(
      "button",
      { type: "button", class: "button", onclick: turn(1) },
      t("See others"),
      icon("arrow-right"),
    );
    const words = h("p", { class: "small" });
    return {
      element: h("div", { class: "row", hidden: true }, back, words, next),
      back,
      next,
      words,
    };
  }

  /** @param {Incoming} incoming of a new connection */
  take(incoming) {
    this.incoming = incoming;
    this.show();
  }

  /** @param {boolean} hall in the hall no pictures come, to spare the network */
  setHall(hall) {
    this.hall = hall;
    this.show();
  }

  glance() {
    clearTimeout(this.glancing);
    const away = document.hidden;
    this.glancing = setTimeout(
      () => {
        this.hidden = away;
        this.show();
      },
      away ? AWAY_MS : 0,
    );
  }

  /** @param {string} member */
  pin(member) {
    this.rule.pinned = this.rule.pinned === member ? null : member;
    this.show();
  }

  /** Everything anew, from what is known now; what hasn't changed is left alone. */
  show() {
    this.rule.room = this.phone.matches ? ROOM_PHONE : ROOM_DESKTOP;
    this.rule.away = this.hidden || this.hall;
    const looking = this.rule.wanted(this.roster.withCamera);
    this.showTiles();
    this.showScreen();
    this.showPager();
    if (sameLooking(looking, this.looking)) return;
    this.looking = looking;
    this.onLook(looking);
  }

  showTiles() {
    const { seen, speaking } = this.roster;
    const ids = new Set(seen.map(({ member }) => member.id));
    for (const [id, tile] of this.tiles) {
      if (ids.has(id)) continue;
      if (tile.element.contains(document.activeElement)) this.grid.focus();
      tile.remove();
      this.tiles.delete(id);
    }
    for (const { member, slot } of seen) {
      const tile = this.tiles.get(member.id) ?? this.add(member);
      tile.watch(this.incoming.video[slot] ?? null);
      const pinned = this.rule.pinned === member.id;
      tile.show(member, { speaking: speaking.has(member.id), pinned });
    }
    this.grid.dataset.count = String(seen.length + 1);
  }

  /** @param {import("./messages.js").Member} member */
  add(member) {
    const tile = new Tile(member, (id) => this.pin(id));
    this.tiles.set(member.id, tile);
    this.own.before(tile.element);
    return tile;
  }

  showScreen() {
    const { presenter } = this.roster;
    const track = presenter && presenter.id !== this.roster.you ? this.incoming.screen : null;
    this.screenFigure.hidden = !track;
    const now = /** @type {MediaStream | null} */ (this.screen.srcObject)?.getTracks()[0] ?? null;
    if (now !== track) this.screen.srcObject = track && new MediaStream([track]);
    if (!presenter) return;
    const words = t("%(name)s shows their screen", { name: presenter.name });
    replace(this.screenTitle, icon("monitor"), " ", words);
    this.screen.setAttribute("aria-label", words);
  }

  showPager() {
    const pages = this.rule.pages(this.roster.withCamera);
    this.pager.element.hidden = pages < 2 || this.rule.away;
    // not `disabled`: a button that has the focus keeps it
    this.pager.back.setAttribute("aria-disabled", String(this.rule.page === 0));
    this.pager.next.setAttribute("aria-disabled", String(this.rule.page >= pages - 1));
    replace(
      this.pager.words,
      t("Pictures %(page)s of %(pages)s", { page: this.rule.page + 1, pages }),
    );
  }

  remove() {
    this.leaving.abort();
    clearTimeout(this.glancing);
    for (const tile of this.tiles.values()) tile.remove();
    this.screen.srcObject = null;
  }
}
