// @ts-check
/**
 * The steps of each guide, in words, and what is drawn beside them.
 *
 * Where a permission is differs by browser and system; what the parts are called there is written
 * as the browsers and systems of autumn 2025 write it. The names in translations are theirs too.
 */

import { t } from "../i18n.js";

/** @typedef {import("../media.js").Source} Source */
/** @typedef {import("./world.js").World} World */
/** @typedef {import("./guide_drawing.js").Drawing} Drawing */

/** @typedef {{ text: string, drawing: Drawing }} Step */

/**
 * The name of the device, as it stands in browsers and settings.
 *
 * @param {Source} source
 */
function deviceName(source) {
  return source === "microphone" ? t("Microphone") : t("Camera");
}

/**
 * How to let the page use a device, in this browser.
 *
 * @param {World} world
 * @param {Source} source
 * @returns {Step[]}
 */
export function browserSteps(world, source) {
  const { browser, system } = world;
  if (system === "ios" || system === "ipados") {
    return browser === "safari" ? safariTouch(source) : askAnew(source);
  }
  if (system === "android") return androidBrowser(browser, source);
  if (browser === "firefox") return firefoxDesktop(source);
  if (browser === "safari") return safariDesktop(source);
  if (browser === "edge") return edgeDesktop(source);
  return chromeDesktop(source);
}

/**
 * How to let the browser use a device, in this system's settings.
 *
 * @param {World} world
 * @param {Source} source
 * @returns {Step[]}
 */
export function systemSteps(world, source) {
  switch (world.system) {
    case "windows":
      return windowsSettings(source);
    case "macos":
      return macSettings(world, source);
    case "ios":
    case "ipados":
      return appleTouchSettings(world, source);
    case "android":
      return androidSettings(world, source);
    case "chromeos":
      return chromebookSettings(source);
    default:
      return otherSettings(source);
  }
}

/** @type {(source: Source) => Step} */
const switchOn = (source) => ({
  text: t("Find the row %(device)s and turn its switch on.", { device: deviceName(source) }),
  drawing: { kind: "switch", source },
});

/** @type {(source: Source) => Step} */
const chooseAllow = (source) => ({
  text: t("Find the row %(device)s and choose Allow there.", { device: deviceName(source) }),
  drawing: { kind: "choice", source },
});

/** @type {(source: Source) => Step} */
const answerAllow = (source) => ({
  text: t("Press Test again here on the page. When the browser asks, choose Allow."),
  drawing: { kind: "question", source },
});

/** @type {(icon: import("./guide_drawing.js").AddressIcon) => Step} */
const leftOfAddress = (icon) => ({
  text: t("Press the small picture to the left of the web address, at the top of the window."),
  drawing: { kind: "address", icon },
});

/** @type {(source: Source) => Step[]} */
const chromeDesktop = (source) => [leftOfAddress("sliders"), switchOn(source)];

/** @type {(source: Source) => Step[]} */
const edgeDesktop = (source) => [
  leftOfAddress("lock"),
  {
    text: t("Press Permissions for this site, if it is there."),
    drawing: { kind: "list", rows: [t("Permissions for this site")], marked: 0 },
  },
  chooseAllow(source),
];

/** @type {(source: Source) => Step[]} */
const firefoxDesktop = (source) => [
  {
    text: t("Press the crossed-out picture to the left of the web address, at the top of the window."),
    drawing: { kind: "address", icon: source },
  },
  {
    text: t("Press the cross beside Blocked, on the row about the device."),
    drawing: { kind: "cross", source },
  },
  answerAllow(source),
];

/** @type {(source: Source) => Step[]} */
const safariDesktop = (source) => [
  {
    text: t("Press Safari in the row at the very top of the screen, and choose Settings for this website."),
    drawing: { kind: "list", rows: ["Safari", t("Settings for this website")], marked: 1 },
  },
  chooseAllow(source),
];

/** @type {(source: Source) => Step[]} */
const safariTouch = (source) => [
  {
    text: t("Press the small picture to the left of the web address. It stands at the top or at the bottom of the screen."),
    drawing: { kind: "phone", icon: "page", corner: "bottom-left" },
  },
  {
    text: t("Press Website settings. If you do not see it, press the three dots first."),
    drawing: { kind: "list", rows: [t("Website settings")], marked: 0 },
  },
  chooseAllow(source),
];

// Browsers on iPhone and iPad other than Safari ask at each load.
/** @type {(source: Source) => Step[]} */
const askAnew = (source) => [
  {
    text: t("Load the page again: press the round arrow."),
    drawing: { kind: "phone", icon: "reload", corner: "top-right" },
  },
  answerAllow(source),
];

/** @type {(browser: World["browser"], source: Source) => Step[]} */
const androidBrowser = (browser, source) => [
  {
    text: t("Press the small picture to the left of the web address, at the top of the screen."),
    drawing: { kind: "phone", icon: browser === "chrome" ? "sliders" : "lock", corner: "top-left" },
  },
  {
    text: t("Press Permissions, if it is there."),
    drawing: { kind: "list", rows: [t("Permissions")], marked: 0 },
  },
  browser === "firefox" ? chooseAllow(source) : switchOn(source),
];

/** @type {(source: Source) => Step[]} */
const windowsSettings = (source) => [
  {
    text: t("Press the Start button at the bottom of the screen, and choose Settings."),
    drawing: { kind: "list", rows: [t("Settings")], marked: 0 },
  },
  {
    text: t("Choose Privacy & security, and then %(device)s.", { device: deviceName(source) }),
    drawing: { kind: "list", rows: [t("Privacy & security"), deviceName(source)], marked: 1 },
  },
  {
    text: t("Turn on every switch at the top, and the one for desktop apps further down: the browser is one of them."),
    drawing: { kind: "switch", source },
  },
];

/** @type {(world: World, source: Source) => Step[]} */
const macSettings = (world, source) => [
  {
    text: t("Press the apple in the upper left corner of the screen, and choose System Settings."),
    drawing: { kind: "list", rows: [t("System Settings")], marked: 0 },
  },
  {
    text: t("Choose Privacy & Security, and then %(device)s.", { device: deviceName(source) }),
    drawing: { kind: "list", rows: [t("Privacy & Security"), deviceName(source)], marked: 1 },
  },
  {
    text: t("Turn on the switch beside %(browser)s. Then close the browser and open it again.", {
      browser: browserName(world),
    }),
    drawing: { kind: "switch", source, label: browserName(world) },
  },
];

/** @type {(world: World, source: Source) => Step[]} */
const appleTouchSettings = (world, source) => [
  {
    text: t("Go to the home screen and open Settings: the picture with a cogwheel."),
    drawing: { kind: "list", rows: [t("Settings")], marked: 0 },
  },
  {
    text: t("Choose Apps, and then %(browser)s.", { browser: browserName(world) }),
    drawing: { kind: "list", rows: [t("Apps"), browserName(world)], marked: 1 },
  },
  world.browser === "safari" ? chooseAllow(source) : switchOn(source),
];

/** @type {(world: World, source: Source) => Step[]} */
const androidSettings = (world, source) => [
  {
    text: t("Open Settings: the picture with a cogwheel."),
    drawing: { kind: "list", rows: [t("Settings")], marked: 0 },
  },
  {
    text: t("Choose Apps, then %(browser)s, and then Permissions.", { browser: browserName(world) }),
    drawing: { kind: "list", rows: [t("Apps"), browserName(world), t("Permissions")], marked: 2 },
  },
  {
    text: t("Press %(device)s, and choose that the app may use it while it is open.", {
      device: deviceName(source),
    }),
    drawing: { kind: "choice", source },
  },
  {
    text: t("Still nothing? Pull down from the top of the screen, and look for a switched-off %(device)s there.", {
      device: deviceName(source),
    }),
    drawing: { kind: "phone", icon: source, corner: "top-right" },
  },
];

/** @type {(source: Source) => Step[]} */
const chromebookSettings = (source) => [
  {
    text: t("Press the clock in the lower right corner, and then the cogwheel."),
    drawing: { kind: "list", rows: [t("Settings")], marked: 0 },
  },
  {
    text: t("Choose Privacy and security, and then Privacy controls."),
    drawing: { kind: "list", rows: [t("Privacy and security"), t("Privacy controls")], marked: 1 },
  },
  switchOn(source),
];

/** @type {(source: Source) => Step[]} */
const otherSettings = (source) => [
  {
    text: t("Open the device's settings, and look for sound, picture or privacy."),
    drawing: { kind: "list", rows: [t("Settings")], marked: 0 },
  },
  switchOn(source),
];

/**
 * How to leave an app that shows the page in itself.
 *
 * @param {World} world
 * @returns {Step[]}
 */
export function inAppSteps({ system, app }) {
  const isApple = system === "ios" || system === "ipados";
  const hasCompass = isApple && (app === "outlook" || app === "other");
  return [
    hasCompass
      ? {
          text: t("Look for a compass or an arrow in a corner of the screen, and press it."),
          drawing: { kind: "phone", icon: "compass", corner: "bottom-right" },
        }
      : {
          text: t("Press the three dots in a corner of the screen."),
          drawing: { kind: "phone", icon: "dots", corner: "top-right" },
        },
    {
      text: t("Choose Open in browser. It may also say the browser's name."),
      drawing: { kind: "list", rows: [t("Open in browser")], marked: 0 },
    },
  ];
}

/** @type {Record<import("./world.js").BrowserName, string>} names that are the same everywhere */
const NAMES = {
  chrome: "Chrome",
  edge: "Edge",
  firefox: "Firefox",
  safari: "Safari",
  samsung: "Samsung Internet",
  other: "",
};

/** @param {World} world */
export function browserName({ browser }) {
  return NAMES[browser] || t("your browser");
}
