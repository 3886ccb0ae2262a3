// @ts-check
/** The page of a room: the call with others, ready to go in. */

import { CallScreen } from "../widgets/lib/call/screen.js";
import { replace } from "../widgets/lib/dom.js";

const place = /** @type {HTMLElement} */ (document.querySelector("[data-room]"));
const screen = new CallScreen("room", `/api/rooms/${encodeURIComponent(place.dataset.room ?? "")}`);
replace(place, screen.element);
screen.prepare();
addEventListener("pagehide", () => screen.remove());
// a page that the browser has kept would show a call that is long over
addEventListener("pageshow", ({ persisted }) => persisted && location.reload());
