// @ts-check
/** How the network is: one word for everybody, the figures for whoever helps. */

import { announce, h, icon, replace } from "../dom.js";
import { formatNumber, t } from "../i18n.js";
import { judge, SteadyVerdict } from "./quality.js";
import { rates, totals } from "./stats.js";

/** @typedef {import("./messages.js").Quality} Quality */
/** @typedef {import("./stats.js").Totals} Totals */

export class Network {
  /** @param {() => Promise<RTCStatsReport | null>} stats */
  constructor(stats) {
    this.stats = stats;
    /** @type {Totals | null} */
    this.before = null;
    this.steady = new SteadyVerdict();
    this.words = h("span", null, t("Measured in a moment"));
    this.figures = h("dl", { class: "figures" });
    this.summary = h("summary", null, icon("wifi"), " ", t("Network"), ": ", this.words);
    this.element = h(
      "details",
      { class: "call__network" },
      this.summary,
      h("p", { class: "soft small" }, t("Figures for somebody who helps you:")),
      this.figures,
    );
  }

  /** @param {Quality} quality measured by the server, each few seconds */
  async take(quality) {
    const { verdict, words } = judge(quality);
    if (this.steady.add(verdict)) {
      this.element.dataset.verdict = verdict;
      announce(t("Network: %(words)s", { words }));
    }
    if (verdict === this.steady.verdict) replace(this.words, words);
    const report = await this.stats();
    const now = report ? totals(report) : null;
    this.show(quality, now);
    this.before = now;
  }

  /**
   * @param {Quality} quality
   * @param {Totals | null} now
   */
  show({ up_loss, down_loss, rtt_ms, jitter_ms }, now) {
    const ms = (/** @type {number} */ value) => t("%(count)s ms", { count: formatNumber(value) });
    /** @type {[string, string][]} */
    const rows = [
      [t("Lost on the way from you"), percent(up_loss)],
      [t("Lost on the way to you"), percent(down_loss)],
      [t("Time there and back"), rtt_ms === null ? t("Not known") : ms(rtt_ms)],
      [t("Unevenness"), ms(jitter_ms)],
    ];
    if (now) {
      const { up, down } = rates(this.before, now);
      rows.push(
        [t("From you"), t("%(count)s kbit/s", { count: formatNumber(up) })],
        [t("To you"), t("%(count)s kbit/s", { count: formatNumber(down) })],
      );
      if (now.path) rows.push([t("Way"), now.path]);
      if (now.picture) {
        const values = { size: now.picture, count: formatNumber(now.pictures) };
        rows.push([t("Your picture"), t("%(size)s, %(count)s a second", values)]);
      }
    }
    replace(
      this.figures,
      rows.flatMap(([name, value]) => [h("dt", null, name), h("dd", null, value)]),
    );
  }
}

/** @param {number} share */
function percent(share) {
  return t("%(count)s percent", { count: formatNumber(share * 100, 1) });
}
