// @ts-check
/** Who has tested, before the day: a list that follows, and a reminder to send. */

import { h } from "../widgets/lib/dom.js";
import { t } from "../widgets/lib/i18n.js";
import { LiveConnection } from "../widgets/lib/live_connection.js";
import { copy } from "./copy.js";
import { BADGES, peopleText, readinessText, tableText, troublesOf } from "./equipment_state.js";
import { find, keep, keepOnly, setChildren, setItems, setText } from "./kept_elements.js";

/** @typedef {import("./equipment_state.js").Group} Group */
/** @typedef {import("./equipment_state.js").Member} Member */
/** @typedef {import("../widgets/lib/live_connection.js").LiveState} LiveState */

class GroupPage {
  /** @param {HTMLElement} root */
  constructor(root) {
    this.path = `/api/workshops/${encodeURIComponent(root.dataset.workshop ?? "")}/equipment/live`;
    this.line = find(root, "[data-state]");
    this.count = find(root, "[data-count]");
    this.table = find(root, "[data-people]");
    this.body = find(this.table, "tbody");
    this.copied = find(root, "[data-copied]");
    /** @type {HTMLSelectElement} */
    this.choice = find(root, "[data-readiness]");
    /** @type {HTMLTextAreaElement} */
    this.reminder = find(root, "[data-reminder]");
    /** @type {Map<string, MemberRow>} */
    this.rows = new Map();
    /** @type {Member[]} */
    this.people = [];
    this.choice.addEventListener("change", () => this.showPeople());
    find(root, "[data-copy-names]").addEventListener("click", () => this.copyNames());
    find(root, "[data-copy-reminder]").addEventListener("click", () => copy(this.reminder.value, this.copied));
  }

  start() {
    /** @type {LiveConnection<Group>} */
    const connection = new LiveConnection(this.path, {
      onMessage: (group) => this.show(group),
      onState: (state) => this.showState(state),
    });
    connection.run();
  }

  /** @param {Group} group */
  show(group) {
    if (group.ended) {
      location.reload();
      return;
    }
    this.people = group.people;
    this.showPeople();
  }

  showPeople() {
    const people = this.chosen();
    const { length } = people;
    setText(
      this.count,
      t("%(shown)s of %(all)s are shown.", { shown: peopleText(length), all: this.people.length }),
    );
    this.table.hidden = length === 0;
    keepOnly(this.rows, people);
    const rows = people.map((person) => {
      const row = keep(this.rows, person.id, () => new MemberRow());
      row.show(person);
      return row.element;
    });
    setChildren(this.body, rows);
  }

  /** @returns {Member[]} those whom the leader has chosen to see */
  chosen() {
    const wanted = this.choice.value;
    if (wanted === "") return this.people;
    if (wanted === "left") return this.people.filter(({ readiness }) => readiness !== "ready");
    return this.people.filter(({ readiness }) => readiness === wanted);
  }

  copyNames() {
    copy(this.chosen().map(({ name }) => name).join("\n"), this.copied);
  }

  /** @param {LiveState} state */
  showState(state) {
    /** @type {Record<LiveState, [string, string]>} */
    const words = {
      connecting: ["info", t("Connecting…")],
      live: ["ok", t("Live: the list changes by itself.")],
      waiting: ["warn", t("The connection is gone. The list comes back by itself.")],
      over: ["fail", t("The list has stopped. Reload the page, and sign in again if you are asked to.")],
    };
    this.line.className = `notice notice--${words[state][0]}`;
    setText(this.line, words[state][1]);
  }
}

class MemberRow {
  constructor() {
    this.name = h("th", { scope: "row" });
    this.department = h("td");
    this.seat = h("td");
    this.state = h("span", { class: "badge" });
    this.troubles = h("ul", { class: "plain-list" });
    this.element = h(
      "tr",
      null,
      this.name,
      this.department,
      this.seat,
      h("td", null, this.state),
      h("td", null, this.troubles),
    );
  }

  /** @param {Member} person */
  show(person) {
    setText(this.name, person.name);
    setText(this.department, person.department);
    setText(this.seat, person.table && tableText(person.table));
    this.state.className = `badge ${BADGES[person.readiness]}`;
    setText(this.state, readinessText(person.readiness));
    setItems(this.troubles, troublesOf(person));
  }
}

const root = /** @type {HTMLElement} */ (document.querySelector("[data-group]"));
// nothing is left to follow in a workshop that has ended
if (root.querySelector("[data-state]")) new GroupPage(root).start();
