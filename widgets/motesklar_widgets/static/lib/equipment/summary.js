// @ts-check
/** The end of the flow: ready or not, what to mend first, and how to show it to somebody who helps. */

import { announce, h, icon, replace } from "../dom.js";
import { send, TryLater } from "../http.js";
import { t } from "../i18n.js";
import { MediaError } from "../media_error.js";
import { page, url } from "../page.js";
import { notice, problemNotice } from "../widget.js";
import { figureList, figureRows } from "./figures.js";
import { findingOf, storedFinding } from "./findings.js";
import { within } from "./limits.js";
import { inOrder, readinessOf } from "./readiness.js";
import { testedWhen } from "./tested_when.js";
import { verdictNotice } from "./verdict_notice.js";

/** @typedef {import("../types.js").Verdict} Verdict */
/** @typedef {import("../types.js").Check} Check */
/** @typedef {import("./world.js").World} World */
/** @typedef {import("./readiness.js").Result} Result */

/**
 * @typedef {object} SummaryParts
 * @property {World} world
 * @property {(check: Check) => void} onAgain
 * @property {() => Promise<void>} whenRecorded what the server must know before it makes a report
 * @property {HTMLElement | null} next the way on
 */

/** Verdicts wait for the network for ever; somebody who asks for a code does not. */
const RECORDED_SECONDS = 10;

export class Summary {
  /**
   * @param {Result[]} results
   * @param {SummaryParts} parts
   */
  constructor(results, parts) {
    this.results = inOrder(results);
    this.parts = parts;
    this.shared = h("div", { class: "stack stack--tight", role: "status" });
    this.el = h(
      "div",
      { class: "equipment__summary stack" },
      headline(readinessOf(results)),
      parts.next,
      h(
        "ul",
        { class: "plain-list stack stack--tight" },
        this.results.map((result) => this.row(result)),
      ),
      this.helpers(),
      this.shared,
    );
  }

  /** @param {Result} result */
  row(result) {
    const { check, title, verdict, days } = result;
    const again = h(
      "button",
      {
        type: "button",
        class: "button button--quiet equipment__again",
        "aria-label": `${t("Test again")}: ${title}`,
        onclick: () => this.parts.onAgain(check),
      },
      t("Test again"),
    );
    return h(
      "li",
      {
        class: "equipment__result",
        "data-check": check,
        "data-verdict": verdict?.verdict ?? "none",
      },
      h("div", { class: "equipment__head" }, h("h3", null, title), again),
      verdict
        ? verdictNotice(check, verdict, { end: true })
        : notice("info", t("Not tested yet."), t("Press Test again when it suits you.")),
      days !== null && h("p", { class: "soft" }, testedWhen(days)),
      verdict && figureList(verdict.figures),
    );
  }

  helpers() {
    /** @type {(name: string, words: string, onclick: () => void) => HTMLElement} */
    const button = (name, words, onclick) =>
      h("button", { type: "button", class: "button", onclick }, icon(name), words);
    return h(
      "div",
      { class: "row equipment__helpers" },
      button("download", t("Print"), () => print()),
      button("clipboard-check", t("Copy"), () => this.copy()),
      page.live && button("life-buoy", t("Share with a helper"), () => this.share()),
    );
  }

  async copy() {
    const text = summaryText(this.results, this.parts.world);
    try {
      await navigator.clipboard.writeText(text);
      replace(
        this.shared,
        notice("ok", t("It is copied. Paste it into a message to somebody who helps you.")),
      );
    } catch (error) {
      console.info("the browser does not copy by itself", error);
      const field = h("textarea", {
        class: "input",
        rows: 8,
        readonly: true,
        value: text,
        "aria-label": t("What the test found"),
      });
      replace(
        this.shared,
        h("p", null, t("Copy this text and send it to somebody who helps you.")),
        field,
      );
      field.select();
    }
  }

  async share() {
    replace(this.shared, h("p", null, t("One moment…")));
    try {
      await within(this.parts.whenRecorded(), RECORDED_SECONDS);
      const { browser, system } = this.parts.world;
      const body = { browser, system };
      const report = await send({ method: "POST", path: "/api/equipment/report", body });
      replace(this.shared, reportNotice(report));
    } catch (error) {
      if (!(error instanceof TryLater) && !(error instanceof MediaError))
        return replace(this.shared, problemNotice(error));
      console.info("no report was made", error);
      replace(
        this.shared,
        notice(
          "warn",
          t("The course does not answer just now."),
          t("Wait a moment and press the button again."),
        ),
      );
    }
  }
}

/**
 * @param {{ code: string, address: string, expires_at: string }} report
 */
function reportNotice({ code, address, expires_at }) {
  const until = new Date(expires_at).toLocaleDateString(page.language.replace("_", "-"), {
    dateStyle: "long",
  });
  announce(t("The code is %(code)s", { code: [...code].join(" ") }));
  return h(
    "div",
    { class: "notice notice--info equipment__report" },
    icon("info"),
    h(
      "div",
      { class: "stack stack--tight" },
      h("p", null, t("Give this code to somebody who helps you:")),
      h("p", { class: "equipment__code" }, code),
      h(
        "p",
        null,
        t("They type it here, and need no account:"),
        " ",
        h("a", { href: address }, address),
      ),
      h(
        "p",
        null,
        t("It shows what the test found, but not who you are. It goes away on %(date)s.", {
          date: until,
        }),
      ),
    ),
  );
}

/** @param {ReturnType<typeof readinessOf>} readiness */
function headline(readiness) {
  switch (readiness) {
    case "ready":
      return notice(
        "ok",
        t("You are ready."),
        t("Your equipment works. You can go into a meeting now."),
      );
    case "nearly":
      return notice(
        "warn",
        t("You can take part."),
        t("Something could be better. Begin with what stands first."),
      );
    case "mend":
      return notice(
        "fail",
        t("Mend this first."),
        t("Begin with what stands first, and test it again. You can ask for help at any time."),
      );
    default:
      return notice(
        "info",
        t("Nothing has been tested on this device."),
        t("You can come back whenever you like."),
      );
  }
}

/**
 * @param {Result} result
 * @returns {[sentence: string, next: string]} nothing to do next where it works
 */
function wordsOf({ check, verdict }) {
  if (!verdict) return [t("Not tested yet."), ""];
  const { sentence, next } = findingOf(check, storedFinding(verdict));
  return [sentence, verdict.verdict === "pass" ? "" : next];
}

/**
 * For a message to somebody who helps: no name, no device's name.
 *
 * @param {Result[]} results
 * @param {World} world
 */
export function summaryText(results, world) {
  const lines = results.flatMap((result) => {
    const [sentence, next] = wordsOf(result);
    const figures = figureRows(result.verdict?.figures ?? {}).map(
      ([name, value]) => `  ${name}: ${value}`,
    );
    return [`${result.title}: ${sentence}`, ...(next ? [`  ${next}`] : []), ...figures];
  });
  const when = new Date().toLocaleString(page.language.replace("_", "-"));
  return [t("Test of the equipment"), when, `${world.browser}, ${world.system}`, "", ...lines].join(
    "\n",
  );
}

/**
 * @param {string} path
 * @param {string} words
 */
export function wayOn(path, words) {
  return h(
    "p",
    null,
    h("a", { class: "button button--primary button--large", href: url(path) }, words),
  );
}
