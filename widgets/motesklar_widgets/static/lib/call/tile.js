// @ts-check
/** One person who is seen: picture, name, and what they do. */

import { h, icon, replace } from "../dom.js";
import { t } from "../i18n.js";

/** @typedef {import("./messages.js").Member} Member */

export class Tile {
  /**
   * @param {Member} member
   * @param {(member: string) => void} onPin
   */
  constructor(member, onPin) {
    this.member = member;
    this.shown = "";
    this.video = h("video", {
      class: "tile__video",
      autoplay: true,
      muted: true,
      playsInline: true,
    });
    this.name = h("span", { class: "tile__name" });
    this.marks = h("span", { class: "tile__marks" });
    this.pinWords = h("span", { class: "visually-hidden" });
    this.pin = h(
      "button",
      {
        type: "button",
        class: "tile__pin",
        "aria-pressed": "false",
        onclick: () => onPin(this.member.id),
      },
      icon("pin"),
      this.pinWords,
    );
    this.element = h(
      "li",
      { class: "tile", "data-member": member.id },
      h("span", { class: "tile__initial", "aria-hidden": "true" }, initial(member.name)),
      this.video,
      this.pin,
      h("p", { class: "tile__caption" }, this.name, this.marks),
    );
  }

  /**
   * Show the picture of a slot from its next frame on: an older one is somebody else's.
   *
   * @param {MediaStreamTrack | null} track
   */
  watch(track) {
    const now = /** @type {MediaStream | null} */ (this.video.srcObject)?.getTracks()[0] ?? null;
    if (now === track) return;
    delete this.element.dataset.seen;
    this.video.srcObject = track && new MediaStream([track]);
    if (track) onNextFrame(this.video, () => (this.element.dataset.seen = "true"));
  }

  /**
   * @param {Member} member
   * @param {{ speaking: boolean, pinned: boolean }} now
   */
  show(member, { speaking, pinned }) {
    const now = JSON.stringify([member, speaking, pinned]);
    if (now === this.shown) return;
    this.shown = now;
    this.member = member;
    replace(this.name, member.name);
    replace(this.marks, marksOf(member, speaking));
    replace(
      this.pinWords,
      pinned
        ? t("Show %(name)s as small as the others", { name: member.name })
        : t("Show %(name)s larger", { name: member.name }),
    );
    this.pin.setAttribute("aria-pressed", String(pinned));
    this.element.classList.toggle("tile--speaking", speaking);
    this.element.classList.toggle("tile--pinned", pinned);
    this.video.setAttribute("aria-label", t("Picture of %(name)s", { name: member.name }));
  }

  remove() {
    this.video.srcObject = null;
    this.element.remove();
  }
}

/**
 * What a person does now, in signs and words.
 *
 * @param {Member} member
 * @param {boolean} speaking
 */
export function marksOf(member, speaking) {
  const marks = [];
  if (member.hand) marks.push(mark("hand", t("Hand up"), true));
  if (speaking) marks.push(mark("volume-2", t("Speaks"), true));
  else if (!member.microphone && !member.partner) marks.push(mark("mic-off", t("Microphone off")));
  if (member.hall) marks.push(mark("users", t("In the hall"), true));
  if (member.leader) marks.push(mark("flag", t("Leader"), true));
  return marks;
}

/**
 * @param {string} name of the icon
 * @param {string} words
 * @param {boolean} [seen] whether the words are seen, or only read out
 */
function mark(name, words, seen = false) {
  const classes = seen ? "mark-badge" : "mark-badge mark-badge--quiet";
  return h(
    "span",
    { class: classes },
    icon(name),
    h("span", seen ? null : { class: "visually-hidden" }, words),
  );
}

/** @param {string} name */
export function initial(name) {
  return [...name.trim()][0]?.toUpperCase() ?? "?";
}

/**
 * @param {HTMLVideoElement} video
 * @param {() => void} then
 */
function onNextFrame(video, then) {
  if ("requestVideoFrameCallback" in video) video.requestVideoFrameCallback(then);
  else /** @type {HTMLVideoElement} */ (video).addEventListener("timeupdate", then, { once: true });
}
