// @ts-check
/** Dividing into small rooms: how, a proposal to look at and to change, and opening it. */

import { announce, h, replace } from "../widgets/lib/dom.js";
import { t } from "../widgets/lib/i18n.js";
import { find } from "./kept_elements.js";

/** @typedef {import("./rooms_view.js").Person} Person */

/**
 * A room that is not open yet.
 *
 * @typedef {{ title: string, table: string, people: string[] }} Group
 */

/**
 * What the division asks of the panel.
 *
 * @typedef {object} Asking
 * @property {(query: string) => Promise<Group[] | null>} propose null: refused, and told
 * @property {(groups: { people: string[], table: string }[]) => Promise<boolean>} open
 * @property {() => Map<string, Person>} people everybody, by id
 */

export class RoomsDivision {
  /**
   * @param {HTMLElement} root `[data-rooms]`
   * @param {Asking} asking
   */
  constructor(root, asking) {
    this.asking = asking;
    this.fold = find(root, "[data-divide]");
    this.form = /** @type {HTMLFormElement} */ (find(root, "[data-division]"));
    this.size = find(this.form, "[data-size]");
    this.proposal = find(root, "[data-proposal]");
    this.heading = find(this.proposal, "h3");
    this.list = find(this.proposal, "[data-groups]");
    /** @type {Group[]} */
    this.groups = [];
    this.turn = 0;
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.propose(0);
    });
    // how many are in a room is said by the table itself
    this.form.addEventListener("change", () => this.showSize());
    find(root, "[data-mix]").addEventListener("click", () => this.propose(this.turn + 1));
    find(root, "[data-open-rooms]").addEventListener("click", () => this.open());
    find(root, "[data-forget]").addEventListener("click", () => this.forget());
    this.showSize();
  }

  showSize() {
    this.size.hidden = new FormData(this.form).get("way") === "table";
  }

  /** @param {number} turn another one mixes anew */
  async propose(turn) {
    this.turn = turn;
    const form = new FormData(this.form);
    const query = { way: String(form.get("way")), size: String(form.get("size")), turn: String(turn) };
    const groups = await this.asking.propose(new URLSearchParams(query).toString());
    if (groups === null) return;
    this.groups = groups;
    this.proposal.hidden = false;
    this.show();
    this.heading.focus();
  }

  async open() {
    const groups = this.groups.map(({ people, table }) => ({ people, table }));
    if (!(await this.asking.open(groups))) return;
    announce(t("The rooms are open. Everybody sees where to go."));
    this.forget();
    this.fold.removeAttribute("open");
    find(this.fold, "summary").focus();
  }

  forget() {
    this.groups = [];
    this.proposal.hidden = true;
    replace(this.list);
  }

  show() {
    const people = this.asking.people();
    replace(this.list, this.groups.map((group, index) => this.card(group, index, people)));
  }

  /**
   * @param {Group} group
   * @param {number} index
   * @param {Map<string, Person>} people
   */
  card(group, index, people) {
    const alone = group.people.length === 1 && h("p", { class: "badge badge--warn" }, t("Alone there"));
    const nobody = group.people.length === 0 && h("p", { class: "soft" }, t("Nobody: this room is not opened."));
    // in the panel's order, which is by name
    const members = [...people.values()].filter(({ id }) => group.people.includes(id));
    const rows = members.map(({ id, name }) =>
      h("li", { class: "rooms__proposed" }, h("span", null, name), this.choice(id, index, name)),
    );
    return h(
      "li",
      { class: "card card--flat stack stack--tight" },
      h("h4", null, group.title),
      alone,
      nobody,
      rows.length > 0 && h("ul", { class: "plain-list stack stack--tight" }, rows),
    );
  }

  /**
   * @param {string} id
   * @param {number} index of the group they are in
   * @param {string} name
   */
  choice(id, index, name) {
    const options = this.groups.map(({ title }, at) =>
      h("option", { value: String(at), selected: at === index }, title),
    );
    const select = h(
      "select",
      {
        class: "input rooms__choice",
        "data-person": id,
        "aria-label": t("Room of %(name)s", { name }),
        onchange: () => this.move(id, Number(select.value), name),
      },
      options,
    );
    return select;
  }

  /**
   * @param {string} id
   * @param {number} to index of the group they get
   * @param {string} name
   */
  move(id, to, name) {
    for (const group of this.groups) group.people = group.people.filter((one) => one !== id);
    this.groups[to].people.push(id);
    this.show();
    // the list that was used stands in another card now, and keeps the focus
    find(this.list, `[data-person="${id}"]`).focus();
    announce(t("%(name)s is in %(room)s.", { name, room: this.groups[to].title }));
  }
}
