// @ts-check
/**
 * The drawn computer's rules, over the table that comes with the widget. Pure.
 *
 * `motesklar_widgets/drawn_computer.py` has the same rules for the grading, over the same table;
 * a test plays both.
 *
 * @typedef {Readonly<Record<string, string>>} Settings control to value
 *
 * @typedef {object} Need
 * @property {string} name
 * @property {string} check the equipment check that would notice
 * @property {string} finding what it would find
 * @property {[string, string][]} settings one of them is enough
 *
 * @typedef {object} Computer
 * @property {string[]} panels at most one of them is open
 * @property {Record<string, { values: string[], panel: string }>} controls
 * @property {Need[]} needs in the order in which a meeting shows that they are missing
 * @property {Settings} start
 * @property {number} mostActions
 */

/**
 * @param {string} action such as `wifi:on`
 * @returns {[control: string, value: string]}
 */
export function parts(action) {
  const at = action.indexOf(":");
  return [action.slice(0, at), action.slice(at + 1)];
}

/**
 * How the computer stands after an action; one that can't be done changes nothing.
 *
 * @param {Computer} computer
 * @param {Settings} settings
 * @param {string} action
 * @returns {Settings}
 */
export function after({ controls, panels }, settings, action) {
  const [name, value] = parts(action);
  if (!Object.hasOwn(controls, name) || !controls[name].values.includes(value)) return settings;
  const { panel } = controls[name];
  if (panel && settings[panel] !== "open") return settings;
  const closed = panels.includes(name) ? panels.map((other) => [other, "closed"]) : [];
  return { ...settings, ...Object.fromEntries(closed), [name]: value };
}

/**
 * The first need that is not met, or null when one can hear and be heard.
 *
 * @param {Computer} computer
 * @param {Settings} settings
 * @returns {Need | null}
 */
export function unmet({ needs }, settings) {
  return needs.find((need) => !isMet(need, settings)) ?? null;
}

/**
 * Whether these actions of an earlier visit repair the computer.
 *
 * @param {Computer} computer
 * @param {unknown} actions
 */
export function repairs(computer, actions) {
  if (!Array.isArray(actions)) return false;
  const settings = actions
    .slice(0, computer.mostActions)
    .reduce((so_far, action) => after(computer, so_far, String(action)), computer.start);
  return unmet(computer, settings) === null;
}

/**
 * The next thing to do towards a repair.
 *
 * @param {Computer} computer
 * @param {Settings} settings with something that is not met
 * @returns {string} an action
 */
export function nextAction(computer, settings) {
  const need = unmet(computer, settings);
  if (!need) throw new Error("there is nothing to repair");
  const [control, value] = need.settings[0];
  const { panel } = computer.controls[control];
  return panel && settings[panel] !== "open" ? `${panel}:open` : `${control}:${value}`;
}

/**
 * @typedef {object} Worth
 * @property {"repair" | "way" | "harm" | "miss"} kind repair: something that was missing is there now;
 *   way: the panel to something missing was opened, or one was closed; harm: more is missing than
 *   before; miss: it changed nothing of what is missing
 * @property {string} need what it broke, or else the first thing that is missing now; "" for nothing
 */

/**
 * @param {Computer} computer
 * @param {Settings} before
 * @param {string} action
 * @returns {Worth}
 */
export function worthOf(computer, before, action) {
  const missing = computer.needs.filter((need) => !isMet(need, before));
  const left = computer.needs.filter((need) => !isMet(need, after(computer, before, action)));
  const broken = left.find((need) => !missing.includes(need));
  if (broken) return { kind: "harm", need: broken.name };
  const need = left[0]?.name ?? "";
  if (left.length < missing.length) return { kind: "repair", need };
  const [name, value] = parts(action);
  const isWay = value === "closed" || panelsTo(computer, missing).includes(name);
  return { kind: computer.panels.includes(name) && isWay ? "way" : "miss", need };
}

/**
 * Whether the panel is open in which the first thing that is missing can be met.
 *
 * @param {Computer} computer
 * @param {Settings} settings
 */
export function isInPlace(computer, settings) {
  const need = unmet(computer, settings);
  return need !== null && panelsTo(computer, [need]).some((panel) => settings[panel] === "open");
}

/**
 * @param {Computer} computer
 * @param {Need[]} needs
 * @returns {string[]} the panels in which these can be met
 */
function panelsTo({ controls }, needs) {
  return needs.flatMap(({ settings }) => settings.map(([control]) => controls[control].panel));
}

/**
 * @param {Need} need
 * @param {Settings} settings
 */
function isMet(need, settings) {
  return need.settings.some(([control, value]) => settings[control] === value);
}
