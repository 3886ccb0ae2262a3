// @ts-check
/**
 * Shows a board. Elements are kept from board to board and only changed where something differs, so
 * that neither focus nor a screen reader's place is lost several times a second.
 */

import { h, icon } from "../widgets/lib/dom.js";
import { t } from "../widgets/lib/i18n.js";
import { page } from "../widgets/lib/page.js";
import { find, keepOnly, setChildren, setText } from "./kept_elements.js";
import { PeopleFilter } from "./people_filter.js";
import { timeText } from "./time_text.js";

/**
 * @typedef {object} Participant
 * @property {string} id
 * @property {string} name
 * @property {string} department
 * @property {"not_started" | "working" | "done_steps" | "done"} progress
 * @property {number | null} step from 1
 * @property {number} steps_done
 * @property {string | null} at
 * @property {string | null} hand_raised_at
 * @property {number | null} place place in the queue of raised hands, from 1
 * @property {string} table in the hall; empty where they have said none
 * @property {boolean} remote somewhere else than in the hall
 * @property {boolean} quiet not done, and nothing has been seen of them for long
 */

/**
 * What `workshops/board/messages.py` sends.
 *
 * @typedef {object} Board
 * @property {boolean} ended
 * @property {string[]} steps
 * @property {{ people: number, not_started: number, working: number[], done: number, hands: number }} counts
 * @property {Participant[]} participants
 */

const locale = page.language.replace("_", "-");
const collator = new Intl.Collator(locale);

/** @type {Record<Participant["progress"], string>} */
const BADGES = { not_started: "", working: "badge--info", done_steps: "badge--ok", done: "badge--ok" };

/** So many steps are shown also where nobody is. */
const SHOWN_STEPS = 10;

export class BoardView {
  /**
   * @param {HTMLElement} root `[data-board]`
   * @param {(person: string) => Promise<void>} onHelped the leader has helped somebody
   */
  constructor(root, onHelped) {
    this.hands = new HandList(root, onHelped);
    this.sums = find(root, "[data-sums]");
    this.nobody = find(root, "[data-nobody]");
    this.people = find(root, "[data-people]");
    this.body = find(this.people, "tbody");
    this.noneShown = find(root, "[data-none-shown]");
    this.filter = new PeopleFilter(root, () => this.board && this.show(this.board));
    /** @type {Board | null} */
    this.board = null;
    /** @type {Map<string, ParticipantRow>} */
    this.rows = new Map();
    /** @type {Map<string, HTMLElement>} */
    this.numbers = new Map();
  }

  /** @param {Board} board */
  show(board) {
    this.board = board;
    const people = board.participants.toSorted((a, b) => collator.compare(a.name, b.name));
    this.hands.show(people, board.steps);
    this.showSums(board);
    this.nobody.hidden = people.length > 0;
    const shown = this.filter.of(people);
    this.people.hidden = shown.length === 0;
    this.noneShown.hidden = people.length === 0 || shown.length > 0;
    keepOnly(this.rows, people);
    const rows = shown.map((person) => {
      const row = this.rows.get(person.id) ?? new ParticipantRow();
      this.rows.set(person.id, row);
      row.show(person, board.steps);
      return row.element;
    });
    setChildren(this.body, rows);
  }

  /** @param {Board} board */
  showSums({ counts, steps }) {
    /** @type {[string, number][]} */
    const sums = [
      [t("Participants"), counts.people],
      [t("Raised hands"), counts.hands],
      [t("Has not begun"), counts.not_started],
      ...steps
        .map((title, index) => /** @type {[string, number]} */ ([
          t("Step %(number)s: %(title)s", { number: index + 1, title }),
          counts.working[index],
        ]))
        // a whole workshop has more steps than anybody can look over
        .filter(([, number]) => number > 0 || steps.length <= SHOWN_STEPS),
      [t("Finished"), counts.done],
    ];
    const groups = sums.map(([label, number]) => {
      const known = this.numbers.get(label) ?? h("div", null, h("dt", null, label), h("dd"));
      this.numbers.set(label, known);
      setText(find(known, "dd"), String(number));
      return known;
    });
    setChildren(this.sums, groups);
  }
}

class ParticipantRow {
  constructor() {
    this.name = h("th", { scope: "row" });
    this.department = h("td");
    this.place = h("td");
    this.where = h("span", { class: "badge" });
    this.quiet = h("span", { class: "badge badge--warn" }, t("Quiet for long"));
    this.done = h("td", { class: "number" });
    this.at = h("td");
    this.hand = h("td");
    const where = h("td", null, this.where, " ", this.quiet);
    this.element = h("tr", null, this.name, this.department, this.place, where, this.done, this.at, this.hand);
  }

  /**
   * @param {Participant} person
   * @param {string[]} steps
   */
  show(person, steps) {
    setText(this.name, person.name);
    setText(this.department, person.department);
    setText(this.place, person.remote ? t("Somewhere else") : person.table);
    this.quiet.hidden = !person.quiet;
    this.where.className = `badge ${BADGES[person.progress]}`;
    setText(this.where, whereText(person, steps));
    setText(
      this.done,
      t("%(done)s of %(total)s", { done: person.steps_done, total: steps.length }),
    );
    setText(this.at, timeText(person.at));
    const place = person.place;
    setText(this.hand, place === null ? "" : t("Up, number %(place)s in the queue", { place }));
  }
}

/** The queue, first come first helped. */
class HandList {
  /**
   * @param {HTMLElement} root
   * @param {(person: string) => Promise<void>} onHelped
   */
  constructor(root, onHelped) {
    this.onHelped = onHelped;
    this.heading = find(root, "#hands-title");
    this.none = find(root, "[data-no-hands]");
    this.list = find(root, "[data-hands]");
    /** @type {Map<string, RaisedHand>} */
    this.raised = new Map();
  }

  /**
   * @param {Participant[]} people
   * @param {string[]} steps
   */
  show(people, steps) {
    const queue = people
      .filter((person) => person.place !== null)
      .sort((a, b) => Number(a.place) - Number(b.place));
    this.none.hidden = queue.length > 0;
    const focused = [...this.list.children].findIndex((one) => one.contains(document.activeElement));
    const before = document.activeElement;
    keepOnly(this.raised, queue);
    const items = queue.map((person) => {
      const known = this.raised.get(person.id) ?? new RaisedHand(person.id, () => this.onHelped(person.id));
      this.raised.set(person.id, known);
      known.show(person, steps);
      return known.element;
    });
    setChildren(this.list, items);
    // the button that was pressed has gone: go on at the one that took its place
    if (focused >= 0 && before !== document.activeElement) {
      const next = this.list.children[Math.min(focused, items.length - 1)]?.querySelector("button");
      (next ?? this.heading).focus();
    }
  }
}

class RaisedHand {
  /**
   * @param {string} id
   * @param {() => Promise<void>} onHelped
   */
  constructor(id, onHelped) {
    this.name = h("strong");
    this.about = h("span");
    this.button = h(
      "button",
      { type: "button", class: "button", onclick: () => this.help(onHelped) },
      icon("check"),
      t("Helped"),
    );
    this.element = h("li", { "data-person": id }, h("span", null, this.name, this.about), this.button);
  }

  /**
   * @param {Participant} person
   * @param {string[]} steps
   */
  show(person, steps) {
    setText(this.name, `${person.place}. ${person.name}`);
    const name = `${t("Helped")}: ${person.name}`;
    if (this.button.getAttribute("aria-label") !== name) this.button.setAttribute("aria-label", name);
    const since = t("since %(time)s", { time: timeText(person.hand_raised_at) });
    setText(
      this.about,
      ["", person.department, whereText(person, steps), since].filter((word, at) => !at || word).join(" · "),
    );
  }

  /** @param {() => Promise<void>} onHelped */
  async help(onHelped) {
    if (this.button.getAttribute("aria-disabled") === "true") return;
    this.button.setAttribute("aria-disabled", "true");
    try {
      await onHelped();
    } finally {
      this.button.removeAttribute("aria-disabled");
    }
  }
}

/**
 * @param {Participant} person
 * @param {string[]} steps
 */
function whereText(person, steps) {
  switch (person.progress) {
    case "not_started":
      return t("Has not begun");
    case "done_steps":
      return t("All steps done");
    case "done":
      return t("Done, all answers right");
    case "working": {
      const number = person.step ?? 0;
      return t("Step %(number)s: %(title)s", { number, title: steps[number - 1] ?? "" });
    }
  }
}
