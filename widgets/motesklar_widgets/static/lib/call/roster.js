// @ts-check
/** Who is in the call, who is in which slot and who speaks, as the server has told. Pure. */

/** @typedef {import("./messages.js").Member} Member */
/** @typedef {import("./messages.js").Members} Members */
/** @typedef {import("./messages.js").Slots} Slots */
/** @typedef {import("./messages.js").Speaking} Speaking */

export class Roster {
  constructor() {
    this.you = "";
    /** @type {Map<string, Member>} in the server's order */
    this.members = new Map();
    /** @type {Slots} */
    this.slots = { type: "slots", audio: [], video: [], screen: null };
    /** @type {Set<string>} */
    this.speaking = new Set();
  }

  /**
   * @param {Members | Slots | Speaking} message
   */
  take(message) {
    if (message.type === "members") {
      this.members = new Map(message.members.map((member) => [member.id, member]));
    } else if (message.type === "slots") {
      this.slots = message;
    } else {
      this.speaking = new Set(message.members);
    }
  }

  /** Everybody but me. */
  get others() {
    return [...this.members.values()].filter(({ id }) => id !== this.you);
  }

  get partner() {
    return this.others.find(({ partner }) => partner);
  }

  /** Those who send a picture, whether it has room here or not. */
  get withCamera() {
    return this.others.filter(({ camera }) => camera);
  }

  /** Those who are seen, by slot: the order only changes when somebody comes or goes. */
  get seen() {
    return this.slots.video.flatMap((id, slot) => {
      const member = id === null ? undefined : this.members.get(id);
      return member && member.id !== this.you ? [{ member, slot }] : [];
    });
  }

  /** Those who are heard or read, but not seen. */
  get unseen() {
    const seen = new Set(this.slots.video);
    return this.others.filter(({ id }) => !seen.has(id));
  }

  /** Whose screen is shared. */
  get presenter() {
    return this.slots.screen === null ? undefined : this.members.get(this.slots.screen);
  }

  /** @param {string} id */
  name(id) {
    return this.members.get(id)?.name ?? "";
  }
}
