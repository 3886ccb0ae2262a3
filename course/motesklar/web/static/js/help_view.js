// @ts-check
/**
 * Shows the help queue. Elements are kept from message to message, so that neither focus nor a screen
 * reader's place is lost.
 */

import { h, icon, uniqueId } from "../widgets/lib/dom.js";
import { t } from "../widgets/lib/i18n.js";
import { find, keep, keepOnly, setChildren, setLabel, setText } from "./kept_elements.js";
import { timeText } from "./time_text.js";

/**
 * What `workshops/help/messages.py` sends.
 *
 * @typedef {object} Asked
 * @property {string} id
 * @property {string} person id of who asks
 * @property {string} name
 * @property {string} words
 * @property {number} place from 1
 * @property {string} asked_at
 * @property {string} table empty when nobody has said it
 * @property {boolean | null} remote
 * @property {string} helper who is on the way, empty while nobody is
 * @property {boolean} mine the reader is on the way
 *
 * @typedef {{ topic: string, title: string, asked: Asked[] }} Group
 * @typedef {import("./my_workshop_live.js").Written} Written
 * @typedef {{ ended: boolean, leads: boolean, waiting: number, groups: Group[], leaders: Written[], said: Written[] }} HelpMessage
 *
 * @typedef {object} Actions
 * @property {(what: "claim" | "let-go" | "close", question: string) => Promise<boolean>} act
 * @property {(topic: string, words: string) => Promise<boolean>} answer
 */

export class HelpView {
  /**
   * @param {HTMLElement} root `[data-help]`
   * @param {Actions} actions
   */
  constructor(root, actions) {
    this.actions = actions;
    this.heading = find(root, "h2");
    this.none = find(root, "[data-nobody]");
    this.list = find(root, "[data-groups]");
    /** @type {Map<string, TopicGroup>} */
    this.groups = new Map();
  }

  /** @param {HelpMessage} message */
  show({ groups, leads }) {
    const before = /** @type {HTMLElement | null} */ (document.activeElement);
    const at = [...this.list.querySelectorAll("[data-asked]")].findIndex((one) => one.contains(before));
    this.none.hidden = groups.length > 0;
    const there = groups.map((group) => ({ ...group, id: group.topic }));
    keepOnly(this.groups, there);
    setChildren(
      this.list,
      there.map((group) => {
        const known = keep(this.groups, group.id, () => new TopicGroup(group.topic, this.actions));
        known.show(group, leads);
        return known.element;
      }),
    );
    if (at >= 0 && (!before?.isConnected || before.closest("[hidden]"))) this.focusNear(at, before);
  }

  /**
   * The button that was pressed has gone: go on in the same card, or at the one that took its place.
   *
   * @param {number} at
   * @param {HTMLElement | null} before
   */
  focusNear(at, before) {
    const cards = [...this.list.querySelectorAll("[data-asked]")];
    const card = before?.isConnected ? before.closest("[data-asked]") : cards[Math.min(at, cards.length - 1)];
    const button = /** @type {HTMLElement | null | undefined} */ (card?.querySelector("button:not([hidden])"));
    (button ?? this.heading).focus();
  }
}

/** Those who ask about the same, and one answer for all of them. */
class TopicGroup {
  /**
   * @param {string} topic
   * @param {Actions} actions
   */
  constructor(topic, actions) {
    this.topic = topic;
    this.actions = actions;
    const id = uniqueId("topic");
    this.title = h("h3", { id });
    this.list = h("ol", { class: "plain-list stack stack--tight" });
    this.words = h("textarea", { rows: 2, maxlength: 500, required: true });
    this.summary = h("summary");
    this.fold = h(
      "details",
      null,
      this.summary,
      h(
        "form",
        { class: "stack", onsubmit: (/** @type {Event} */ event) => this.answer(event) },
        h(
          "label",
          { class: "field" },
          h("span", { class: "field__label" }, t("Your answer")),
          h("span", { class: "field__hint" }, t("Each of them sees it, and their hands go down.")),
          this.words,
        ),
        h("button", { class: "button" }, icon("send"), t("Send the answer")),
      ),
    );
    this.element = h("li", { "data-topic": topic }, h("section", { class: "stack stack--tight", "aria-labelledby": id }, this.title, this.list, this.fold));
    /** @type {Map<string, AskedCard>} */
    this.cards = new Map();
  }

  /**
   * @param {Group} group
   * @param {boolean} leads
   */
  show({ title, asked }, leads) {
    setText(this.title, t("%(title)s (%(count)s)", { title, count: asked.length }));
    setText(this.summary, t("Answer all who ask about this: %(title)s", { title }));
    keepOnly(this.cards, asked);
    setChildren(
      this.list,
      asked.map((one) => {
        const card = keep(this.cards, one.id, () => new AskedCard(one.id, this.actions));
        card.show(one, leads);
        return card.element;
      }),
    );
  }

  /** @param {Event} event */
  async answer(event) {
    event.preventDefault();
    if (!(await this.actions.answer(this.topic, this.words.value))) return;
    this.words.value = "";
    this.fold.open = false;
  }
}

/** One who asks. */
class AskedCard {
  /**
   * @param {string} id
   * @param {Actions} actions
   */
  constructor(id, actions) {
    this.actions = actions;
    this.id = id;
    this.busy = false;
    this.name = h("strong");
    this.about = h("span", { class: "soft" });
    this.words = h("p", { class: "help__words" });
    this.helper = h("p", { class: "badge" });
    this.claim = this.button("arrow-right", t("I am going there"), "claim");
    this.close = this.button("check", t("Done"), "close");
    this.letGo = this.button("refresh-cw", t("Give back"), "let-go");
    this.element = h(
      "li",
      { class: "card help__card stack stack--tight", "data-asked": id },
      h("p", null, this.name, h("br"), this.about),
      this.words,
      this.helper,
      h("p", { class: "row" }, this.claim, this.close, this.letGo),
    );
  }

  /**
   * @param {string} image
   * @param {string} words
   * @param {"claim" | "let-go" | "close"} what
   */
  button(image, words, what) {
    return h("button", { type: "button", class: "button", onclick: () => this.act(what) }, icon(image), words);
  }

  /**
   * @param {Asked} asked
   * @param {boolean} leads
   */
  show(asked, leads) {
    setText(this.name, `${asked.place}. ${asked.name}`);
    const since = t("since %(time)s", { time: timeText(asked.asked_at) });
    setText(this.about, [whereText(asked), since].filter(Boolean).join(" · "));
    this.words.hidden = asked.words === "";
    setText(this.words, asked.words);
    const isFree = asked.helper === "";
    this.helper.hidden = isFree;
    this.helper.className = asked.mine ? "badge badge--ok" : "badge badge--info";
    setText(this.helper, asked.mine ? t("You are on the way") : t("%(name)s is on the way", { name: asked.helper }));
    this.claim.hidden = !isFree;
    this.close.hidden = !(isFree || asked.mine || leads);
    this.letGo.hidden = isFree || !(asked.mine || leads);
    for (const button of [this.claim, this.close, this.letGo]) {
      setLabel(button, `${button.textContent}: ${asked.name}`);
    }
  }

  /** @param {"claim" | "let-go" | "close"} what */
  async act(what) {
    if (this.busy) return;
    this.busy = true;
    await this.actions.act(what, this.id);
    this.busy = false;
  }
}

/** @param {Asked} asked */
function whereText({ table, remote }) {
  if (remote) return t("Takes part from somewhere else");
  if (table === "") return t("No table told");
  return /^\d/.test(table) ? t("Table %(table)s", { table }) : table;
}
