// @ts-check
/** The stages in words, as they go. */

import { h, icon, replace } from "../../dom.js";
import { formatNumber, t } from "../../i18n.js";
import { kindOf, TRANSPORTS } from "./stages.js";

/** @typedef {import("./stages.js").RelayStage} RelayStage */
/** @typedef {import("./stages.js").StageState} StageState */

/** @type {Record<StageState, string>} */
const ICONS = {
  waiting: "circle",
  running: "refresh-cw",
  works: "circle-check",
  failed: "circle-x",
  absent: "circle",
  skipped: "circle",
};

/** @returns {Record<StageState, string>} */
function words() {
  return {
    waiting: t("waits for its turn"),
    running: t("is being tested"),
    works: t("works"),
    failed: t("does not get through"),
    absent: t("not set up here"),
    skipped: t("not tested this time"),
  };
}

/** @returns {Record<string, string>} */
function names() {
  return {
    websocket: t("The line that meetings are steered by (websocket)"),
    udp: t("The straight way for sound and picture (UDP)"),
    "turn-udp": t("The way round, quick (TURN over UDP)"),
    "turn-tcp": t("The way round, slower (TURN over TCP)"),
    "turn-tls": t("The way round, secured (TURN over TLS)"),
    line: t("Sound and picture there and back"),
  };
}

export class StageList {
  constructor() {
    /** @type {Map<string, HTMLElement>} */
    this.rows = new Map();
    this.progress = h("progress", {
      class: "progress",
      max: 1,
      value: 0,
      "aria-label": t("How far the measuring is"),
    });
    this.phase = h("p", { role: "status" });
    this.list = h("ul", { class: "plain-list stack stack--tight", role: "list" });
    this.el = h("div", { class: "stack stack--tight" }, this.phase, this.progress, this.list);
    const relays = TRANSPORTS.map((transport) => `turn-${transport}`);
    for (const stage of ["websocket", "udp", ...relays, "line"]) this.add(stage);
  }

  /**
   * @param {string} stage
   * @param {Element | null} [before]
   */
  add(stage, before = null) {
    const row = h("li", { "data-stage": stage });
    this.rows.set(stage, row);
    this.list.insertBefore(row, before);
    this.show(stage, "waiting");
  }

  /**
   * Which relays are set up: those that are not have nothing to wait for.
   *
   * @param {RelayStage[]} relays
   */
  setRelays(relays) {
    const set = new Set(relays.map(({ name }) => name));
    for (const name of set) if (!this.rows.has(name)) this.add(name, this.rows.get("line"));
    for (const name of this.rows.keys()) {
      if (name.startsWith("turn-") && !set.has(name)) this.show(name, "absent");
    }
  }

  /**
   * @param {string} stage
   * @param {StageState} state
   * @param {number} [ms]
   */
  show(stage, state, ms) {
    const row = this.rows.get(stage);
    if (!row) return;
    row.dataset.state = state;
    // a second address of the same kind has a number after its name
    const kind = kindOf(stage);
    const name = names()[kind] + stage.slice(kind.length).replace("-", " ");
    const time = ms === undefined ? "" : `, ${t("%(count)s ms", { count: formatNumber(ms) })}`;
    replace(row, icon(ICONS[state]), ` ${name}: ${words()[state]}${time}`);
  }

  /**
   * Told politely: one sentence for each part of the check, not one for each stage.
   *
   * @param {string} sentence
   */
  say(sentence) {
    if (this.phase.textContent !== sentence) replace(this.phase, sentence);
  }
}
