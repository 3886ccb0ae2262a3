// @ts-check
/**
 * What has really reached the server in the practice call. Nothing is typed here: voice, picture
 * and text count alike, and one of them is enough. An exercise about one task of the call shows
 * whether that is done, in whichever way.
 */

import { getState } from "./lib/api.js";
import { announce, h, icon, replace } from "./lib/dom.js";
import { exercises } from "./lib/exercises.js";
import { formatNumber, t } from "./lib/i18n.js";
import { previewNote, problemNotice } from "./lib/widget.js";

/** @typedef {import("./lib/types.js").Evidence} Evidence */
/** @typedef {import("./lib/types.js").RenderContext} RenderContext */

/** @typedef {"sound_seconds" | "picture_seconds" | "text_characters"} Figure */

/**
 * @typedef {object} Way
 * @property {Figure} figure
 * @property {number} enough
 * @property {string} done
 * @property {(so_far: string, enough: string) => string} missing
 */

/**
 * @param {(name: string) => any} get
 * @returns {Way[]}
 */
function ways(get) {
  return [
    {
      figure: "sound_seconds",
      enough: get("sound_seconds"),
      done: t("Your voice has been heard."),
      missing: (so_far, enough) =>
        t("Voice: %(so_far)s of %(enough)s seconds have been heard.", { so_far, enough }),
    },
    {
      figure: "picture_seconds",
      enough: get("picture_seconds"),
      done: t("Your picture has been seen."),
      missing: (so_far, enough) =>
        t("Picture: %(so_far)s of %(enough)s seconds have been seen.", { so_far, enough }),
    },
    {
      figure: "text_characters",
      enough: get("text_characters"),
      done: t("Your text has been read."),
      missing: (so_far, enough) =>
        t("Text: %(so_far)s of %(enough)s characters have been read.", { so_far, enough }),
    },
  ];
}

/** @returns {Record<string, string>} how a task was done, by way */
function doneSentences() {
  return {
    speech: t("Done. Your voice was heard."),
    text: t("Done. What you wrote was read."),
    sign: t("Done. What you showed was seen."),
    button: t("Done. You found the button."),
    leader: t("Done. Your course leader has confirmed it."),
  };
}

/**
 * @typedef {object} Row
 * @property {string} name
 * @property {boolean} done
 * @property {string} words
 */

class EvidenceList {
  /**
   * @param {string} exercise
   * @param {Way[]} ways
   * @param {string} task one of the call's, or "" when the ways count
   */
  constructor(exercise, ways, task) {
    this.exercise = exercise;
    this.ways = ways;
    this.task = task;
    this.list = h("ul", { class: "plain-list stack stack--tight" });
    this.summary = h("p", null);
    /** @type {Set<string>} */
    this.fulfilled = new Set();
  }

  /**
   * @param {Evidence} evidence
   * @param {boolean} live false for what was there before the page was opened
   */
  show(evidence, live) {
    const rows = this.task
      ? [this.taskRow(evidence.tasks?.[this.task])]
      : this.ways.map((way) => this.row(way, evidence));
    for (const { name, done, words } of rows) {
      if (!done || this.fulfilled.has(name)) continue;
      this.fulfilled.add(name);
      if (live) announce(words);
    }
    replace(
      this.list,
      rows.map(({ done, words }) =>
        h("li", null, icon(done ? "circle-check" : "circle"), " ", words),
      ),
    );
    const done = this.fulfilled.size > 0;
    replace(this.summary, this.summarySentence(done));
    if (done && live) exercises.answer(this.exercise);
    else if (done) exercises.restore(this.exercise);
  }

  /** @param {boolean} done */
  summarySentence(done) {
    if (this.task) {
      return done
        ? t("This exercise is done.")
        : t("If one way doesn't suit you, the voice tells you of another. It counts just as much.");
    }
    return done
      ? t("One way is enough, so this exercise is done. You may try the others too.")
      : t("Choose the way that suits you. One of them is enough.");
  }

  /**
   * @param {Way} way
   * @param {Evidence} evidence
   * @returns {Row}
   */
  row(way, evidence) {
    const figure = evidence[way.figure] ?? 0;
    const done = figure >= way.enough;
    // never more than asked for: "12 of 3 seconds" helps nobody
    const soFar = formatNumber(Math.floor(Math.min(figure, way.enough)));
    const words = done ? way.done : way.missing(soFar, formatNumber(way.enough));
    return { name: way.figure, done, words };
  }

  /**
   * @param {string | undefined} way in which the task was done
   * @returns {Row}
   */
  taskRow(way) {
    const words = way
      ? (doneSentences()[way] ?? t("Done."))
      : t("Not yet. You do it in the practice call, when the voice asks for it.");
    return { name: this.task, done: Boolean(way), words };
  }
}

/** @param {RenderContext} context */
function render({ model, el }) {
  /** @type {string} */
  const exercise = model.get("exercise");
  const question = model.get("question");
  const remove = exercises.add(exercise, question, el);
  const evidence = new EvidenceList(
    exercise,
    ways((name) => model.get(name)),
    model.get("task"),
  );
  let heard = false;

  /** @param {Event} event */
  function receive(event) {
    heard = true;
    evidence.show(/** @type {CustomEvent<Evidence>} */ (event).detail, true);
  }

  evidence.show({ sound_seconds: 0, picture_seconds: 0, text_characters: 0, tasks: {} }, false);
  const card = h(
    "div",
    { class: "card stack", id: `exercise-${exercise}` },
    previewNote(),
    h("p", null, h("strong", null, question)),
    evidence.list,
    evidence.summary,
  );
  el.append(card);
  document.addEventListener("motesklar:evidence", receive);
  getState()
    // what the call has told meanwhile is newer
    .then((state) => heard || evidence.show(state.evidence, false))
    .catch((error) => card.append(problemNotice(error)));
  return () => {
    document.removeEventListener("motesklar:evidence", receive);
    remove();
  };
}

export default { render };
