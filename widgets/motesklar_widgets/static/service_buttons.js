// @ts-check
/** What was practised, what it is called in the real service, and where it is found. */

import { h, icon, uniqueId } from "./lib/dom.js";
import { t } from "./lib/i18n.js";

/** @typedef {import("./lib/types.js").RenderContext} RenderContext */

/** Key of a button in a profile to what it does, and the icon of our own practice call. */
const PRACTISED = () =>
  /** @type {Record<string, [string, string]>} */ ({
    microphone: ["mic", t("Turn the microphone on and off")],
    camera: ["video", t("Turn the camera on and off")],
    share: ["screen-share", t("Show your screen")],
    hand: ["hand", t("Raise your hand")],
    chat: ["message-square", t("Write to the others")],
    people: ["users", t("See who is in the meeting")],
    leave: ["phone-off", t("Leave the meeting")],
    more: ["plus", t("Find more things to do")],
    captions: ["languages", t("Read what is said")],
    background: ["eye", t("Hide what is behind you")],
    settings: ["settings", t("Choose microphone, camera and sound")],
    waiting_room: ["clock", t("Let people in who wait")],
    record: ["circle", t("Record the meeting")],
    groups: ["users", t("Talk in small groups")],
  });

/** @param {RenderContext} context */
function render({ model, el }) {
  /** @type {[string, string, string][]} */
  const buttons = model.get("buttons");
  const title = uniqueId("buttons");
  const practised = PRACTISED();
  el.append(
    h(
      "div",
      { class: "card stack" },
      h("h3", { id: title }, t("In %(service)s", { service: model.get("service") })),
      h(
        "div",
        { class: "table-scroll", tabindex: 0, role: "region", "aria-labelledby": title },
        h(
          "table",
          // folded on a phone, where a browser takes it for a table by its roles alone
          { class: "table table--folding", role: "table" },
          h(
            "thead",
            { role: "rowgroup" },
            h("tr", { role: "row" }, [t("What you want to do"), t("It is called, and stands")].map((words) => h("th", { scope: "col", role: "columnheader" }, words))),
          ),
          h(
            "tbody",
            { role: "rowgroup" },
            buttons.map(([key, name, place]) => {
              const [picture, words] = practised[key];
              return h(
                "tr",
                { role: "row" },
                h("th", { scope: "row", role: "rowheader" }, icon(picture), " ", words),
                h("td", { role: "cell" }, h("strong", null, name), h("br"), h("span", { class: "soft" }, place)),
              );
            }),
          ),
        ),
      ),
    ),
  );
}

export default { render };
