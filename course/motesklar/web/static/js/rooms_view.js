// @ts-check
/** Shows a workshop's small rooms to its leader: a card for each room, a row for each person. */

import { h, icon } from "../widgets/lib/dom.js";
import { t } from "../widgets/lib/i18n.js";
import { url } from "../widgets/lib/page.js";
import { find, keep, keepOnly, setChildren, setChoices, setLabel, setText } from "./kept_elements.js";

/**
 * What `call/rooms/messages.py` sends.
 *
 * @typedef {{ id: string, title: string, visitors: string[] }} Room
 *
 * @typedef {object} Person
 * @property {string} id
 * @property {string} name
 * @property {string} department
 * @property {string} table
 * @property {string | null} room id of the open room that is theirs
 * @property {string | null} here id of the room whose call they are in now
 * @property {number} minutes in calls of this workshop
 *
 * @typedef {{ ended: boolean, rooms: Room[], people: Person[] }} Rooms
 */

/**
 * What the leader does.
 *
 * @typedef {object} Actions
 * @property {(person: Person, room: string) => Promise<boolean>} place room "" is none, "new" one more
 * @property {(person: Person) => Promise<boolean>} mute
 * @property {(person: Person) => void} openPerson
 * @property {(room: Room) => void} openMessage
 * @property {(room: Room) => void} openEnd
 */

export class RoomsView {
  /**
   * @param {HTMLElement} root `[data-rooms]`
   * @param {Actions} actions
   */
  constructor(root, actions) {
    this.actions = actions;
    this.opened = find(root, "[data-opened]");
    this.cards = find(root, "[data-room-cards]");
    this.people = find(root, "[data-room-people]");
    this.body = find(this.people, "tbody");
    /** @type {Map<string, RoomCard>} */
    this.known = new Map();
    /** @type {Map<string, PersonRow>} */
    this.rows = new Map();
  }

  /** @param {Rooms} rooms */
  show({ rooms, people }) {
    this.opened.hidden = rooms.length === 0;
    this.people.hidden = people.length === 0;
    keepOnly(this.known, rooms);
    const cards = rooms.map((room) => {
      const card = keep(this.known, room.id, () => new RoomCard(this.actions));
      card.show(room, people);
      return card.element;
    });
    setChildren(this.cards, cards);
    keepOnly(this.rows, people);
    const rows = people.map((person) => {
      const row = keep(this.rows, person.id, () => new PersonRow(this.actions));
      row.show(person, rooms);
      return row.element;
    });
    setChildren(this.body, rows);
  }
}

class RoomCard {
  /** @param {Actions} actions */
  constructor(actions) {
    /** @type {Room | undefined} */
    this.room = undefined;
    this.title = h("h4");
    this.list = h("ul", { class: "plain-list stack stack--tight" });
    this.visitors = h("p", { class: "soft" });
    this.visit = h(
      "a",
      { class: "button", target: "_blank", rel: "noopener" },
      icon("log-in"),
      t("Visit"),
    );
    this.message = button("send", t("Write"), () => this.room && actions.openMessage(this.room));
    this.end = button("x", t("End"), () => this.room && actions.openEnd(this.room));
    const row = h("p", { class: "rooms__acts" }, this.visit, this.message, this.end);
    this.element = h("li", { class: "card stack" }, this.title, this.list, this.visitors, row);
    /** @type {Map<string, { element: HTMLElement, name: HTMLElement, state: HTMLElement }>} */
    this.people = new Map();
  }

  /**
   * @param {Room} room
   * @param {Person[]} everybody
   */
  show(room, everybody) {
    this.room = room;
    const people = everybody.filter((person) => person.room === room.id);
    setText(this.title, room.title);
    keepOnly(this.people, people);
    setChildren(this.list, people.map((person) => this.showPerson(person, room)));
    const names = room.visitors.join(", ");
    this.visitors.hidden = names === "";
    setText(this.visitors, names && t("Visiting: %(names)s", { names }));
    this.visit.href = url(`/rooms/${room.id}`);
    setLabel(this.visit, t("Visit %(room)s, opens in a new tab", { room: room.title }));
    setLabel(this.message, t("Write to %(room)s", { room: room.title }));
    setLabel(this.end, t("End %(room)s", { room: room.title }));
  }

  /**
   * @param {Person} person
   * @param {Room} room
   */
  showPerson(person, room) {
    const kept = keep(this.people, person.id, () => {
      const name = h("span");
      const state = h("span", { class: "badge" });
      return { element: h("li", { class: "row row--spread" }, name, state), name, state };
    });
    const here = person.here === room.id;
    setText(kept.name, person.name);
    setText(kept.state, here ? t("Here") : t("Not here yet"));
    kept.state.className = here ? "badge badge--ok" : "badge";
    return kept.element;
  }
}

class PersonRow {
  /** @param {Actions} actions */
  constructor(actions) {
    /** @type {Person | undefined} */
    this.person = undefined;
    this.name = h("span");
    this.about = h("span", { class: "rooms__about soft small" });
    /** @type {string | null} the room that is chosen, as long as nobody is moved there */
    this.chosen = null;
    this.select = h("select", { class: "input rooms__choice", onchange: () => this.choose() });
    this.move = button("arrow-right", t("Move"), () => this.place(actions));
    this.here = h("td");
    this.minutes = h("td", { class: "number" });
    this.mute = button("mic-off", t("Mute"), () => this.person && actions.mute(this.person));
    this.more = button("pencil", t("More"), () => this.person && actions.openPerson(this.person));
    this.element = h(
      "tr",
      null,
      h("th", { scope: "row" }, this.name, h("br"), this.about),
      h("td", null, h("div", { class: "rooms__acts" }, this.select, this.move)),
      this.here,
      this.minutes,
      h("td", null, h("div", { class: "rooms__acts" }, this.mute, this.more)),
    );
  }

  /**
   * @param {Person} person
   * @param {Room[]} rooms
   */
  show(person, rooms) {
    this.person = person;
    setText(this.name, person.name);
    const table = person.table && t("Table %(table)s", { table: person.table });
    setText(this.about, [person.department, table].filter(Boolean).join(" · "));
    /** @type {[string, string][]} */
    const choices = [["", t("No room")], ...rooms.map(choice), ["new", t("One more room")]];
    if (!choices.some(([value]) => value === this.chosen)) this.chosen = null;
    setChoices(this.select, choices, this.chosen ?? person.room ?? "");
    this.choose();
    setLabel(this.select, t("Room of %(name)s", { name: person.name }));
    setLabel(this.move, t("Move %(name)s", { name: person.name }));
    const here = rooms.find((room) => room.id === person.here);
    setText(this.here, here ? t("In %(room)s", { room: here.title }) : "");
    setText(this.minutes, String(person.minutes));
    this.mute.hidden = !here;
    setLabel(this.mute, t("Mute %(name)s", { name: person.name }));
    setLabel(this.more, t("More about %(name)s", { name: person.name }));
  }

  /** A choice moves nobody yet: arrow keys go through all rooms, and people are in calls. */
  choose() {
    const value = this.select.value;
    this.chosen = value === (this.person?.room ?? "") ? null : value;
    this.move.hidden = this.chosen === null;
  }

  /** @param {Actions} actions */
  async place(actions) {
    if (!this.person || this.chosen === null) return;
    this.select.focus();
    const moved = await actions.place(this.person, this.chosen);
    this.chosen = null;
    this.move.hidden = true;
    if (!moved) this.select.value = this.person.room ?? "";
  }
}

/**
 * @param {Room} room
 * @returns {[string, string]}
 */
function choice(room) {
  return [room.id, room.title];
}

/**
 * @param {string} name of the icon
 * @param {string} words
 * @param {() => unknown} press
 */
function button(name, words, press) {
  return h("button", { type: "button", class: "button", onclick: press }, icon(name), words);
}
