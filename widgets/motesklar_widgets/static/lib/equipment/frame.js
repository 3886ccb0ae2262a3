// @ts-check
/**
 * The frame of one check: says before anything is asked what will happen, runs, tells one verdict
 * with one next action, and runs again without a reload, by itself where the browser tells that
 * what was wrong has changed.
 */

import { h, replace } from "../dom.js";
import { t } from "../i18n.js";
import { MediaError, problemOf } from "../media_error.js";
import { problemNotice, tell } from "../widget.js";
import { figureList } from "./figures.js";
import { findingOf } from "./findings.js";
import { framedGuide, inAppGuide, permissionGuide } from "./guide.js";
import { QUICK_SECONDS, within } from "./limits.js";
import { recordVerdict } from "./record.js";
import { verdictNotice } from "./verdict_notice.js";

/** @typedef {import("../media.js").Media} Media */
/** @typedef {import("../media.js").Source} Source */
/** @typedef {import("../types.js").Verdict} Verdict */
/** @typedef {import("../types.js").StoredVerdict} StoredVerdict */
/** @typedef {import("./place.js").Place} Place */
/** @typedef {import("./world.js").World} World */
/** @typedef {import("../types.js").Check} Check */

/** @typedef {{ finding: string, figures: Verdict["figures"] }} Report */

/**
 * @typedef {object} Run one try
 * @property {HTMLElement} stage where the check shows its own parts
 * @property {AbortSignal} signal aborted when the person stops or leaves
 * @property {Media} media
 * @property {World} world
 * @property {Place} place
 * @property {boolean} alone nobody else on the page uses a device
 * @property {(report: Report) => void} report tells and records; the last one counts
 */

/**
 * @typedef {object} CheckParts
 * @property {Check} check
 * @property {string} title
 * @property {string[]} intro what will happen, before anything is asked
 * @property {string} start words on the button
 * @property {(run: Run) => Promise<void>} run may throw MediaError
 */

/**
 * @typedef {object} Setting
 * @property {Media} media
 * @property {World} world
 * @property {() => Place} place
 * @property {boolean} alone nobody else on the page uses a device
 * @property {string} step of a module, if the check is one
 * @property {(check: Check, verdict: Verdict) => void} onVerdict
 */

const REFUSED = new Set(["denied", "dismissed", "blocked-by-system"]);
/** A device that turns up may mend these. */
const GONE = new Set(["missing", "lost", "no-output"]);

export class CheckFrame {
  /**
   * @param {CheckParts} parts
   * @param {Setting} setting
   */
  constructor(parts, setting) {
    this.parts = parts;
    this.setting = setting;
    /** @type {AbortController | null} the running try */
    this.running = null;
    this.touched = false;
    /** @type {Verdict | null} the last one */
    this.verdict = null;
    /** Over when the server has the last verdict, or has refused it. */
    this.recorded = Promise.resolve();
    /** Ends the watch for what may mend the last finding. */
    this.watch = new AbortController();
    this.stage = h("div", { class: "stack" });
    this.told = h("div", { class: "stack stack--tight", role: "status" });
    this.behind = h("div", { class: "stack stack--tight" });
    // one button for start, stop and again, so that the keyboard's focus stays where it is
    this.button = h(
      "button",
      {
        type: "button",
        class: "button button--primary",
        onclick: () => (this.running ? this.stop() : this.start()),
      },
      parts.start,
    );
    this.skips = [
      this.skipButton(t("Not on this device"), "not-here"),
      this.skipButton(t("Not for me"), "not-for-me"),
    ];
    this.actions = h("div", { class: "row" }, this.button, this.skips);
    this.intro = h(
      "div",
      { class: "stack" },
      parts.intro.map((sentence) => h("p", null, sentence)),
    );
    this.el = h(
      "div",
      { class: "check stack", "data-check": parts.check },
      this.intro,
      this.stage,
      this.told,
      this.behind,
      this.actions,
    );
  }

  /** @returns {Source | null} the device that this check asks for */
  get source() {
    const { check } = this.parts;
    return check === "microphone" || check === "camera" ? check : null;
  }

  /**
   * @param {string} words
   * @param {"not-here" | "not-for-me"} finding
   */
  skipButton(words, finding) {
    const onclick = () => this.skip(finding);
    return h("button", { type: "button", class: "button button--quiet", onclick }, words);
  }

  /**
   * Tell how it went last time, unless the person has begun again meanwhile.
   *
   * @param {StoredVerdict} verdict
   */
  restore(verdict) {
    if (this.touched) return;
    replace(
      this.told,
      h("p", null, t("Done last time:")),
      verdictNotice(this.parts.check, verdict),
    );
    if (verdict.verdict !== "skipped") replace(this.button, t("Test again"));
  }

  /** @returns {Promise<void>} over when the try has ended, however it did; never throws */
  async start() {
    this.stop();
    this.touched = true;
    const controller = new AbortController();
    this.running = controller;
    this.clear();
    // what was to happen happens now
    this.intro.hidden = true;
    replace(this.button, t("Stop the test"));
    const { media, world, place, alone } = this.setting;
    const unwatch = this.watchRevoked(controller);
    try {
      await this.parts.run({
        stage: this.stage,
        signal: controller.signal,
        media,
        world,
        place: place(),
        alone,
        report: (report) => this.running === controller && this.report(report),
      });
    } catch (error) {
      if (!controller.signal.aborted) await this.fail(error, controller);
    } finally {
      unwatch();
      if (this.running === controller) this.end();
    }
  }

  /**
   * A permission that is taken back in the middle ends the try at once: not every browser ends the
   * track.
   *
   * @param {AbortController} controller
   * @returns {() => void}
   */
  watchRevoked(controller) {
    if (!this.source) return () => undefined;
    return this.setting.media.onPermission(this.source, (state) => {
      if (state === "denied" && this.running === controller) {
        this.stop();
        this.report({ finding: "denied", figures: {} });
      }
    });
  }

  /**
   * @param {unknown} error
   * @param {AbortController} controller
   */
  async fail(error, controller) {
    const { reason } = problemOf(error);
    if (!(error instanceof MediaError)) console.error(error);
    const finding = reason === "lost" && (await this.isDenied()) ? "denied" : reason;
    if (this.running === controller) this.report({ finding, figures: {} });
  }

  /** A track also ends when the person takes the permission back. */
  async isDenied() {
    if (!this.source) return false;
    const asked = within(this.setting.media.permission(this.source), QUICK_SECONDS);
    const state = await asked.catch((error) => console.info("the permission is not known", error));
    return state === "denied";
  }

  /** Stop what is running; does nothing when nothing is. */
  stop() {
    this.watch.abort();
    if (!this.running) return;
    this.running.abort();
    this.end();
  }

  end() {
    this.running = null;
    // the button that had the focus goes away with the stage
    if (this.stage.contains(document.activeElement)) this.button.focus();
    replace(this.stage);
    replace(this.button, this.told.childElementCount ? t("Test again") : this.parts.start);
  }

  clear() {
    replace(this.told);
    replace(this.behind);
    replace(this.stage);
    for (const skip of this.skips) skip.hidden = false;
  }

  /** @param {"not-here" | "not-for-me"} finding */
  skip(finding) {
    this.touched = true;
    this.stop();
    this.report({ finding, figures: {} });
    replace(this.button, this.parts.start);
  }

  /** @param {Report} report */
  report({ finding, figures }) {
    const { check } = this.parts;
    const { step, world, place, onVerdict } = this.setting;
    /** @type {Verdict} */
    const verdict = { verdict: findingOf(check, finding).verdict, finding, figures };
    this.verdict = verdict;
    this.show(verdict);
    tell("verdict", { step, test: check, ...verdict });
    this.recorded = recordVerdict(check, verdict, { step, world, hall: place().hall }).catch(
      (error) => {
        this.behind.append(problemNotice(error));
      },
    );
    onVerdict(check, verdict);
    this.watchFor(finding);
  }

  /** @param {Verdict} verdict */
  show(verdict) {
    replace(this.told, verdictNotice(this.parts.check, verdict));
    replace(this.behind, this.guide(verdict.finding), figureList(verdict.figures));
    for (const skip of this.skips) skip.hidden = verdict.verdict === "pass";
  }

  /** @param {string} finding */
  guide(finding) {
    const { world } = this.setting;
    if (finding === "in-app") return inAppGuide(world);
    if (finding === "framed") return framedGuide();
    if (!this.source || !REFUSED.has(finding)) return null;
    return permissionGuide(world, this.source, { system: finding === "blocked-by-system" });
  }

  /**
   * Run again by itself when the permission is given or a device turns up.
   *
   * @param {string} finding
   */
  watchFor(finding) {
    this.watch.abort();
    this.watch = new AbortController();
    const { signal } = this.watch;
    const { media } = this.setting;
    const again = () => !signal.aborted && !this.running && this.start();
    if (this.source && REFUSED.has(finding)) {
      const stop = media.onPermission(this.source, (state) => state !== "denied" && again());
      signal.addEventListener("abort", stop, { once: true });
    }
    if (this.source && GONE.has(finding)) {
      const stop = media.onDevices(() => {
        this.againIfFound(again).catch((error) =>
          console.warn("the devices can't be listed", error),
        );
      });
      signal.addEventListener("abort", stop, { once: true });
    }
  }

  /** @param {() => void} again */
  async againIfFound(again) {
    if (!this.source) return;
    const found = await this.setting.media.devices(this.source);
    if (found.length > 0) again();
  }

  /** Let go of everything; safe to call twice. */
  close() {
    this.stop();
  }
}
