// @ts-check
/** While a backup is made the page says so, and asks for no second one. */

import { h, replace } from "../widgets/lib/dom.js";
import { t } from "../widgets/lib/i18n.js";

const form = /** @type {HTMLFormElement | null} */ (document.querySelector("[data-backup]"));
const status = form?.querySelector("[role=status]");
let underWay = false;

form?.addEventListener("submit", (event) => {
  if (underWay) return event.preventDefault();
  underWay = true;
  form.querySelector("button")?.setAttribute("aria-disabled", "true");
  if (!status) return;
  const words = t("The backup is being made. This page tells when it is done.");
  replace(status, h("p", null, words), h("progress", { class: "under-way", "aria-hidden": "true" }));
});

// whoever comes back to the page as it was left finds it ready again
addEventListener("pageshow", (event) => {
  if (!event.persisted) return;
  underWay = false;
  form?.querySelector("button")?.removeAttribute("aria-disabled");
  status?.replaceChildren();
});
