// @ts-check
/** Which participants the leader looks at: all, those who may need somebody, a department, a table. */

import { h, replace } from "../widgets/lib/dom.js";
import { t } from "../widgets/lib/i18n.js";
import { page } from "../widgets/lib/page.js";
import { find } from "./kept_elements.js";

/** @typedef {import("./board_view.js").Participant} Participant */

const collator = new Intl.Collator(page.language.replace("_", "-"), { numeric: true });

export class PeopleFilter {
  /**
   * @param {HTMLElement} root
   * @param {() => void} onChange
   */
  constructor(root, onChange) {
    this.field = find(root, "[data-show-field]");
    this.select = /** @type {HTMLSelectElement} */ (find(root, "[data-show-people]"));
    this.select.addEventListener("change", onChange);
    this.shown = "";
  }

  /**
   * Those to show; the choices follow who is there.
   *
   * @param {Participant[]} people
   */
  of(people) {
    this.field.hidden = people.length === 0;
    this.offer(people);
    const chosen = this.select.value;
    return people.filter((person) => matches(person, chosen));
  }

  /** @param {Participant[]} people */
  offer(people) {
    const groups = [
      { title: t("Department"), kind: "d", names: sorted(people.map(({ department }) => department)) },
      { title: t("Table"), kind: "t", names: sorted(people.map(({ table }) => table)) },
    ];
    const shown = JSON.stringify(groups);
    if (shown === this.shown) return;
    this.shown = shown;
    const chosen = this.select.value || "all";
    replace(
      this.select,
      h("option", { value: "all" }, t("Everybody")),
      h("option", { value: "need" }, t("Those who may need somebody")),
      h("option", { value: "remote" }, t("Those who are somewhere else")),
      groups
        .filter(({ names }) => names.length > 0)
        .map(({ title, kind, names }) =>
          h(
            "optgroup",
            { label: title },
            names.map((name) => h("option", { value: `${kind}:${name}` }, name)),
          ),
        ),
    );
    this.select.value = chosen;
    // the last of a department or a table has left
    if (this.select.value !== chosen) this.select.value = "all";
  }
}

/** @param {string[]} names */
function sorted(names) {
  return [...new Set(names.filter(Boolean))].sort(collator.compare);
}

/**
 * @param {Participant} person
 * @param {string} chosen
 */
function matches(person, chosen) {
  if (chosen === "need") return person.place !== null || person.quiet;
  if (chosen === "remote") return person.remote;
  if (chosen.startsWith("d:")) return person.department === chosen.slice(2);
  if (chosen.startsWith("t:")) return person.table === chosen.slice(2);
  return true;
}
