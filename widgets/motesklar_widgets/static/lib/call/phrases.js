// @ts-check
/**
 * Cuts lines that are still being written into phrases to read aloud, so that a screen reader says
 * whole thoughts and never single letters. Pure: time is given.
 */

/** A writer who rests this long has finished a phrase, even without a full stop. */
const REST_MS = 3_000;
const PHRASE_END = /[.!?…:;]\s/g;

export class Phrases {
  constructor() {
    /** @type {Map<string, { text: string, read: number, changedAt: number }>} by member */
    this.open = new Map();
  }

  /**
   * @param {string} member
   * @param {string} text the whole line so far; a line feed at its end finishes it
   * @param {number} now in ms
   * @returns {string} what to read aloud now, often nothing
   */
  write(member, text, now) {
    const before = this.open.get(member);
    const line = text.trimEnd();
    const read = before ? stillRead(before.text.slice(0, before.read), line) : 0;
    if (text.endsWith("\n")) {
      this.open.delete(member);
      return line.slice(read).trim();
    }
    const end = lastPhraseEnd(text);
    this.open.set(member, { text, read: Math.max(read, end), changedAt: now });
    return end > read ? line.slice(read, end).trim() : "";
  }

  /**
   * @param {number} now in ms
   * @returns {{ member: string, phrase: string }[]} what writers have left standing
   */
  rested(now) {
    const found = [];
    for (const [member, line] of this.open) {
      const rest = line.text.slice(line.read).trim();
      if (!rest || now - line.changedAt < REST_MS) continue;
      line.read = line.text.length;
      found.push({ member, phrase: rest });
    }
    return found;
  }

  /** @param {string} member who has left */
  forget(member) {
    this.open.delete(member);
  }
}

/** @param {string} text */
function lastPhraseEnd(text) {
  let end = 0;
  for (const match of text.matchAll(PHRASE_END)) end = match.index + 1;
  return end;
}

/**
 * How much of what was read aloud still stands. A phrase that was changed is read anew, whole.
 *
 * @param {string} read
 * @param {string} line as it is now
 */
function stillRead(read, line) {
  if (line.startsWith(read)) return read.length;
  let same = 0;
  while (same < line.length && read[same] === line[same]) same += 1;
  return lastPhraseEnd(line.slice(0, same));
}
