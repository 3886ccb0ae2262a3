// @ts-check
/** What a trip costs each year in hours, kronor and carbon dioxide. Python does the sums. */

import { h, replace, uniqueId } from "./lib/dom.js";
import { formatNumber, t } from "./lib/i18n.js";
import { notice } from "./lib/widget.js";

/** @typedef {import("./lib/types.js").AnyModel} AnyModel */
/** @typedef {import("./lib/types.js").RenderContext} RenderContext */

/** @typedef {"km" | "people" | "trips"} InputName */

/** Typing a number is several key presses; the sums wait for the last one. */
const TYPING_MS = 300;
const SLOW_MS = 10_000;

class TripCalculator {
  /** @param {AnyModel} model */
  constructor(model) {
    this.model = model;
    this.result = h("div", { class: "stack", role: "status" });
    this.fields = [
      new NumberField(model, "km", t("Kilometres, one way"), () => this.changed()),
      new NumberField(model, "people", t("How many people travel"), () => this.changed()),
      new NumberField(model, "trips", t("Trips each year"), () => this.changed()),
    ];
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.typing = undefined;
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.slow = undefined;
    this.receive = () => this.show();
    model.on("change:result", this.receive);
  }

  changed() {
    clearTimeout(this.typing);
    clearTimeout(this.slow);
    if (this.fields.some((field) => !field.check())) {
      replace(this.result);
      return;
    }
    replace(this.result, h("p", null, t("Calculating …")));
    this.typing = setTimeout(() => this.send(), TYPING_MS);
    this.slow = setTimeout(() => this.tellSlow(), SLOW_MS);
  }

  send() {
    for (const { name, value } of this.fields) this.model.set(name, value);
    this.model.save_changes();
    this.show();
  }

  tellSlow() {
    replace(
      this.result,
      notice("info", t("The calculation takes longer than usual."), t("Wait a little. Your numbers stay as they are.")),
    );
  }

  /** Show the sums, if they belong to the numbers that stand in the fields now. */
  show() {
    const result = this.model.get("result");
    if (this.fields.some(({ name, value }) => result[name] !== value)) return;
    clearTimeout(this.slow);
    replace(
      this.result,
      h("p", null, h("strong", null, t("Without these trips you save each year:"))),
      h(
        "ul",
        null,
        h("li", null, t("%(hours)s hours on the road", { hours: formatNumber(result.hours) })),
        h("li", null, t("%(kronor)s kronor in travel costs", { kronor: formatNumber(result.kronor) })),
        h("li", null, t("%(kilos)s kilos of carbon dioxide", { kilos: formatNumber(result.kg_co2) })),
      ),
    );
  }

  close() {
    clearTimeout(this.typing);
    clearTimeout(this.slow);
    this.model.off("change:result", this.receive);
  }
}

class NumberField {
  /**
   * @param {AnyModel} model
   * @param {InputName} name
   * @param {string} label
   * @param {() => void} onInput
   */
  constructor(model, name, label, onInput) {
    this.name = name;
    const id = uniqueId(name);
    this.error = h("p", { class: "field__error", id: `${id}-error` });
    this.input = h("input", {
      id,
      type: "text",
      inputmode: "numeric",
      autocomplete: "off",
      maxlength: 7,
      "aria-describedby": this.error.id,
      value: String(model.get(name)),
      oninput: onInput,
    });
    this.el = h("div", { class: "field" }, h("label", { for: id }, label), this.input, this.error);
  }

  /** NaN where it is no number; Swedish people write a comma, and a space between thousands. */
  get value() {
    const text = this.input.value.replace(/\s/g, "").replace(",", ".");
    return /^\d+(\.\d+)?$/.test(text) ? Number(text) : NaN;
  }

  /** @returns {boolean} whether it can be used; tells beside the field when it can't */
  check() {
    const usable = !Number.isNaN(this.value);
    this.input.setAttribute("aria-invalid", String(!usable));
    replace(this.error, usable ? null : t("Write a number, such as 40."));
    return usable;
  }
}

/** @param {RenderContext} context */
function render({ model, el }) {
  const calculator = new TripCalculator(model);
  el.append(
    h(
      "div",
      { class: "card stack" },
      h("div", { class: "grid" }, calculator.fields.map((field) => field.el)),
      calculator.result,
    ),
  );
  calculator.show();
  return () => calculator.close();
}

export default { render };
