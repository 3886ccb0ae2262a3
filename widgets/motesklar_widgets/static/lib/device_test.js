// @ts-check
/**
 * The frame of a device test: explains before anything is asked, runs, tells one verdict with one
 * next action, and can be run again without a reload.
 *
 * A test that is left (scrolled away, another page) is stopped, so that no microphone or camera
 * stays on unseen.
 */

import { getState, recordFact } from "./api.js";
import { h, replace } from "./dom.js";
import { t } from "./i18n.js";
import { MediaError, problemOf } from "./media_error.js";
import { StepPart } from "./step_parts.js";
import { notice, previewNote, problemNotice, stepOf, tell } from "./widget.js";

/** @typedef {import("./types.js").Verdict} Verdict */

/** @typedef {[sentence: string, next: string]} Advice */

/**
 * @typedef {object} Run one try
 * @property {HTMLElement} stage where the test shows its own parts
 * @property {AbortSignal} signal aborted when the person stops or leaves
 * @property {(verdict: Verdict) => void} report tells and records; the last one counts
 */

/**
 * @typedef {object} DeviceTestParts
 * @property {"microphone" | "camera" | "speaker"} name a step may hold several tests
 * @property {string[]} intro what will happen, before anything is asked
 * @property {string} start words on the button
 * @property {(run: Run) => Promise<void>} run may throw MediaError
 * @property {(verdict: Verdict) => Advice} advise
 */

/** @type {Record<Verdict["verdict"], import("./widget.js").NoticeKind>} */
const NOTICES = { pass: "ok", warn: "warn", fail: "fail", skipped: "info" };

class DeviceTest {
  /**
   * @param {HTMLElement} el
   * @param {DeviceTestParts} parts
   */
  constructor(el, parts) {
    this.el = el;
    this.parts = parts;
    /** @type {AbortController | null} the running try */
    this.running = null;
    this.touched = false;
    this.part = new StepPart(el);
    this.stage = h("div", { class: "stack" });
    this.told = h("div", { class: "stack stack--tight", role: "status" });
    // one button for start, stop and again, so that the keyboard's focus stays where it is
    this.button = h("button", {
      type: "button",
      class: "button button--primary",
      onclick: () => (this.running ? this.stop() : this.start()),
    });
    this.skip = h(
      "button",
      { type: "button", class: "button button--quiet", onclick: () => this.skipTest() },
      t("Not on this device"),
    );
    this.observer = new IntersectionObserver(([entry]) => {
      if (!entry.isIntersecting) this.stop();
    });
  }

  show() {
    this.label(this.parts.start);
    replace(
      this.el,
      h(
        "div",
        { class: "card stack" },
        previewNote(),
        this.parts.intro.map((sentence) => h("p", null, sentence)),
        this.stage,
        this.told,
        h("div", { class: "row" }, this.button, this.skip),
      ),
    );
    this.observer.observe(this.el);
    this.restore();
  }

  /** Tell how it went last time, unless the person has begun again meanwhile. */
  async restore() {
    try {
      const last = (await getState()).verdicts[stepOf(this.el)]?.[this.parts.name];
      if (!last || this.touched) return;
      if (isDone(last)) this.part.restore();
      replace(this.told, h("p", null, t("Done last time:")), this.verdictNotice(last));
      if (last.verdict !== "skipped") this.label(t("Test again"));
    } catch (error) {
      replace(this.told, problemNotice(error));
    }
  }

  async start() {
    this.touched = true;
    const controller = new AbortController();
    this.running = controller;
    replace(this.told);
    replace(this.stage);
    this.label(t("Stop the test"));
    try {
      await this.parts.run({
        stage: this.stage,
        signal: controller.signal,
        report: (verdict) => this.report(verdict),
      });
    } catch (error) {
      this.fail(error, controller.signal);
    } finally {
      if (this.running === controller) this.end();
    }
  }

  /**
   * @param {unknown} error
   * @param {AbortSignal} signal
   */
  fail(error, signal) {
    if (signal.aborted) return;
    const { reason } = problemOf(error);
    if (!(error instanceof MediaError)) console.error(error);
    this.report({ verdict: "fail", figures: { reason } });
  }

  /** Stop what is running; does nothing when nothing is. */
  stop() {
    if (!this.running) return;
    this.running.abort();
    this.end();
  }

  end() {
    this.running = null;
    // the button that had the focus goes away with the stage
    if (this.stage.contains(document.activeElement)) this.button.focus();
    replace(this.stage);
    this.label(this.told.childElementCount ? t("Test again") : this.parts.start);
  }

  skipTest() {
    this.touched = true;
    this.stop();
    this.report({ verdict: "skipped", figures: {} });
    this.label(this.parts.start);
  }

  /** @param {Verdict} verdict */
  report(verdict) {
    replace(this.told, this.verdictNotice(verdict));
    const step = stepOf(this.el);
    const detail = { test: this.parts.name, ...verdict };
    tell("verdict", { step, ...detail });
    if (isDone(verdict)) this.part.finish();
    recordFact({ step, kind: "verdict", detail }).catch((error) => {
      this.told.append(problemNotice(error));
    });
  }

  /** @param {Verdict} verdict */
  verdictNotice(verdict) {
    const [sentence, next] = this.parts.advise(verdict);
    return notice(NOTICES[verdict.verdict] ?? "info", sentence, next);
  }

  /** @param {string} text */
  label(text) {
    replace(this.button, text);
  }

  close() {
    this.observer.disconnect();
    this.part.remove();
    this.stop();
  }
}

/** @param {Verdict} verdict */
function isDone({ verdict }) {
  return verdict === "pass" || verdict === "skipped";
}

/**
 * @param {HTMLElement} el
 * @param {DeviceTestParts} parts
 * @returns {() => void} cleans up
 */
export function showDeviceTest(el, parts) {
  const test = new DeviceTest(el, parts);
  test.show();
  const leave = () => test.stop();
  addEventListener("pagehide", leave);
  return () => {
    removeEventListener("pagehide", leave);
    test.close();
  };
}
