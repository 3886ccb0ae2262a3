// @ts-check
/** What a trip costs each year in hours, kronor and carbon dioxide. Python does the sums. */

import { h, replace, uniqueId } from "./lib/dom.js";
import { formatNumber, t } from "./lib/i18n.js";
import { NumberField } from "./lib/number_field.js";
import { tripChart } from "./lib/trip_chart.js";
import { TripMap } from "./lib/trip_map.js";
import { notice } from "./lib/widget.js";

/** @typedef {import("./lib/types.js").AnyModel} AnyModel */
/** @typedef {import("./lib/types.js").RenderContext} RenderContext */
/** @typedef {import("./lib/trip_map.js").Place} Place */

/** @typedef {"km" | "people" | "meetings"} InputName */

/** Typing a number is several key presses; the sums wait for the last one. */
const TYPING_MS = 300;
const SLOW_MS = 10_000;

class TripCalculator {
  /** @param {AnyModel} model */
  constructor(model) {
    this.model = model;
    /** @type {Place[]} */
    this.places = model.get("places");
    /** @type {Record<string, Record<string, number>>} kilometres from each place to each other one */
    this.roads = model.get("roads");
    this.map = new TripMap(this.places);
    this.from = placeSelect(this.places, () => this.travel());
    this.to = placeSelect(this.places, () => this.travel());
    const changed = () => this.changed();
    /** @type {Record<InputName, NumberField>} */
    this.fields = {
      km: new NumberField(t("Kilometres, one way"), model.get("km"), () => this.typeDistance()),
      people: new NumberField(t("How many people travel"), model.get("people"), changed),
      meetings: new NumberField(t("Meetings each month"), model.get("meetings"), changed),
    };
    this.result = h("div", { class: "stack", role: "status" });
    this.chart = h("div");
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.typing = undefined;
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.slow = undefined;
    this.receive = () => this.show();
    model.on("change:result", this.receive);
    this.showPlaces();
  }

  /** At the start, the places are those whose way the first distance is, if it is any. */
  showPlaces() {
    const [[from], [to]] = this.places;
    const isTheirs = this.roads[from][to] === this.model.get("km");
    this.from.value = isTheirs ? from : "";
    this.to.value = isTheirs ? to : "";
    this.map.show(this.place(this.from), this.place(this.to));
  }

  /** @param {HTMLSelectElement} select */
  place(select) {
    return this.places.find(([name]) => name === select.value);
  }

  /** Another place is chosen. */
  travel() {
    const from = this.place(this.from);
    const to = this.place(this.to);
    this.map.show(from, to);
    if (!from || !to) return;
    this.fields.km.value = this.roads[from[0]][to[0]];
    this.changed();
  }

  /** A distance of one's own lies between no two places of the map. */
  typeDistance() {
    this.from.value = "";
    this.to.value = "";
    this.map.show(undefined, undefined);
    this.changed();
  }

  changed() {
    clearTimeout(this.typing);
    clearTimeout(this.slow);
    if (Object.values(this.fields).filter((field) => !field.check()).length > 0) {
      replace(this.result);
      return;
    }
    replace(this.result, h("p", null, t("Calculating …")));
    this.typing = setTimeout(() => this.send(), TYPING_MS);
    this.slow = setTimeout(() => this.tellSlow(), SLOW_MS);
  }

  send() {
    for (const [name, field] of Object.entries(this.fields)) this.model.set(name, field.value);
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
    if (Object.entries(this.fields).some(([name, field]) => result[name] !== field.value)) return;
    clearTimeout(this.slow);
    const kronor = result.work_kronor + result.travel_kronor;
    replace(
      this.result,
      h("p", null, h("strong", null, t("Without these trips you save each year:"))),
      h(
        "ul",
        null,
        h("li", null, t("%(hours)s hours on the road", { hours: formatNumber(result.hours) })),
        h("li", null, t("%(kronor)s kronor in travel costs", { kronor: formatNumber(result.travel_kronor) })),
        h("li", null, t("%(kronor)s kronor in working hours", { kronor: formatNumber(result.work_kronor) })),
        h("li", null, t("%(kilos)s kilos of carbon dioxide", { kilos: formatNumber(result.kg_co2) })),
      ),
    );
    replace(this.chart, tripChart(kronor));
  }

  close() {
    clearTimeout(this.typing);
    clearTimeout(this.slow);
    this.model.off("change:result", this.receive);
  }
}

/**
 * @param {Place[]} places
 * @param {() => void} onchange
 */
function placeSelect(places, onchange) {
  return h(
    "select",
    { id: uniqueId("place"), onchange },
    h("option", { value: "" }, t("Another place")),
    places.map(([name]) => h("option", { value: name }, name)),
  );
}

/**
 * @param {string} label
 * @param {HTMLSelectElement} select
 */
function labelled(label, select) {
  return h("div", { class: "field" }, h("label", { for: select.id }, label), select);
}

/** @param {RenderContext} context */
function render({ model, el }) {
  const calculator = new TripCalculator(model);
  const { km, people, meetings } = calculator.fields;
  /** @type {string} */
  const sources = model.get("sources");
  el.append(
    h(
      "div",
      { class: "card stack" },
      h("div", { class: "grid" }, labelled(t("From"), calculator.from), labelled(t("To"), calculator.to)),
      calculator.map.el,
      h("div", { class: "grid" }, km.el, people.el, meetings.el),
      calculator.result,
      calculator.chart,
      sources && h("details", null, h("summary", null, t("Where do the figures come from?")), h("p", null, sources)),
    ),
  );
  calculator.show();
  return () => calculator.close();
}

export default { render };
