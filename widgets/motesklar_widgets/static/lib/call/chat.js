// @ts-check
/**
 * The chat with real-time text: what others write is seen letter by letter. Screen readers are told
 * phrase by phrase, in a region of its own.
 */

import { h, replace } from "../dom.js";
import { t } from "../i18n.js";
import { ChatLog } from "./chat_log.js";
import { Phrases } from "./phrases.js";
import { TextLine } from "./text_line.js";

/** @typedef {import("./chat_log.js").Entry} Entry */
/** @typedef {import("./messages.js").Line} Line */

const LOOK_MS = 500;
/** Enough for a screen reader's own history; older phrases go. */
const MOST_PHRASES = 20;

export class Chat {
  /**
   * @param {object} parts
   * @param {string} parts.label of the field
   * @param {string} parts.hint
   * @param {(text: string) => boolean} parts.send returns whether it could be sent
   * @param {() => void} parts.onNews somebody else has written
   */
  constructor({ label, hint, send, onNews }) {
    this.you = "";
    /** What the partner writes it says as well, and that is noted here already. */
    this.partner = "";
    this.onNews = onNews;
    this.log = new ChatLog();
    this.phrases = new Phrases();
    this.line = new TextLine({
      label,
      hint,
      send,
      onLine: (text) => this.append(this.log.add({ member: this.you, name: t("You"), text })),
    });
    this.finished = h("ol", { class: "chat__lines plain-list" });
    this.writing = h("ol", { class: "chat__lines plain-list" });
    this.empty = h("p", { class: "soft" }, t("Nothing has been written yet."));
    this.scroll = h(
      "div",
      {
        class: "chat__scroll",
        tabindex: "0",
        role: "region",
        "aria-label": t("What has been written"),
      },
      this.empty,
      this.finished,
      this.writing,
    );
    this.read = h("div", { class: "visually-hidden", "aria-live": "polite", "data-phrases": true });
    this.element = h(
      "section",
      { class: "call__chat stack stack--tight", "aria-label": t("Chat") },
      h("h3", null, t("Chat")),
      this.scroll,
      this.line.element,
      this.read,
    );
    this.timer = setInterval(() => this.readRested(), LOOK_MS);
  }

  /** @param {Line} line of somebody, as far as it is written */
  take(line) {
    // the server tells everybody; what I wrote stands here already
    if (line.member === this.you || line.member === this.partner) return;
    const done = this.log.write(line);
    if (done) this.append(done);
    this.showWriting();
    this.announce(line.name, this.phrases.write(line.member, line.text, performance.now()));
    if (done) this.onNews();
  }

  /** @param {Line[]} lines after joining and after each return */
  catchUp(lines) {
    for (const entry of this.log.catchUp(lines)) this.append(entry);
    this.showWriting();
  }

  /**
   * What the partner has said aloud, for those who read.
   *
   * @param {string} name
   * @param {string} text
   */
  note(name, text) {
    this.append(this.log.add({ member: this.partner, name, text }));
  }

  /** @param {Iterable<string>} members who are here now */
  keep(members) {
    this.log.keep(members);
    this.showWriting();
  }

  /** @param {Entry} entry */
  append({ member, name, text }) {
    this.empty.hidden = true;
    const atEnd = this.isAtEnd;
    const who = member === this.you ? t("You") : name;
    this.finished.append(h("li", null, h("strong", null, `${who}: `), text));
    if (atEnd) this.toEnd();
  }

  showWriting() {
    const atEnd = this.isAtEnd;
    const open = [...this.log.open.values()];
    if (open.length > 0) this.empty.hidden = true;
    replace(
      this.writing,
      open.map(({ name, text }) =>
        h(
          "li",
          { class: "chat__writing" },
          h("strong", null, `${name}: `),
          text,
          h("span", { "aria-hidden": "true" }, " …"),
        ),
      ),
    );
    if (atEnd) this.toEnd();
  }

  /** Whoever has scrolled back to read is left there. */
  get isAtEnd() {
    const { scrollTop, clientHeight, scrollHeight } = this.scroll;
    return scrollHeight - scrollTop - clientHeight < 40;
  }

  toEnd() {
    this.scroll.scrollTop = this.scroll.scrollHeight;
  }

  readRested() {
    for (const { member, phrase } of this.phrases.rested(performance.now())) {
      this.announce(this.log.open.get(member)?.name ?? "", phrase);
    }
  }

  /**
   * @param {string} name
   * @param {string} phrase
   */
  announce(name, phrase) {
    if (!phrase) return;
    this.read.append(h("p", null, name ? `${name}: ${phrase}` : phrase));
    while (this.read.childElementCount > MOST_PHRASES) this.read.firstElementChild?.remove();
  }

  remove() {
    clearInterval(this.timer);
    this.line.stop();
  }
}
