// @ts-check
/** A drawn meeting window. Its places can be pressed; a list with the same choices stands beside it. */

import { h, icon } from "./dom.js";

/**
 * Left, top, width and height in percent of the window, and what is seen there.
 *
 * @type {Record<string, [number, number, number, number, string]>}
 */
const DRAWN = {
  "speaker-picture": [3, 5, 64, 68, "user"],
  "own-picture": [70, 5, 27, 28, "user"],
  "muted-mark": [5, 59, 10, 12, "mic-off"],
  "waiting-person": [70, 38, 27, 14, "clock"],
  microphone: [3, 79, 10.5, 16, "mic"],
  camera: [14.5, 79, 10.5, 16, "video"],
  share: [28, 79, 10.5, 16, "screen-share"],
  hand: [39.5, 79, 10.5, 16, "hand"],
  chat: [51, 79, 10.5, 16, "message-square"],
  people: [62.5, 79, 10.5, 16, "users"],
  more: [74, 79, 10.5, 16, ""],
  leave: [86.5, 79, 10.5, 16, "phone-off"],
};

export class MeetingWindow {
  /**
   * @param {string[]} places that can be pressed; the others are drawn alone
   * @param {(place: string) => void} onPress
   */
  constructor(places, onPress) {
    this.buttons = new Map(places.map((place) => [place, part(place, () => onPress(place))]));
    // whoever uses a keyboard or a screen reader has the list, which says what is seen
    this.el = h(
      "div",
      { class: "meeting-window", "aria-hidden": "true" },
      Object.keys(DRAWN).map((place) => this.buttons.get(place) ?? part(place)),
    );
  }

  /** @param {string} place */
  choose(place) {
    for (const [known, button] of this.buttons) button.dataset.chosen = String(known === place);
  }
}

/**
 * @param {string} place
 * @param {() => void} [onclick] without it, the part is only drawn
 */
function part(place, onclick) {
  const [left, top, width, height, picture] = DRAWN[place];
  const style = `left:${left}%;top:${top}%;width:${width}%;height:${height}%`;
  const seen = picture ? icon(picture) : "•••";
  const attributes = { class: "meeting-window__part", "data-place": place, style };
  return onclick
    ? h("button", { type: "button", tabindex: -1, onclick, ...attributes }, seen)
    : h("span", attributes, seen);
}
