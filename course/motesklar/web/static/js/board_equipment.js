// @ts-check
/** How ready the participants' equipment is, on the leader's page of a workshop: live. */

import { findingOf } from "../widgets/lib/equipment/findings.js";
import { h } from "../widgets/lib/dom.js";
import { waitToRetry } from "../widgets/lib/connection.js";
import { ApiError, send } from "../widgets/lib/http.js";
import { t } from "../widgets/lib/i18n.js";
import { LiveConnection } from "../widgets/lib/live_connection.js";
import { READINESSES, peopleText, readinessText, tableText } from "./equipment_state.js";
import { find, keep, keepOnly, setChildren, setItems, setText } from "./kept_elements.js";

/** @typedef {import("./equipment_state.js").Group} Group */
/** @typedef {import("./equipment_state.js").Member} Member */
/** @typedef {import("./equipment_state.js").Readiness} Readiness */
/** @typedef {import("./equipment_state.js").Trouble} Trouble */

/** After so many tries the leader is told that a press did nothing. */
const MOST_TRIES = 3;

class EquipmentPanel {
  /** @param {HTMLElement} root */
  constructor(root) {
    this.path = `/api/workshops/${encodeURIComponent(root.dataset.workshop ?? "")}/equipment`;
    this.sums = new Sums(find(root, "[data-equipment-sums]"));
    this.troubles = new Troubles(root);
    this.turns = new TurnControls(find(root, "[data-turns]"), (table) => this.setTurn(table));
  }

  start() {
    /** @type {LiveConnection<Group>} */
    const connection = new LiveConnection(`${this.path}/live`, {
      // at the end of the workshop the board loads the page anew
      onMessage: (group) => group.ended || this.show(group),
    });
    connection.run();
  }

  /** @param {Group} group */
  show(group) {
    this.sums.show(group.counts);
    this.troubles.show(group);
    this.turns.show(group);
  }

  /**
   * @param {string | null} table
   * @returns {Promise<string>} why not, in words; empty when it is done
   */
  async setTurn(table) {
    for (let tries = 1; ; tries += 1) {
      try {
        await send({ method: "POST", path: `${this.path}/turn`, body: { table } });
        return "";
      } catch (error) {
        if (error instanceof ApiError) return `${error.message} ${error.nextStep}`;
        if (tries === MOST_TRIES) {
          return t("It could not be done, because the connection is gone. Try again in a while.");
        }
        await waitToRetry(tries);
      }
    }
  }
}

class Sums {
  /** @param {HTMLElement} list */
  constructor(list) {
    /** @type {Map<Readiness, HTMLElement>} */
    this.numbers = new Map();
    for (const readiness of READINESSES) {
      const number = h("dd", null, "0");
      this.numbers.set(readiness, number);
      list.append(h("div", null, h("dt", null, readinessText(readiness)), number));
    }
  }

  /** @param {Record<Readiness, number>} counts */
  show(counts) {
    for (const [readiness, number] of this.numbers) setText(number, String(counts[readiness]));
  }
}

/** What several have in common, and what to say to them all. */
class Troubles {
  /** @param {HTMLElement} root */
  constructor(root) {
    this.none = find(root, "[data-no-troubles]");
    this.list = find(root, "[data-troubles]");
    /** @type {Map<string, TroubleItem>} */
    this.items = new Map();
  }

  /** @param {Group} group */
  show({ troubles, people }) {
    const known = new Map(people.map((person) => [person.id, person]));
    const wanted = troubles.map((trouble) => ({ ...trouble, id: `${trouble.check} ${trouble.finding}` }));
    this.none.hidden = wanted.length > 0;
    keepOnly(this.items, wanted);
    const elements = wanted.map((trouble) => {
      const item = keep(this.items, trouble.id, () => new TroubleItem(trouble));
      item.show(trouble, trouble.people.flatMap((id) => known.get(id) ?? []));
      return item.element;
    });
    setChildren(this.list, elements);
  }
}

class TroubleItem {
  /** @param {Trouble} trouble */
  constructor({ check, finding }) {
    const { sentence, next, aloud } = findingOf(check, finding);
    this.count = h("strong");
    this.names = h("ul", { class: "troubles__names" });
    this.element = h(
      "li",
      { class: "notice" },
      h(
        "div",
        { class: "stack stack--tight" },
        h("p", null, this.count, ": ", sentence),
        aloud
          ? h("p", null, t("Say:"), " ", h("q", { class: "troubles__aloud" }, aloud))
          : h("p", null, t("Help each of them:"), " ", next),
        h("details", null, h("summary", null, t("Who")), this.names),
      ),
    );
  }

  /**
   * @param {Trouble} trouble
   * @param {Member[]} people
   */
  show({ verdict, people: ids }, people) {
    this.element.className = `notice notice--${verdict}`;
    setText(this.count, peopleText(ids.length));
    const names = people.map(({ name, table }) => (table ? `${name}, ${tableText(table)}` : name));
    setItems(this.names, names);
  }
}

/** The tables test one after another. */
class TurnControls {
  /**
   * @param {HTMLElement} root
   * @param {(table: string | null) => Promise<string>} setTurn
   */
  constructor(root, setTurn) {
    this.root = root;
    this.setTurn = setTurn;
    this.heading = find(root, "h3");
    this.told = find(root, "[data-turn]");
    this.refused = find(root, "[data-turn-refused]");
    this.begin = this.button("[data-turn-start]", () => this.tables[0]?.name ?? null);
    this.back = this.button("[data-turn-back]", () => this.neighbour(-1));
    this.on = this.button("[data-turn-on]", () => this.neighbour(1));
    this.stop = this.button("[data-turn-stop]", () => null);
    /** @type {Group["tables"]} */
    this.tables = [];
    /** @type {string | null} */
    this.turn = null;
  }

  /**
   * @param {string} selector
   * @param {() => string | null | undefined} table whose turn it is then; undefined: nothing happens
   */
  button(selector, table) {
    /** @type {HTMLButtonElement} */
    const button = find(this.root, selector);
    button.addEventListener("click", async () => {
      const next = table();
      if (next === undefined) return;
      setText(this.refused, await this.setTurn(next));
    });
    return button;
  }

  /** @param {1 | -1} step */
  neighbour(step) {
    return this.tables[this.tables.findIndex(({ name }) => name === this.turn) + step]?.name;
  }

  /** @param {Group} group */
  show({ tables, turn }) {
    this.tables = tables;
    this.turn = turn;
    // one table, or none that has a name, needs no turns
    this.root.hidden = turn === null && !(tables.length > 1);
    setText(this.told, this.words());
    const focused = document.activeElement;
    this.begin.hidden = turn !== null;
    for (const button of [this.back, this.on, this.stop]) button.hidden = turn === null;
    this.back.setAttribute("aria-disabled", String(this.neighbour(-1) === undefined));
    this.on.setAttribute("aria-disabled", String(this.neighbour(1) === undefined));
    // the button that was pressed has gone: go on at the one that took its place
    if (focused === this.begin && this.begin.hidden) this.on.focus();
    if (focused instanceof HTMLElement && focused !== this.begin && focused.hidden) this.begin.focus();
  }

  words() {
    if (this.turn === null) return t("Everybody tests when they like.");
    const index = this.tables.findIndex(({ name }) => name === this.turn);
    const { people, ready } = this.tables[index] ?? { people: 0, ready: 0 };
    return t("%(table)s tests now, number %(number)s of %(total)s. Ready there: %(ready)s of %(people)s.", {
      table: tableText(this.turn),
      number: index + 1,
      total: this.tables.length,
      ready,
      people,
    });
  }
}

new EquipmentPanel(/** @type {HTMLElement} */ (document.querySelector("[data-equipment-panel]"))).start();
