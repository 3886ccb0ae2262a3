// @ts-check
/** Writes an invitation as a calendar file (RFC 5545). */

import { newId } from "./ids.js";

/**
 * @typedef {object} Meeting
 * @property {string} title
 * @property {string} start `2027-03-01T10:00`, as the clock shows it where this browser is
 * @property {number} minutes
 * @property {string} place
 * @property {string} text
 */

/** RFC 5545 3.1: a line has at most 75 bytes, without its end. */
const LINE_BYTES = 75;

/**
 * @param {Meeting} meeting
 * @param {Date} now
 * @returns {string}
 */
export function calendarFile({ title, start, minutes, place, text }, now) {
  const zone = zoneAt(new Date(start));
  const lines = [
    "BEGIN:VCALENDAR",
    "VERSION:2.0",
    "PRODID:-//Motesklar//Motesklar//SV",
    "METHOD:PUBLISH",
    ...zone.lines,
    "BEGIN:VEVENT",
    `UID:${newId()}@motesklar`,
    `DTSTAMP:${now.toISOString().replace(/[-:]|\.\d+/g, "")}`,
    `DTSTART${zone.parameter}:${start.replace(/[-:]/g, "")}00`,
    `DURATION:PT${minutes}M`,
    `SUMMARY:${escaped(title)}`,
    `LOCATION:${escaped(place)}`,
    `DESCRIPTION:${escaped(text)}`,
    "END:VEVENT",
    "END:VCALENDAR",
  ];
  return lines.map((line) => `${folded(line)}\r\n`).join("");
}

/**
 * The clock of this place, so that guests elsewhere see their own time. A zone must be described
 * in the file (RFC 5545 3.2.19); for one meeting, what it is at that moment is all of it.
 *
 * @param {Date} moment
 * @returns {{ parameter: string, lines: string[] }} without a zone where the browser tells none
 */
function zoneAt(moment) {
  const { timeZone } = new Intl.DateTimeFormat().resolvedOptions();
  // a browser that hides where it is says UTC; the guests' own clocks are then the better guess
  if (!timeZone || timeZone === "UTC") return { parameter: "", lines: [] };
  const minutes = -moment.getTimezoneOffset();
  const [hour, minute] = [Math.floor(Math.abs(minutes) / 60), Math.abs(minutes) % 60];
  const offset = `${minutes < 0 ? "-" : "+"}${twoDigits(hour)}${twoDigits(minute)}`;
  const rule = ["DTSTART:19700101T000000", `TZOFFSETFROM:${offset}`, `TZOFFSETTO:${offset}`];
  return {
    parameter: `;TZID=${timeZone}`,
    lines: [
      "BEGIN:VTIMEZONE",
      `TZID:${timeZone}`,
      "BEGIN:STANDARD",
      ...rule,
      "END:STANDARD",
      "END:VTIMEZONE",
    ],
  };
}

/** @param {number} number */
function twoDigits(number) {
  return String(number).padStart(2, "0");
}

/** RFC 5545 3.3.11. @param {string} text */
function escaped(text) {
  return text.replace(/[\\;,]/g, "\\$&").replace(/\r?\n/g, "\\n");
}

/** No letter is cut in two. @param {string} line */
function folded(line) {
  const encoder = new TextEncoder();
  const parts = [""];
  let bytes = 0;
  for (const letter of line) {
    const size = encoder.encode(letter).length;
    if (bytes + size > LINE_BYTES) {
      parts.push("");
      bytes = 1; // the space that a continued line begins with
    }
    parts[parts.length - 1] += letter;
    bytes += size;
  }
  return parts.join("\r\n ");
}
