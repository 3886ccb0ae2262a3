// @ts-check
/** The page on which everybody tests their equipment before a meeting. */

import { h } from "../widgets/lib/dom.js";
import { EquipmentFlow } from "../widgets/lib/equipment/flow.js";
import { readSession } from "../widgets/lib/equipment/session.js";
import { wayOn } from "../widgets/lib/equipment/summary.js";
import { readWorld } from "../widgets/lib/equipment/world.js";
import { t } from "../widgets/lib/i18n.js";
import { media } from "../widgets/lib/media.js";

/** @param {HTMLElement} place */
async function start(place) {
  const waiting = h("p", { role: "status" }, t("One moment…"));
  place.append(waiting);
  const session = await readSession();
  const next = place.dataset.next ? wayOn(place.dataset.next, t("Go on to a practice call")) : null;
  const flow = new EquipmentFlow({ media, world: readWorld(), session, next });
  waiting.replaceWith(flow.el);
  addEventListener("pagehide", () => flow.close());
  // a page that the browser has kept would show a test that is long over
  addEventListener("pageshow", ({ persisted }) => persisted && location.reload());
}

const place = /** @type {HTMLElement | null} */ (document.querySelector("[data-equipment]"));
if (place) start(place);
