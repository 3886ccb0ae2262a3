// @ts-check
/** Before the call: look at oneself, see that one is heard, say where one sits, and go in. */

import { h, icon, replace, uniqueId } from "../dom.js";
import { BeforeCall } from "../equipment/before_call.js";
import { send } from "../http.js";
import { t } from "../i18n.js";
import { media } from "../media.js";
import { page } from "../page.js";
import { keepChoices, keptChoices } from "./kept.js";
import { levelBar } from "./meter.js";
import { News } from "./news.js";
import { OwnMedia } from "./own_media.js";
import { ownPicture } from "./own_picture.js";
import { Pickers } from "./pickers.js";
import { PlaceChoice } from "./place.js";

/** @typedef {import("./messages.js").Pace} Pace */

/** Louder than this is a voice, as in the device test. */
const HEARD_DBFS = -50;

export class PreJoin {
  /**
   * @param {"practice" | "room"} kind
   * @param {(choice: { own: OwnMedia, hall: boolean, pace: Pace }) => void} onEnter
   */
  constructor(kind, onEnter) {
    this.kind = kind;
    this.onEnter = onEnter;
    this.entered = false;
    this.news = new News(() => this.element.focus());
    this.own = new OwnMedia({
      onChange: () => this.show(),
      onProblem: (name, reason) => this.news.tellProblem(name, reason),
      onReplaced: () => this.show(),
    });
    this.place = new PlaceChoice(() => this.show());
    this.pickers = new Pickers(this.own, () => undefined);
    this.bar = levelBar(t("Sound from your microphone"));
    this.heard = h("p", { class: "soft" }, t("Say something. The bar moves when you are heard."));
    this.own.sound.onLevel((level) => this.listen(level));
    this.preview = ownPicture();
    this.tile = h(
      "div",
      { class: "tile tile--own" },
      h("span", { class: "tile__initial", "aria-hidden": "true" }, icon("user")),
      this.preview,
    );
    this.microphone = this.button(() => this.own.turnMicrophone(!this.own.wanted.microphone));
    this.camera = this.button(() => this.own.turnCamera(!this.own.wanted.camera));
    this.name = h("p", { hidden: true });
    this.equipment = new BeforeCall(media, (testing) => {
      this.element.dataset.testing = String(testing);
    });
    this.element = this.build();
    this.show();
  }

  /** @param {() => void} onclick */
  button(onclick) {
    return h("button", { type: "button", class: "button", onclick });
  }

  build() {
    const enter = h(
      "button",
      {
        type: "button",
        class: "button button--primary button--large",
        onclick: () => this.enter(),
      },
      icon("log-in"),
      t("Go in"),
    );
    return h(
      "div",
      { class: "pre-join stack", tabindex: "-1" },
      h(
        "p",
        null,
        t(
          "The browser may ask if it may use your microphone. Answer that it may. Nothing is sent before you have gone in.",
        ),
      ),
      this.news.element,
      h("div", { class: "pre-join__equipment" }, this.equipment.el),
      h(
        "div",
        { class: "pre-join__parts" },
        h("div", { class: "stack stack--tight" }, this.tile, this.bar.element, this.heard),
        h(
          "div",
          { class: "stack" },
          this.name,
          h("div", { class: "row" }, this.microphone, this.camera),
          this.pickers.element,
        ),
      ),
      this.place.element,
      this.kind === "practice" && this.pace(),
      h("div", { class: "pre-join__enter" }, enter),
    );
  }

  pace() {
    const kept = keptChoices().pace;
    const name = uniqueId("pace");
    const radio = (/** @type {Pace} */ pace) =>
      h("input", {
        type: "radio",
        name,
        checked: kept === pace,
        onchange: () => keepChoices({ pace }),
      });
    return h(
      "fieldset",
      { class: "stack stack--tight" },
      h("legend", null, t("How do you want to practise?")),
      h("label", { class: "choice" }, radio("gentle"), t("Calmly, one thing at a time")),
      h("label", { class: "choice" }, radio("quick"), t("Quickly, I have done this before")),
    );
  }

  /** Ask for the microphone, and for the camera where it was on the last time; never waited for. */
  async start() {
    this.element.focus();
    this.showName();
    await this.equipment.start();
    await this.own.listen();
    if (keptChoices().camera && !this.entered) await this.own.turnCamera(true);
  }

  async showName() {
    if (!page.live || this.kind === "practice") return;
    try {
      const { person } = await send({ method: "GET", path: "/api/me" });
      replace(
        this.name,
        icon("user"),
        " ",
        t("The others see you as"),
        " ",
        h("strong", null, person.name),
      );
      this.name.hidden = false;
    } catch (error) {
      console.info("the name is shown in the call instead", error);
    }
  }

  /** @param {number} level dBFS */
  listen(level) {
    this.bar.show(level);
    if (level > HEARD_DBFS && !this.heard.dataset.heard) {
      this.heard.dataset.heard = "true";
      replace(this.heard, icon("circle-check"), " ", t("Your microphone hears you."));
    }
  }

  show() {
    const { hall } = this.place;
    if (this.own.hall !== hall) return this.own.setHall(hall);
    const { microphone, camera } = this.own.wanted;
    replace(
      this.microphone,
      icon(microphone ? "mic" : "mic-off"),
      microphone ? t("Turn the microphone off") : t("Turn the microphone on"),
    );
    this.microphone.hidden = hall;
    replace(
      this.camera,
      icon(camera ? "video" : "video-off"),
      camera ? t("Turn the camera off") : t("Turn the camera on"),
    );
    const { stream } = this.own.camera;
    const now = /** @type {MediaStream | null} */ (this.preview.srcObject)?.getTracks()[0];
    if (now !== stream?.getTracks()[0]) this.preview.srcObject = stream;
    this.tile.dataset.seen = String(this.own.camera.isOpen);
    this.pickers.refresh().catch((error) => console.warn("the devices can't be listed", error));
  }

  enter() {
    this.entered = true;
    keepChoices({ camera: this.own.wanted.camera });
    this.onEnter({ own: this.own, hall: this.place.hall, pace: keptChoices().pace });
  }

  /** Let go of everything that was not taken into the call; safe to call twice. */
  remove() {
    this.preview.srcObject = null;
    this.equipment.remove();
    if (!this.entered) this.own.remove();
  }
}
