// @ts-check
/**
 * Tells a participant at once that their small room is open, or where the group is, and leads there.
 * A page has a place for it, `[data-my-room]`, which stays empty for everybody else.
 */

import { announce, h, icon, replace } from "../widgets/lib/dom.js";
import { t } from "../widgets/lib/i18n.js";
import { LiveConnection } from "../widgets/lib/live_connection.js";
import { page, url } from "../widgets/lib/page.js";
import { Follow } from "./follow.js";
import { myWorkshop } from "./my_workshop.js";

/**
 * What `call/rooms/messages.py` sends.
 *
 * @typedef {{ id: string, title: string, others: string[] }} Room
 * @typedef {{ room: Room | null, follow: import("./follow.js").FollowMessage | null }} MyRoomMessage
 */

const list = new Intl.ListFormat(page.language.replace("_", "-"));

class MyRoom {
  /** @param {HTMLElement} place */
  constructor(place) {
    this.place = h("div");
    this.follow = new Follow();
    this.here = place.dataset.myRoom ?? "";
    replace(place, this.place, this.follow.el);
    /** @type {string | null} what is shown now, as text that can be compared */
    this.shown = null;
    /** @type {string | null} the room that was open a moment ago; on its own page, that one */
    this.room = this.here || null;
  }

  /** Follow the rooms of the workshop that the reader is in. */
  async start() {
    if (!(await myWorkshop())) return;
    /** @type {LiveConnection<MyRoomMessage>} */
    const connection = new LiveConnection("/api/my-room", {
      onMessage: ({ room, follow }) => {
        this.show(room);
        // in a room of their own nobody is called away, but the time is seen
        this.follow.show(this.here && follow ? { ...follow, place: null } : follow);
      },
    });
    await connection.run();
    this.show(null);
    this.follow.show(null);
  }

  /** @param {Room | null} room */
  show(room) {
    const shown = JSON.stringify(room);
    if (shown === this.shown) return;
    this.shown = shown;
    const before = this.room;
    this.room = room?.id ?? null;
    if (room === null) this.showClosed(before !== null);
    else if (location.pathname === url(`/rooms/${room.id}`)) replace(this.place);
    else this.showOpen(room, before !== room.id);
  }

  /** @param {boolean} wasOpen */
  showClosed(wasOpen) {
    if (!wasOpen) return;
    // on the page of a room there is nothing to go on with
    const isThere = Boolean(this.here);
    const words = isThere ? t("Your room is closed.") : t("Your room is closed. Go on here.");
    replace(this.place, h("p", { class: "notice notice--info" }, icon("info"), h("span", null, words)));
    announce(words);
  }

  /**
   * @param {Room} room
   * @param {boolean} isNew worth saying aloud
   */
  showOpen(room, isNew) {
    const title = t("Your room is open: %(room)s.", { room: room.title });
    const others = room.others.length
      ? t("You meet %(names)s there.", { names: list.format(room.others) })
      : t("More people may come there.");
    replace(
      this.place,
      h(
        "div",
        { class: "notice notice--ok my-room" },
        h("div", null, h("p", null, h("strong", null, title)), h("p", null, others)),
        h(
          "a",
          { class: "button button--primary", href: url(`/rooms/${room.id}`) },
          t("Go to the room"),
          icon("arrow-right"),
        ),
      ),
    );
    if (isNew) announce(`${title} ${others}`);
  }
}

const place = /** @type {HTMLElement | null} */ (document.querySelector("[data-my-room]"));
if (place) new MyRoom(place).start();
