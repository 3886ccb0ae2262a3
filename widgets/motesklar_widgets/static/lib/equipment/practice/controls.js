// @ts-check
/** The drawn computer's controls: native ones, so that a keyboard and a screen reader work them. */

import { h, icon, replace, uniqueId } from "../../dom.js";

/**
 * @typedef {object} Part
 * @property {HTMLElement} el
 * @property {(value: string) => void} show
 */

/** @typedef {(value: string) => void} Set */

/**
 * A button that opens and closes a panel.
 *
 * @param {string} label
 * @param {HTMLElement} panel
 * @param {Set} set
 * @param {{ wordless?: boolean }} [look] wordless: the picture alone is shown, as in a browser's bar
 * @returns {Part & { name: (label: string, picture: string) => void }}
 */
export function panelButton(label, panel, set, { wordless = false } = {}) {
  panel.id ||= uniqueId("panel");
  panel.setAttribute("role", "group");
  panel.setAttribute("aria-label", label);
  const el = h("button", {
    type: "button",
    class: wordless ? "button drawn__sign" : "button drawn__button",
    "aria-controls": panel.id,
    onclick: () => set(panel.hidden ? "open" : "closed"),
  });
  return {
    el,
    show(value) {
      panel.hidden = value !== "open";
      el.setAttribute("aria-expanded", String(!panel.hidden));
    },
    name(words, sign) {
      replace(el, icon(sign), h("span", wordless ? { class: "visually-hidden" } : null, words));
    },
  };
}

/**
 * A button of the meeting that is on or off, and says which.
 *
 * @param {Record<string, string>} words by value
 * @param {Record<string, string>} pictures by value
 * @param {Set} set
 * @returns {Part}
 */
export function onOffButton(words, pictures, set) {
  const el = h("button", {
    type: "button",
    class: "button drawn__button",
    role: "switch",
    onclick: () => set(el.getAttribute("aria-checked") === "true" ? "off" : "on"),
  });
  return {
    el,
    show(value) {
      el.setAttribute("aria-checked", String(value === "on"));
      replace(el, icon(pictures[value]), words[value]);
    },
  };
}

/**
 * @param {string} label
 * @param {Set} set
 * @returns {Part}
 */
export function switchRow(label, set) {
  const box = h("input", {
    type: "checkbox",
    role: "switch",
    onchange: () => set(box.checked ? "on" : "off"),
  });
  return {
    el: h("label", { class: "choice" }, box, h("span", null, label)),
    show(value) {
      box.checked = value === "on";
    },
  };
}

/**
 * @param {string} label
 * @param {Record<string, string>} words by value
 * @param {Set} set
 * @returns {Part}
 */
export function radioRows(label, words, set) {
  const name = uniqueId("drawn");
  const radios = Object.entries(words).map(([value, text]) => ({
    text,
    radio: h("input", { type: "radio", name, value, onchange: () => set(value) }),
  }));
  return {
    el: h(
      "fieldset",
      null,
      h("legend", null, label),
      radios.map(({ radio, text }) => h("label", { class: "choice" }, radio, h("span", null, text))),
    ),
    show(value) {
      for (const { radio } of radios) radio.checked = radio.value === value;
    },
  };
}

/**
 * @param {string} label
 * @param {Record<string, string>} words by value
 * @param {Set} set
 * @returns {Part}
 */
export function list(label, words, set) {
  const id = uniqueId("drawn");
  const options = Object.entries(words).map(([value, text]) => h("option", { value }, text));
  const select = h("select", { id, onchange: () => set(select.value) }, options);
  return {
    el: h("div", { class: "field" }, h("label", { for: id }, label), select),
    show(value) {
      select.value = value;
    },
  };
}

/**
 * @param {string} label
 * @param {number} step
 * @param {Set} set
 * @returns {Part}
 */
export function slider(label, step, set) {
  const id = uniqueId("drawn");
  const range = h("input", {
    id,
    type: "range",
    min: 0,
    max: 100,
    step,
    onchange: () => set(range.value),
  });
  return {
    el: h("div", { class: "field" }, h("label", { for: id }, label), range),
    show(value) {
      range.value = value;
    },
  };
}
