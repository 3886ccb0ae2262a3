// @ts-check
/** Those who are heard or read but not seen, as a compact list. */

import { h, icon, replace } from "../dom.js";
import { t } from "../i18n.js";
import { initial, marksOf } from "./tile.js";

/** @typedef {import("./messages.js").Member} Member */
/** @typedef {import("./roster.js").Roster} Roster */

/**
 * @typedef {object} PeopleActions
 * @property {(member: string) => void} pin
 * @property {(member: string) => void} mute a leader mutes; null for everybody else
 */

export class People {
  /**
   * @param {Roster} roster
   * @param {PeopleActions} actions
   */
  constructor(roster, actions) {
    this.roster = roster;
    this.actions = actions;
    this.leader = false;
    this.list = h("ul", { class: "people plain-list" });
    this.count = h("span");
    this.element = h(
      "section",
      { class: "call__people stack stack--tight", "aria-label": t("People in the call") },
      h("h3", null, this.count),
      this.list,
    );
    /** @type {Map<string, Row>} */
    this.rows = new Map();
  }

  show() {
    const { others, unseen, seen } = this.roster;
    replace(this.count, t("In the call: %(count)s", { count: others.length + 1 }));
    // a leader mutes from here, so for leaders everybody stands in the list
    const listed = this.leader ? [...seen.map(({ member }) => member), ...unseen] : unseen;
    const ids = new Set(listed.map(({ id }) => id));
    for (const [id, row] of this.rows) {
      if (ids.has(id)) continue;
      row.element.remove();
      this.rows.delete(id);
    }
    listed.forEach((member, index) => {
      const row = this.rows.get(member.id) ?? new Row(this.actions);
      this.rows.set(member.id, row);
      row.show(member, this.roster.speaking.has(member.id), this.leader);
      // moved only when out of place: a moved button would lose the focus
      if (this.list.children[index] !== row.element) {
        this.list.insertBefore(row.element, this.list.children[index] ?? null);
      }
    });
  }
}

class Row {
  /** @param {PeopleActions} actions */
  constructor(actions) {
    this.id = "";
    this.shown = "";
    this.face = h("span", { class: "people__face", "aria-hidden": "true" });
    this.name = h("strong");
    this.marks = h("span", { class: "tile__marks" });
    this.see = this.button("video", () => actions.pin(this.id));
    this.mute = this.button("mic-off", () => actions.mute(this.id));
    this.element = h(
      "li",
      { class: "people__row" },
      this.face,
      this.name,
      this.marks,
      this.see.element,
      this.mute.element,
    );
  }

  /**
   * @param {string} sign
   * @param {() => void} onclick
   */
  button(sign, onclick) {
    const words = h("span");
    const attributes = { type: "button", class: "button button--quiet people__button", onclick };
    return { element: h("button", attributes, icon(sign), words), words };
  }

  /**
   * @param {Member} member
   * @param {boolean} speaking
   * @param {boolean} leader whether I am one
   */
  show(member, speaking, leader) {
    const now = JSON.stringify([member, speaking, leader]);
    if (now === this.shown) return;
    this.shown = now;
    this.id = member.id;
    const { name } = member;
    replace(this.face, initial(name));
    replace(this.name, name);
    replace(this.marks, marksOf(member, speaking));
    this.element.classList.toggle("people__row--speaking", speaking);
    replace(this.see.words, t("See %(name)s", { name }));
    this.see.element.hidden = !member.camera || member.partner;
    replace(this.mute.words, t("Mute %(name)s", { name }));
    this.mute.element.hidden = !leader || !member.microphone || member.partner;
  }
}
