// @ts-check
/**
 * Guides in words and drawings, for this browser and this system: how to let the page use a
 * device, and how to leave an app that shows the page in itself.
 */

import { h, uniqueId } from "../dom.js";
import { t } from "../i18n.js";
import { draw } from "./guide_drawing.js";
import { browserName, browserSteps, inAppSteps, systemSteps } from "./guide_steps.js";

/** @typedef {import("./world.js").World} World */
/** @typedef {import("./guide_steps.js").Step} Step */

/**
 * @param {World} world
 * @param {import("../media.js").Source} source
 * @param {{ system?: boolean }} [options] system: it is the system's settings that say no
 * @returns {HTMLElement}
 */
export function permissionGuide(world, source, { system = false } = {}) {
  const browser = browserName(world);
  const title =
    source === "microphone"
      ? t("This is how you allow the microphone in %(browser)s", { browser })
      : t("This is how you allow the camera in %(browser)s", { browser });
  const steps = system ? systemSteps(world, source) : browserSteps(world, source);
  return guide(
    title,
    steps,
    t(
      "The words may differ a little on your device. If the choice is grey or missing, your workplace has locked it: ask the helpdesk.",
    ),
  );
}

/**
 * @param {World} world
 * @returns {HTMLElement}
 */
export function inAppGuide(world) {
  const title = t("This is how you open the page in your browser");
  const element = guide(title, inAppSteps(world), t("Do you find nothing of this? Copy the address, open your browser, and paste it there."));
  element.append(addressField());
  return element;
}

/** The way out of another page: this very page in a tab of its own. */
export function framedGuide() {
  return h(
    "p",
    { class: "guide" },
    h(
      "a",
      { class: "button", href: location.href, target: "_blank", rel: "noopener" },
      t("Open this page in a tab of its own"),
    ),
  );
}

/**
 * @param {string} title
 * @param {Step[]} steps
 * @param {string} note
 */
function guide(title, steps, note) {
  const id = uniqueId("guide");
  return h(
    "div",
    { class: "guide stack", role: "group", "aria-labelledby": id },
    h("p", { id }, h("strong", null, title)),
    h("ol", { class: "guide__steps" }, steps.map(stepItem)),
    h("p", { class: "guide__note" }, note),
  );
}

/** @param {Step} step */
function stepItem({ text, drawing }) {
  return h("li", null, h("p", null, text), draw(drawing));
}

/** The page's own address, to copy; apps that lend out no clipboard have it selected. */
function addressField() {
  const id = uniqueId("address");
  const input = h("input", { id, type: "text", readonly: true, value: location.href });
  const told = h("p", { role: "status" });
  const copy = async () => {
    input.select();
    try {
      await navigator.clipboard.writeText(input.value);
      told.textContent = t("The address is copied.");
    } catch (error) {
      // insecure pages have no clipboard at all, some apps refuse it
      console.info("no clipboard", error);
      told.textContent = t("The address is marked. Hold your finger on it and choose Copy.");
    }
  };
  return h(
    "div",
    { class: "field" },
    h("label", { for: id }, t("The address of this page")),
    input,
    h("button", { type: "button", class: "button", onclick: copy }, t("Copy the address")),
    told,
  );
}
