// @ts-check
/** Write an invitation and get it as a calendar file, or give one from the own calendar. */

import { Answer } from "./lib/answer.js";
import { getState } from "./lib/api.js";
import { calendarFile } from "./lib/calendar_file.js";
import { h, replace, uniqueId } from "./lib/dom.js";
import { t } from "./lib/i18n.js";
import { readNumber } from "./lib/number_field.js";
import { page } from "./lib/page.js";
import { notice, problemNotice } from "./lib/widget.js";

/** @typedef {import("./lib/types.js").RenderContext} RenderContext */
/** @typedef {import("./lib/calendar_file.js").Meeting} Meeting */

/** The same as the server's. */
const MOST_BYTES = 50_000;
const MOST_MINUTES = 480;

class InvitationForm {
  /** @param {(ics: string) => void} onFile */
  constructor(onFile) {
    this.onFile = onFile;
    this.title = h("input", { id: uniqueId("title"), maxlength: 200, autocomplete: "off" });
    this.day = h("input", { id: uniqueId("day"), type: "date" });
    this.time = h("input", { id: uniqueId("time"), type: "time" });
    this.minutes = h("input", { id: uniqueId("minutes"), inputmode: "numeric", maxlength: 3, autocomplete: "off" });
    this.place = h("input", { id: uniqueId("link"), type: "url", maxlength: 500, autocomplete: "off" });
    this.text = h("textarea", { id: uniqueId("agenda"), rows: 4, maxlength: 1500 });
    this.told = h("div", { role: "status" });
    this.seen = h("div");
    this.address = "";
    this.file = h("input", { id: uniqueId("file"), type: "file", accept: ".ics,text/calendar", onchange: () => this.upload() });
    this.el = h(
      "div",
      { class: "stack" },
      h(
        "form",
        { class: "stack", novalidate: true, onsubmit: (/** @type {Event} */ event) => this.submit(event) },
        field(t("What the meeting is about"), this.title),
        h("div", { class: "grid" }, field(t("Day"), this.day), field(t("It begins at"), this.time), field(t("How many minutes it takes"), this.minutes)),
        field(t("The link to the meeting"), this.place),
        field(t("What you will talk about"), this.text),
        h("p", null, h("button", { class: "button button--primary" }, t("Save, and get the calendar file"))),
      ),
      h(
        "details",
        null,
        h("summary", null, t("I have made the invitation in my own calendar")),
        field(t("The calendar file (it ends in .ics)"), this.file),
      ),
      this.told,
      this.seen,
    );
  }

  /** @param {Event} event */
  submit(event) {
    event.preventDefault();
    const meeting = this.read();
    if (!meeting) return;
    const ics = calendarFile(meeting, new Date());
    this.download(ics);
    this.onFile(ics);
  }

  /** @returns {Meeting | null} null where something is missing, which is told beside its field */
  read() {
    const minutes = readNumber(this.minutes.value);
    const faults = /** @type {[HTMLInputElement, boolean][]} */ ([
      [this.title, this.title.value.trim() !== ""],
      [this.day, this.day.value !== ""],
      [this.time, this.time.value !== ""],
      [this.minutes, Number.isInteger(minutes) && minutes > 0 && minutes <= MOST_MINUTES],
    ]).filter(([input, fine]) => {
      input.setAttribute("aria-invalid", String(!fine));
      return !fine;
    });
    replace(this.told);
    if (faults.length > 0) {
      const next = t("Fill in what it is about, the day, when it begins and how many minutes it takes.");
      replace(this.told, notice("warn", t("Something is missing in the invitation."), next));
      faults[0][0].focus();
      return null;
    }
    return {
      title: this.title.value.trim(),
      start: `${this.day.value}T${this.time.value}`,
      minutes,
      place: this.place.value.trim(),
      text: this.text.value.trim(),
    };
  }

  async upload() {
    const file = this.file.files?.[0];
    if (!file) return;
    if (file.size > MOST_BYTES) {
      replace(this.told, notice("warn", t("The calendar file is too large."), t("Save one single meeting as a file.")));
      return;
    }
    replace(this.told);
    this.onFile(await file.text());
  }

  /** @param {string} ics */
  download(ics) {
    this.forget();
    this.address = URL.createObjectURL(new Blob([ics], { type: "text/calendar" }));
    h("a", { href: this.address, download: t("invitation.ics") }).click();
  }

  /** The file that was given; at once it would be gone before every browser has fetched it. */
  forget() {
    URL.revokeObjectURL(this.address);
  }

  /**
   * @param {unknown} value what the server has read out of a file
   * @returns {boolean} false when it is nothing of the kind
   */
  restore(value) {
    const meeting = /** @type {Meeting} */ (value);
    if (typeof meeting?.start !== "string") return false;
    [this.day.value, this.time.value] = meeting.start.split("T");
    this.title.value = meeting.title;
    this.minutes.value = String(meeting.minutes);
    this.place.value = meeting.place;
    this.text.value = meeting.text;
    replace(this.seen, asGuestsSee(meeting));
    return true;
  }
}

/** @param {Meeting} meeting */
function asGuestsSee({ title, start, minutes, place, text }) {
  const nothing = t("Nothing is written here.");
  // a time that stands for itself: the browser must not move it to its own zone
  const when = new Date(`${start}Z`).toLocaleString(page.language, {
    dateStyle: "full",
    timeStyle: "short",
    timeZone: "UTC",
  });
  return [
    h("p", null, h("strong", null, t("This is what your guests see:"))),
    h(
      "dl",
      { class: "as-guests-see" },
      [
        [t("What the meeting is about"), title],
        [t("When"), t("%(time)s, for %(minutes)s minutes", { time: when, minutes })],
        [t("Where"), place],
        [t("What you will talk about"), text],
      ].map(([name, words]) => h("div", null, h("dt", null, name), h("dd", null, words || nothing))),
    ),
  ];
}

/**
 * @param {string} label
 * @param {HTMLElement} control
 */
function field(label, control) {
  return h("div", { class: "field" }, h("label", { for: control.id }, label), control);
}

/** @param {RenderContext} context */
function render({ model, el }) {
  /** @type {string} */
  const question = model.get("question");
  /** @type {string} */
  const exercise = model.get("exercise");
  const answer = new Answer(exercise, question, el);
  const form = new InvitationForm((ics) => give(ics));

  /** @param {string} ics */
  async function give(ics) {
    if (!(await answer.save({ ics }))) return;
    try {
      // what the server has read out of the file is what counts
      form.restore((await getState()).answers[exercise]);
    } catch (error) {
      replace(form.told, problemNotice(error));
    }
  }

  el.append(answer.groupCard(form.el));
  answer.restore((value) => form.restore(value));
  return () => {
    form.forget();
    answer.remove();
  };
}

export default { render };
