// @ts-check
/** The leader's panel of small rooms, on the page of a workshop. */

import { announce } from "../widgets/lib/dom.js";
import { waitToRetry } from "../widgets/lib/connection.js";
import { ApiError, send } from "../widgets/lib/http.js";
import { t } from "../widgets/lib/i18n.js";
import { LiveConnection } from "../widgets/lib/live_connection.js";
import { find } from "./kept_elements.js";
import { RoomsDivision } from "./rooms_division.js";
import { RoomsView } from "./rooms_view.js";

/** @typedef {import("./rooms_view.js").Person} Person */
/** @typedef {import("./rooms_view.js").Room} Room */
/** @typedef {import("./rooms_view.js").Rooms} Rooms */

/** After so many tries the leader is told that a press did nothing. */
const MOST_TRIES = 3;

class RoomsPanel {
  /** @param {HTMLElement} root */
  constructor(root) {
    this.root = root;
    this.path = `/api/workshops/${encodeURIComponent(root.dataset.workshop ?? "")}/rooms`;
    /** @type {Map<string, Person>} */
    this.people = new Map();
    this.status = find(root, "[data-rooms-status]");
    this.view = new RoomsView(root, {
      place: (person, room) => this.post("place", { person: person.id, room: room || null }),
      mute: (person) => this.mute(person),
      openPerson: (person) => this.personDialog.open(person),
      openMessage: (room) => this.messageDialog.open(room),
      openEnd: (room) => this.endDialog.open(room),
    });
    this.division = new RoomsDivision(root, {
      propose: (query) => this.propose(query),
      open: (groups) => this.post("open", { groups }),
      people: () => this.people,
    });
    this.messageDialog = new MessageDialog(this);
    this.endDialog = new EndDialog(this);
    this.personDialog = new PersonDialog(this);
  }

  start() {
    /** @type {LiveConnection<Rooms>} */
    const connection = new LiveConnection(`${this.path}/live`, {
      // at the end of the workshop the board loads the page anew
      onMessage: (rooms) => rooms.ended || this.show(rooms),
    });
    connection.run();
  }

  /** @param {Rooms} rooms */
  show(rooms) {
    this.people = new Map(rooms.people.map((person) => [person.id, person]));
    this.view.show(rooms);
  }

  /** @param {Person} person */
  async mute(person) {
    const done = await this.post("mute", { person: person.id });
    if (done) this.tell(t("%(name)s is muted. Only they can turn the microphone on again.", { name: person.name }));
    return done;
  }

  /**
   * @param {string} query
   * @returns {Promise<import("./rooms_division.js").Group[] | null>}
   */
  async propose(query) {
    const answer = await this.ask({ method: "GET", path: `${this.path}/division?${query}` });
    return answer === null ? null : answer.groups;
  }

  /**
   * Do something; over when it is done, or the leader has been told why not.
   *
   * @param {string} what
   * @param {unknown} body
   */
  async post(what, body) {
    return (await this.ask({ method: "POST", path: `${this.path}/${what}`, body })) !== null;
  }

  /** @param {import("../widgets/lib/http.js").Request} request */
  async ask(request) {
    this.tell("");
    for (let tries = 1; ; tries += 1) {
      try {
        return await send(request);
      } catch (error) {
        if (error instanceof ApiError || tries === MOST_TRIES) {
          this.refuse(error);
          return null;
        }
        await waitToRetry(tries);
      }
    }
  }

  /** @param {unknown} error */
  refuse(error) {
    const words =
      error instanceof ApiError
        ? `${error.message} ${error.nextStep}`
        : t("It could not be done, because the connection is gone. Try again in a while.");
    this.tell(words, "notice notice--fail");
    // a dialog that is open hides the page from screen readers
    for (const place of this.root.querySelectorAll("dialog[open] [data-refused]")) place.textContent = words;
  }

  /**
   * @param {string} words
   * @param {string} kind
   */
  tell(words, kind = "notice notice--ok") {
    this.status.hidden = words === "";
    this.status.className = kind;
    this.status.textContent = words;
    for (const place of this.root.querySelectorAll("[data-refused]")) place.textContent = "";
    if (words) announce(words);
  }
}

/** A message to those in one room, or in all of them. */
class MessageDialog {
  /** @param {RoomsPanel} panel */
  constructor(panel) {
    this.panel = panel;
    this.dialog = /** @type {HTMLDialogElement} */ (find(panel.root, "#room-message"));
    this.text = /** @type {HTMLTextAreaElement} */ (find(this.dialog, "textarea"));
    /** @type {Room | null} */
    this.room = null;
    find(panel.root, "[data-message-all]").addEventListener("click", () => this.open(null));
    find(this.dialog, "form").addEventListener("submit", (event) => this.send(event));
  }

  /** @param {Room | null} room null: all */
  open(room) {
    this.room = room;
    find(this.dialog, "h3").textContent = room
      ? t("Write to %(room)s", { room: room.title })
      : t("Write to all rooms");
    this.dialog.showModal();
  }

  /** @param {Event} event */
  async send(event) {
    event.preventDefault();
    const body = { text: this.text.value.trim(), room: this.room?.id ?? null };
    if (!body.text || !(await this.panel.post("notice", body))) return;
    this.text.value = "";
    this.dialog.close();
    this.panel.tell(t("Your message is sent to those who are in a call now."));
  }
}

/** Asks before a room, or all of them, are ended. */
class EndDialog {
  /** @param {RoomsPanel} panel */
  constructor(panel) {
    this.panel = panel;
    this.dialog = /** @type {HTMLDialogElement} */ (find(panel.root, "#room-end"));
    /** @type {Room | null} */
    this.room = null;
    find(panel.root, "[data-end-all]").addEventListener("click", () => this.open(null));
    find(this.dialog, "[data-end]").addEventListener("click", () => this.end());
  }

  /** @param {Room | null} room null: all */
  open(room) {
    this.room = room;
    find(this.dialog, "h3").textContent = room
      ? t("Do you want to end %(room)s?", { room: room.title })
      : t("Do you want to end all rooms?");
    this.dialog.showModal();
  }

  async end() {
    if (!(await this.panel.post("end", { room: this.room?.id ?? null }))) return;
    this.dialog.close();
    this.panel.tell(this.room ? t("%(room)s has ended.", { room: this.room.title }) : t("All rooms have ended."));
    // the button that opened this has gone with its room
    find(this.panel.root, "h2").focus();
  }
}

/** What is rarely done with one person: their table, a task that the leader has seen done. */
class PersonDialog {
  /** @param {RoomsPanel} panel */
  constructor(panel) {
    this.panel = panel;
    this.dialog = /** @type {HTMLDialogElement} */ (find(panel.root, "#room-person"));
    this.table = /** @type {HTMLInputElement} */ (find(this.dialog, "#person-table"));
    this.task = /** @type {HTMLSelectElement | null} */ (this.dialog.querySelector("#person-task"));
    /** @type {Person | null} */
    this.person = null;
    find(this.dialog, "[data-table]").addEventListener("submit", (event) => this.saveTable(event));
    this.dialog.querySelector("[data-confirm]")?.addEventListener("submit", (event) => this.confirm(event));
  }

  /** @param {Person} person */
  open(person) {
    this.person = person;
    find(this.dialog, "h3").textContent = person.name;
    this.table.value = person.table;
    this.dialog.showModal();
  }

  /** @param {Event} event */
  async saveTable(event) {
    event.preventDefault();
    const { id, name } = /** @type {Person} */ (this.person);
    if (!(await this.panel.post("table", { person: id, table: this.table.value }))) return;
    this.dialog.close();
    this.panel.tell(t("The table of %(name)s is saved.", { name }));
  }

  /** @param {Event} event */
  async confirm(event) {
    event.preventDefault();
    const { id, name } = /** @type {Person} */ (this.person);
    const { value, selectedOptions } = /** @type {HTMLSelectElement} */ (this.task);
    if (!(await this.panel.post("confirm", { person: id, task: value }))) return;
    this.dialog.close();
    this.panel.tell(
      t("Confirmed for %(name)s: %(task)s", { name, task: selectedOptions[0].textContent ?? "" }),
    );
  }
}

new RoomsPanel(/** @type {HTMLElement} */ (document.querySelector("[data-rooms]"))).start();
