// @ts-check
/**
 * The browser, the system and the app that the page is open in. Only words and guides depend on
 * it; whether something works is always tried, never guessed.
 */

import { isFramed } from "../media_opening.js";

/** @typedef {"chrome" | "edge" | "firefox" | "safari" | "samsung" | "other"} BrowserName */

/**
 * @typedef {"windows" | "macos" | "ios" | "ipados" | "android" | "chromeos" | "linux"
 *   | "other"} SystemName
 */

/** @typedef {"" | "outlook" | "teams" | "facebook" | "instagram" | "linkedin" | "other"} AppName */

/**
 * @typedef {object} Features
 * @property {boolean} devices the browser lends out microphones and cameras
 * @property {boolean} calls it can hold calls (RTCPeerConnection)
 * @property {boolean} speakers one can choose where sound is played
 * @property {boolean} permissions it tells whether the page may use a device
 * @property {boolean} recording
 * @property {boolean} websockets
 */

/**
 * @typedef {object} World
 * @property {BrowserName} browser
 * @property {SystemName} system
 * @property {AppName} app the app that the page is shown in; empty in an ordinary browser
 * @property {boolean} secure
 * @property {boolean} framed
 * @property {boolean} touch
 * @property {Features} features
 */

/**
 * What the browser says of itself.
 *
 * @typedef {object} Snapshot
 * @property {string} agent the User-Agent string
 * @property {number} touchPoints
 * @property {boolean} secure
 * @property {boolean} framed
 * @property {Features} features
 */

// The first that fits: browsers carry the names of those that they are made of.
/** @type {[BrowserName, RegExp][]} */
const BROWSERS = [
  ["samsung", /SamsungBrowser\//],
  ["edge", /\b(?:Edg|EdgA|EdgiOS)\//],
  ["other", /\b(?:OPR|Opera|Vivaldi|YaBrowser|DuckDuckGo|Ddg|UCBrowser|MSIE|Trident)\b/],
  ["firefox", /\b(?:Firefox|FxiOS)\//],
  ["chrome", /(?:Chrome|Chromium|CriOS)\//],
  // named by every browser made of WebKit; Safari itself is Apple's alone
  ["safari", /\b(?:Macintosh|iPhone|iPad|iPod)\b.*\bVersion\/[\d.]+.*\bSafari\//],
];

/** @type {[AppName, RegExp][]} */
const APPS = [
  ["teams", /\bTeams(?:Mobile)?[-/]/],
  ["outlook", /\bOutlook[-/ ]|\bMicrosoft Office Outlook/],
  ["facebook", /\bFB(?:AN|AV|_IAB)\b/],
  ["instagram", /\bInstagram\b/],
  ["linkedin", /\bLinkedInApp\b/],
  // Android's WebView says "wv"; the rest are apps and programs that show pages in themselves
  ["other", /; wv\)|\b(?:GSA|Line|Snapchat|Pinterest|WhatsApp|BytedanceWebview|Electron)\//],
];

/** @type {[SystemName, RegExp][]} */
const SYSTEMS = [
  ["ios", /\b(?:iPhone|iPod)\b/],
  ["ipados", /\biPad\b/],
  ["android", /\bAndroid\b/],
  ["chromeos", /\bCrOS\b/],
  ["windows", /\bWindows\b/],
  ["macos", /\bMac(?:intosh| OS X)\b/],
  ["linux", /\bLinux\b/],
];

/**
 * @param {Snapshot} snapshot
 * @returns {World}
 */
export function worldOf({ agent, touchPoints, secure, framed, features }) {
  const system = systemOf(agent, touchPoints);
  return {
    browser: firstThatFits(BROWSERS, agent) ?? "other",
    system,
    app: appOf(agent, system),
    secure,
    framed,
    touch: touchPoints > 0,
    features,
  };
}

/**
 * @param {string} agent
 * @param {number} touchPoints
 * @returns {SystemName}
 */
function systemOf(agent, touchPoints) {
  const system = firstThatFits(SYSTEMS, agent) ?? "other";
  // an iPad says that it is a Mac, and no Mac has a screen to touch
  return system === "macos" && touchPoints > 1 ? "ipados" : system;
}

/**
 * @param {string} agent
 * @param {SystemName} system
 * @returns {AppName}
 */
function appOf(agent, system) {
  const named = firstThatFits(APPS, agent);
  if (named) return named;
  // an app's own page on iOS leaves out the word that every browser there has
  const isApple = system === "ios" || system === "ipados";
  return isApple && !/\bSafari\//.test(agent) ? "other" : "";
}

/**
 * @template {string} Name
 * @param {[Name, RegExp][]} table
 * @param {string} agent
 * @returns {Name | undefined}
 */
function firstThatFits(table, agent) {
  return table.find(([, pattern]) => pattern.test(agent))?.[0];
}

/** The world that this page is open in. */
export function readWorld() {
  return worldOf({
    agent: navigator.userAgent,
    touchPoints: navigator.maxTouchPoints,
    secure: isSecureContext,
    framed: isFramed(),
    features: {
      devices: Boolean(navigator.mediaDevices?.getUserMedia),
      calls: "RTCPeerConnection" in window,
      speakers: "setSinkId" in HTMLMediaElement.prototype,
      permissions: Boolean(navigator.permissions?.query),
      recording: "MediaRecorder" in window,
      websockets: "WebSocket" in window,
    },
  });
}
