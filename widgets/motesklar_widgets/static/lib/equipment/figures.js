// @ts-check
/** The numbers behind a verdict, in words for somebody who helps. */

import { h } from "../dom.js";
import { formatNumber, t } from "../i18n.js";

/** @typedef {import("../types.js").Verdict["figures"]} Figures */

/** @returns {Record<string, string>} the figures' names; those without one are shown as they are */
function names() {
  return {
    battery: t("Battery, in per cent"),
    brightness: t("Brightness of the picture, 0 to 255"),
    broken_stages: t("Ways that do not get through"),
    charging: t("The battery is charging"),
    clipped_percent: t("Share of the sound that is cut off, in per cent"),
    contrast: t("Differences in brightness in the picture"),
    down_jitter_ms: t("Unevenness to you, in ms"),
    down_kbps: t("Speed to you, in kbit/s"),
    down_loss_percent: t("Lost on the way to you, in per cent"),
    down_picture_loss_percent: t("Of the picture to you lost, in per cent"),
    echo_dbfs: t("Sound that comes back from the loudspeaker, in dBFS"),
    fps: t("Pictures a second"),
    heard: t("You heard the tones"),
    heard_by_microphone: t("The microphone heard the tones"),
    height: t("Height of the picture, in pixels"),
    peak_dbfs: t("Loudest sound, in dBFS"),
    processor_limited_percent: t("Time in which the device could not keep up, in per cent"),
    quiet_dbfs: t("Sound around you, in dBFS"),
    round_trip_ms: t("There and back, in ms"),
    sound_seconds: t("Seconds of sound"),
    speaker_chosen: t("You chose the loudspeaker here"),
    turn_tcp_ms: t("The way round over TCP, in ms"),
    turn_tls_ms: t("The way round over TLS, in ms"),
    turn_udp_ms: t("The way round over UDP, in ms"),
    udp_ms: t("The straight way over UDP, in ms"),
    up_jitter_ms: t("Unevenness from you, in ms"),
    up_kbps: t("Speed from you, in kbit/s"),
    up_loss_percent: t("Lost on the way from you, in per cent"),
    up_picture_loss_percent: t("Of the picture from you lost, in per cent"),
    voice_dbfs: t("Your voice, in dBFS"),
    voice_score: t("How voices sound, 1 to 5"),
    websocket_ms: t("The line that meetings are steered by, in ms"),
    width: t("Width of the picture, in pixels"),
  };
}

/**
 * @param {Figures} figures
 * @returns {[name: string, value: string][]}
 */
export function figureRows(figures) {
  const words = names();
  return Object.entries(figures ?? {}).map(([key, value]) => [
    words[key] ?? key.replaceAll("_", " "),
    valueText(value),
  ]);
}

/**
 * Folded away: most people never need them.
 *
 * @param {Figures} figures
 */
export function figureList(figures) {
  const rows = figureRows(figures);
  if (rows.length === 0) return null;
  return h(
    "details",
    { class: "equipment__figures" },
    h("summary", null, t("Figures")),
    h(
      "dl",
      { class: "figures" },
      rows.flatMap(([name, value]) => [h("dt", null, name), h("dd", null, value)]),
    ),
  );
}

/** @param {number | string | boolean} value */
function valueText(value) {
  if (typeof value === "boolean") return value ? t("Yes") : t("No");
  return typeof value === "number" ? formatNumber(value, 2) : String(value);
}
