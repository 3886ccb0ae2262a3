// @ts-check
/** A call with other people: who is seen, who else is there, and what a leader may do. */

import { announce, h, icon } from "../dom.js";
import { t } from "../i18n.js";
import { Herald } from "./herald.js";
import { People } from "./people.js";
import { Stage } from "./stage.js";

/** @typedef {import("./client.js").CallClient} CallClient */
/** @typedef {import("./lines.js").Incoming} Incoming */
/** @typedef {import("./messages.js").ServerMessage} ServerMessage */
/** @typedef {import("./roster.js").Roster} Roster */

/**
 * @typedef {object} Scene what stands in the middle of a call
 * @property {HTMLElement} main
 * @property {HTMLElement} side
 * @property {(message: ServerMessage) => void} take
 * @property {(incoming: Incoming) => void} play
 * @property {(hall: boolean) => void} setHall
 * @property {() => void} sendingChanged what I send is another now
 * @property {() => void} mediaFlows sound and picture get through
 * @property {() => HTMLElement | null} summary what to say of it when it is over
 * @property {() => void} remove
 */

/** @implements {Scene} */
export class RoomScene {
  /**
   * @param {CallClient} client
   * @param {Roster} roster
   * @param {HTMLElement} own my own tile
   */
  constructor(client, roster, own) {
    this.client = client;
    this.roster = roster;
    this.stage = new Stage(roster, own, (looking) => client.setLooking(looking));
    this.people = new People(roster, {
      pin: (member) => this.stage.pin(member),
      mute: (member) => client.send({ type: "mute", member }),
    });
    this.herald = new Herald(announce);
    this.dialog = this.endDialog();
    this.end = h(
      "button",
      {
        type: "button",
        class: "button button--danger",
        hidden: true,
        onclick: () => this.dialog.showModal(),
      },
      icon("flag"),
      t("End the call for everybody"),
    );
    this.main = this.stage.element;
    this.side = h("div", { class: "stack" }, this.people.element, this.end, this.dialog);
  }

  endDialog() {
    const end = () => {
      this.client.send({ type: "end" });
      dialog.close();
    };
    const title = "end-call-title";
    const dialog = h(
      "dialog",
      { class: "stack", "aria-labelledby": title },
      h("h2", { id: title }, t("Do you want to end the call for everybody?")),
      h("p", null, t("Everybody leaves this room. What they have done in the course is kept.")),
      h(
        "div",
        { class: "row" },
        h(
          "button",
          { type: "button", class: "button", autofocus: true, onclick: () => dialog.close() },
          t("No, go on"),
        ),
        h(
          "button",
          { type: "button", class: "button button--danger", onclick: end },
          t("Yes, end it"),
        ),
      ),
    );
    return dialog;
  }

  /** @param {ServerMessage} message */
  take(message) {
    if (message.type === "joined") {
      this.people.leader = message.leader;
      this.end.hidden = !message.leader;
    }
    if (message.type === "members") this.herald.hear(this.roster.others);
    if (["joined", "members", "slots", "speaking"].includes(message.type)) this.show();
  }

  show() {
    this.stage.show();
    this.people.show();
  }

  /** @param {Incoming} incoming */
  play(incoming) {
    this.stage.take(incoming);
  }

  /** @param {boolean} hall */
  setHall(hall) {
    this.stage.setHall(hall);
  }

  sendingChanged() {}

  mediaFlows() {}

  summary() {
    return null;
  }

  remove() {
    this.dialog.close();
    this.herald.remove();
    this.stage.remove();
  }
}
