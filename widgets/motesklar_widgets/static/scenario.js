// @ts-check
/** Something happens, and each choice leads on; saved when an end is reached. */

import { Answer } from "./lib/answer.js";
import { h, replace } from "./lib/dom.js";
import { t } from "./lib/i18n.js";

/** @typedef {import("./lib/types.js").RenderContext} RenderContext */
/** @typedef {[string, string, string]} Choice key, words, the scene it leads to */
/** @typedef {{ text: string, choices: Choice[] }} Scene */

class Story {
  /**
   * @param {[string, string, Choice[]][]} scenes the first one first
   * @param {(way: string[]) => void} onEnd
   */
  constructor(scenes, onEnd) {
    this.start = scenes[0][0];
    /** @type {Map<string, Scene>} */
    this.scenes = new Map(scenes.map(([name, text, choices]) => [name, { text, choices }]));
    this.onEnd = onEnd;
    /** @type {string[]} */
    this.way = [];
    this.path = h("ol", { class: "scenario__way" });
    // the text takes the focus when it is new, so that it is read out and seen
    this.text = h("p", { class: "scenario__text", tabindex: -1 });
    this.choices = h("div", { class: "stack stack--tight" });
    this.el = h("div", { class: "stack" }, this.path, this.text, this.choices);
    this.show();
  }

  /**
   * The scene after these choices, and their words.
   *
   * @param {string[]} way
   * @returns {{ scene: Scene, words: string[] } | null} null where one of them is not there
   */
  walk(way) {
    let scene = /** @type {Scene} */ (this.scenes.get(this.start));
    const words = [];
    for (const key of way) {
      const choice = scene.choices.find(([known]) => known === key);
      if (!choice) return null;
      words.push(choice[1]);
      scene = /** @type {Scene} */ (this.scenes.get(choice[2]));
    }
    return { scene, words };
  }

  /** @param {unknown} way @returns {boolean} false when it is no whole way of this story */
  restore(way) {
    if (!Array.isArray(way) || this.walk(way)?.scene.choices.length !== 0) return false;
    this.way = way;
    this.show();
    return true;
  }

  /** @param {string[]} way */
  go(way) {
    this.way = way;
    const { scene } = this.show();
    this.text.focus();
    if (scene.choices.length === 0) this.onEnd(way);
  }

  show() {
    const { scene, words } = /** @type {{ scene: Scene, words: string[] }} */ (this.walk(this.way));
    replace(this.path, words.map((word) => h("li", null, word)));
    this.path.hidden = words.length === 0;
    const ended = scene.choices.length === 0;
    replace(this.text, scene.text, ended && h("span", { class: "scenario__end" }, t("This is how it ended.")));
    const again = h("button", { type: "button", class: "button", onclick: () => this.go([]) }, t("Start over"));
    replace(
      this.choices,
      scene.choices.map(([key, text]) =>
        h("button", { type: "button", class: "button scenario__choice", onclick: () => this.go([...this.way, key]) }, text),
      ),
      this.way.length > 0 && h("p", null, again),
    );
    return { scene };
  }
}

/** @param {RenderContext} context */
function render({ model, el }) {
  /** @type {string} */
  const question = model.get("question");
  const answer = new Answer(model.get("exercise"), question, el);
  const story = new Story(model.get("scenes"), (way) => answer.save(way));
  el.append(answer.groupCard(story.el));
  answer.restore((value) => story.restore(value));
  return answer.remove;
}

export default { render };
