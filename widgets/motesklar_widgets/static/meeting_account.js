// @ts-check
/** The person's account in the meeting service: what to do, what has been done, what comes next. */

import { announce, h, icon, replace, uniqueId } from "./lib/dom.js";
import { formatDate, t } from "./lib/i18n.js";
import { readAccount, tellAccount } from "./lib/own_data.js";
import { notice, previewNote, problemNotice } from "./lib/widget.js";

/** @typedef {import("./lib/types.js").RenderContext} RenderContext */
/** @typedef {import("./lib/own_data.js").Account} Account */
/** @typedef {import("./lib/own_data.js").AccountState} AccountState */

/** @type {AccountState[]} */
const ORDER = ["none", "wanted", "ordered", "opened", "met"];

/** @type {() => [AccountState, string][]} */
const STAGES = () => [
  ["wanted", t("You have asked for an account")],
  ["ordered", t("The account is ordered")],
  ["opened", t("The account works")],
  ["met", t("You have had your first meeting with it")],
];

/** What can be told where things stand so: the next step first. */
/** @type {() => Record<AccountState, [AccountState, string][]>} */
const TELLS = () => ({
  none: [
    ["wanted", t("I want an account")],
    ["opened", t("I have an account already")],
  ],
  wanted: [
    ["opened", t("I have got my account, and it works")],
    ["none", t("I do not want one after all")],
  ],
  ordered: [["opened", t("I have got my account, and it works")]],
  opened: [
    ["met", t("I have had my first meeting")],
    ["none", t("It was wrong: I have no account")],
  ],
  met: [["opened", t("It was wrong: I have not had a meeting yet")]],
});

class AccountSteps {
  /** @param {import("./lib/types.js").AnyModel} model */
  constructor(model) {
    this.service = String(model.get("service"));
    this.status = h("div", { role: "status" });
    this.stages = h("ol", { class: "stack stack--tight account-stages" });
    this.actions = h("div", { class: "row" });
  }

  async start() {
    try {
      this.show(await readAccount());
    } catch (error) {
      this.fail(error);
    }
  }

  /** @param {Account} account */
  show(account) {
    const reached = ORDER.indexOf(account.state);
    replace(
      this.stages,
      STAGES().map(([state, words]) => {
        const at = account[/** @type {"wanted_at"} */ (`${state}_at`)];
        const done = ORDER.indexOf(state) <= reached;
        return h(
          "li",
          { "data-done": String(done) },
          icon(done ? "circle-check" : "circle"),
          " ",
          words,
          done ? h("span", { class: "visually-hidden" }, ", ", t("done")) : null,
          at ? h("span", { class: "soft" }, ` (${formatDate(at)})`) : null,
        );
      }),
    );
    replace(
      this.actions,
      TELLS()[account.state].map(([state, words], index) =>
        h("button", { type: "button", class: index === 0 ? "button button--primary" : "button", onclick: () => this.tell(state, words) }, words),
      ),
    );
  }

  /**
   * @param {AccountState} state
   * @param {string} words
   */
  async tell(state, words) {
    replace(this.status);
    try {
      this.show(await tellAccount(state));
      const told = state === "wanted" ? t("You stand on the list now. Whoever opens accounts sees it.") : t("It is saved.");
      replace(this.status, notice("ok", told));
      // the button that was pressed is gone
      /** @type {HTMLElement | null} */ (this.actions.querySelector("button"))?.focus();
      announce(`${words}. ${told}`);
    } catch (error) {
      this.fail(error);
    }
  }

  /** @param {unknown} error */
  fail(error) {
    replace(this.status, problemNotice(error));
  }
}

/** @param {RenderContext} context */
function render({ model, el }) {
  const steps = new AccountSteps(model);
  const title = uniqueId("account");
  /** @type {string[]} */
  const opening = model.get("opening");
  el.append(
    h(
      "div",
      { class: "card stack" },
      previewNote(),
      h("h3", null, t("How to get an account in %(service)s", { service: steps.service })),
      h("ol", null, opening.map((words) => h("li", null, words))),
      model.get("guests") ? h("p", null, t("To take part in somebody else’s meeting you need no account: you can be a guest.")) : null,
      h("h3", { id: title }, t("How far have you come?")),
      h("div", { class: "stack", role: "group", "aria-labelledby": title }, steps.stages, steps.actions, steps.status),
    ),
  );
  steps.start();
}

export default { render };
