// @ts-check
/**
 * Says aloud who has come, who has left and whose hand has gone up: for those who don't see the
 * tiles. Several in one sentence, so that a full room is no chatter. Pure, but for its timer.
 */

import { t } from "../i18n.js";

/** @typedef {import("./messages.js").Member} Member */

/** Changes are gathered for this long. */
const GATHER_MS = 3_000;

export class Herald {
  /**
   * @param {(sentence: string) => void} say
   */
  constructor(say) {
    this.say = say;
    /** @type {Map<string, Member> | null} null before the first list */
    this.told = null;
    /** @type {Map<string, Member>} */
    this.now = new Map();
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.timer = undefined;
  }

  /** @param {Member[]} others everybody but me */
  hear(others) {
    this.now = new Map(others.map((member) => [member.id, member]));
    // those who were here before me are no news
    this.told ??= this.now;
    this.timer ??= setTimeout(() => this.tell(), GATHER_MS);
  }

  tell() {
    this.timer = undefined;
    const before = this.told ?? new Map();
    const here = [...this.now.values()];
    const came = here.filter(({ id }) => !before.has(id));
    const left = [...before.values()].filter(({ id }) => !this.now.has(id));
    const hands = here.filter(({ id, hand }) => hand && !before.get(id)?.hand);
    this.told = this.now;
    const sentences = [
      came.length > 0 && t("Came in: %(names)s.", { names: names(came) }),
      left.length > 0 && t("Left: %(names)s.", { names: names(left) }),
      hands.length > 0 && t("Hand up: %(names)s.", { names: names(hands) }),
    ].filter(Boolean);
    if (sentences.length > 0) this.say(sentences.join(" "));
  }

  remove() {
    clearTimeout(this.timer);
  }
}

/** @param {Member[]} members */
function names(members) {
  return members.map(({ name }) => name).join(", ");
}
