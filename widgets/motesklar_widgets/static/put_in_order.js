// @ts-check
/** Put items in order with buttons: no dragging, so that it works with a keyboard and one finger. */

import { Answer } from "./lib/answer.js";
import { announce, h, icon, replace } from "./lib/dom.js";
import { t } from "./lib/i18n.js";

/** @typedef {import("./lib/types.js").RenderContext} RenderContext */

class OrderedItems {
  /**
   * @param {[string, string][]} items key and text, in the first order shown
   * @param {() => void} onMove
   */
  constructor(items, onMove) {
    this.onMove = onMove;
    this.texts = new Map(items);
    this.rows = items.map(([key, text]) => this.row(key, text));
    this.list = h("ol", { class: "stack" });
    this.show();
  }

  /** @returns {string[]} */
  get order() {
    return this.rows.map(({ key }) => key);
  }

  /**
   * @param {unknown} order
   * @returns {boolean} false when it isn't an order of these items
   */
  restore(order) {
    if (!Array.isArray(order) || order.length !== this.rows.length) return false;
    const rows = order.map((key) => this.rows.find((row) => row.key === key));
    if (new Set(rows).size !== this.rows.length || rows.includes(undefined)) return false;
    this.rows = /** @type {typeof this.rows} */ (rows);
    this.show();
    return true;
  }

  /**
   * @param {string} key
   * @param {string} text
   */
  row(key, text) {
    const up = moveButton(t("Move up"), text, "arrow-up", () => this.move(key, -1));
    const down = moveButton(t("Move down"), text, "arrow-down", () => this.move(key, 1));
    const element = h(
      "li",
      null,
      h("div", { class: "row row--spread" }, h("span", { class: "ordered-item" }, text), h("span", { class: "row" }, up, down)),
    );
    return { key, element, up, down };
  }

  /**
   * @param {string} key
   * @param {-1 | 1} by
   */
  move(key, by) {
    const from = this.order.indexOf(key);
    const to = from + by;
    if (to < 0 || to >= this.rows.length) return;
    const focused = document.activeElement;
    const [row] = this.rows.splice(from, 1);
    this.rows.splice(to, 0, row);
    this.show();
    // a moved element loses the focus, and the person wants to press again
    if (focused instanceof HTMLElement) focused.focus();
    announce(
      t("%(item)s is now number %(place)s of %(total)s.", {
        item: this.texts.get(key) ?? key,
        place: to + 1,
        total: this.rows.length,
      }),
    );
    this.onMove();
  }

  show() {
    this.rows.forEach(({ up, down }, place) => {
      // not `disabled`, which would throw the keyboard's focus away at the top and the bottom
      up.setAttribute("aria-disabled", String(place === 0));
      down.setAttribute("aria-disabled", String(place === this.rows.length - 1));
    });
    replace(this.list, this.rows.map(({ element }) => element));
  }
}

/**
 * @param {string} label
 * @param {string} item
 * @param {string} picture
 * @param {() => void} onclick
 */
function moveButton(label, item, picture, onclick) {
  return h(
    "button",
    { type: "button", class: "button", "aria-label": `${label}: ${item}`, onclick },
    icon(picture),
    label,
  );
}

/** @param {RenderContext} context */
function render({ model, el }) {
  /** @type {string} */
  const question = model.get("question");
  const answer = new Answer(model.get("exercise"), question, el);
  const items = new OrderedItems(model.get("items"), () => give());
  const confirm = h(
    "button",
    { type: "button", class: "button button--primary", onclick: () => give() },
    t("This is my order"),
  );

  function give() {
    answer.save(items.order);
  }

  el.append(answer.groupCard(items.list, h("div", { class: "row" }, confirm)));
  answer.restore((value) => items.restore(value));
  return answer.remove;
}

export default { render };
