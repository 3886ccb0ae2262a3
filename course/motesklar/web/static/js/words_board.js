// @ts-check
/** What those who lead and help write: among themselves, and to everybody. */

import { announce, h } from "../widgets/lib/dom.js";
import { t } from "../widgets/lib/i18n.js";
import { act } from "./act.js";
import { find, keep, keepOnly, setChildren } from "./kept_elements.js";
import { timeText } from "./time_text.js";

/** @typedef {import("./my_workshop_live.js").Written} Written */

export class WordsBoard {
  /** @param {HTMLElement} root `[data-words]` */
  constructor(root) {
    const path = `/api/workshops/${encodeURIComponent(root.dataset.workshop ?? "")}/words`;
    this.lists = new Map(
      ["leaders", "all"].map((kind) => [kind, root.querySelector(`[data-written="${kind}"]`)]),
    );
    /** @type {Map<string, HTMLElement>} */
    this.kept = new Map();
    for (const form of root.querySelectorAll("form")) new WriteForm(form, path);
  }

  /** @param {{ leaders: Written[], said: Written[] }} message */
  show({ leaders, said }) {
    keepOnly(this.kept, [...leaders, ...said]);
    this.showIn("leaders", leaders);
    this.showIn("all", said);
  }

  /**
   * @param {string} kind
   * @param {Written[]} lines
   */
  showIn(kind, lines) {
    const list = this.lists.get(kind);
    if (!list) return;
    setChildren(list, lines.map((one) => keep(this.kept, one.id, () => line(one))));
    // in a box of its own the newest is in sight
    list.scrollTop = list.scrollHeight;
  }
}

/** @param {Written} written */
function line({ name, words, at }) {
  return h("p", null, h("strong", null, name), " ", h("span", { class: "soft small" }, timeText(at)), h("br"), words);
}

/** A form that writes a line of one kind, which stays in it until it has been sent. */
export class WriteForm {
  /**
   * @param {HTMLFormElement} form with `data-write`, a field and `[data-refused]`
   * @param {string} path
   */
  constructor(form, path) {
    this.form = form;
    this.path = path;
    this.field = /** @type {HTMLInputElement | HTMLTextAreaElement} */ (find(form, "input, textarea"));
    this.refused = find(form, "[data-refused]");
    this.sending = false;
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.send();
    });
  }

  async send() {
    const words = this.field.value;
    if (this.sending || !words.trim()) return;
    this.sending = true;
    this.refused.textContent = "";
    const refusal = await act(this.path, { kind: this.form.dataset.write, words });
    this.sending = false;
    this.refused.textContent = refusal;
    if (refusal) return;
    // what was written on meanwhile stays
    if (this.field.value === words) this.field.value = "";
    announce(t("Sent."));
  }
}
