// @ts-check
/** What has been said in writing, and the lines that are being written now. Pure. */

/** @typedef {import("./messages.js").Line} Line */

/** @typedef {{ member: string, name: string, text: string }} Entry */

/** A day's talk is never longer; the oldest go. */
const MOST = 300;

export class ChatLog {
  constructor() {
    /** @type {Entry[]} finished lines and what the partner has said, oldest first */
    this.entries = [];
    /** @type {Map<string, Entry>} by member, lines that are being written */
    this.open = new Map();
  }

  /**
   * @param {Entry} line its text may still grow; a line feed at its end finishes it
   * @returns {Entry | null} what is finished now
   */
  write({ member, name, text }) {
    if (!text.endsWith("\n")) {
      if (text === "") this.open.delete(member);
      else this.open.set(member, { member, name, text });
      return null;
    }
    this.open.delete(member);
    const entry = { member, name, text: text.trimEnd() };
    return entry.text === "" ? null : this.add(entry);
  }

  /** @param {Entry} entry */
  add(entry) {
    this.entries.push(entry);
    if (this.entries.length > MOST) this.entries.shift();
    return entry;
  }

  /**
   * After a return: what the server knows and we don't.
   *
   * @param {Line[]} lines all that the server has, oldest first
   * @returns {Entry[]} those that were new
   */
  catchUp(lines) {
    this.open.clear();
    const known = new Map();
    for (const entry of this.entries) known.set(keyOf(entry), (known.get(keyOf(entry)) ?? 0) + 1);
    const missed = lines
      .map(({ member, name, text }) => ({ member, name, text: text.trimEnd() }))
      .filter((entry) => {
        const left = known.get(keyOf(entry)) ?? 0;
        known.set(keyOf(entry), left - 1);
        return left <= 0 && entry.text !== "";
      });
    for (const entry of missed) this.add(entry);
    return missed;
  }

  /** @param {Iterable<string>} members who are still here */
  keep(members) {
    const here = new Set(members);
    for (const member of this.open.keys()) if (!here.has(member)) this.open.delete(member);
  }
}

/** @param {Entry} entry */
function keyOf({ member, text }) {
  return `${member}\n${text}`;
}
