// @ts-check
/** Beside each raised hand on the board: what it is about, and who is on the way. */

import { h } from "../widgets/lib/dom.js";
import { t } from "../widgets/lib/i18n.js";
import { setText } from "./kept_elements.js";

/** @typedef {import("./help_view.js").Group} Group */

export class HandNotes {
  /** @param {HTMLElement} list `[data-hands]`, whose items have `data-person` */
  constructor(list) {
    this.list = list;
    /** @type {Map<string, string>} person to what is told about their question */
    this.notes = new Map();
    // hands come by another connection than what they are about
    new MutationObserver(() => this.note()).observe(list, { childList: true });
  }

  /** @param {Group[]} groups */
  show(groups) {
    this.notes = new Map(
      groups.flatMap(({ topic, title, asked }) =>
        asked.map(({ person, words, helper }) => {
          const comes = helper && t("%(name)s is on the way", { name: helper });
          const note = [topic === "other" ? "" : title, words, comes].filter(Boolean).join(" · ");
          return /** @type {[string, string]} */ ([person, note]);
        }),
      ),
    );
    this.note();
  }

  note() {
    for (const item of this.list.children) {
      const note = this.notes.get(/** @type {HTMLElement} */ (item).dataset.person ?? "") ?? "";
      const known = item.querySelector("[data-note]");
      if (known) setText(known, note);
      else if (note) item.append(h("span", { class: "hands__note", "data-note": true }, note));
    }
  }
}
