// @ts-check
/** The way into a meeting that is always open in the real service. */

import { h, icon } from "./lib/dom.js";
import { t } from "./lib/i18n.js";
import { url } from "./lib/page.js";

/** @typedef {import("./lib/types.js").RenderContext} RenderContext */

/** @param {RenderContext} context */
function render({ model, el }) {
  /** @type {{ name: string, address: string, open_meeting: string, dial_in: boolean }} */
  const { name, address, open_meeting: open, dial_in: dialIn } = model.get("service");
  el.append(
    h(
      "div",
      { class: "card stack" },
      open
        ? [
            h("p", null, t("In %(service)s there is a meeting that is always open. Perhaps somebody is there, perhaps you are alone. Go in, try the buttons and leave again.", { service: name })),
            h("p", null, link(open, t("Go to the open meeting"))),
          ]
        : [
            h("p", null, t("There is no open meeting in %(service)s. Ask a colleague to meet you there for five minutes, or open a meeting by yourself and try the buttons.", { service: name })),
            h("p", { class: "row" }, address && link(address, t("Open %(service)s", { service: name })), h("a", { class: "button", href: url("/m/03-your-first-practice-call") }, t("Practise once more here"))),
          ],
      dialIn ? h("p", null, t("You can also take part by telephone, if the invitation has a number.")) : null,
    ),
  );
}

/**
 * @param {string} href
 * @param {string} words
 */
function link(href, words) {
  return h(
    "a",
    { class: "button button--primary", href, target: "_blank", rel: "noopener noreferrer" },
    words,
    icon("arrow-right"),
    h("span", { class: "visually-hidden" }, " (", t("opens in a new tab"), ")"),
  );
}

export default { render };
