// @ts-check
/** The browser's own figures of a connection, boiled down to those that help a helper. */

/**
 * @typedef {object} Totals
 * @property {number} at in ms
 * @property {number} sent bytes
 * @property {number} received bytes
 * @property {string} picture of mine, such as 320×240
 * @property {number} pictures a second that I send
 * @property {string} path such as udp
 */

/**
 * @param {RTCStatsReport} report
 * @returns {Totals}
 */
export function totals(report) {
  /** @type {Totals} */
  const found = { at: 0, sent: 0, received: 0, picture: "", pictures: 0, path: "" };
  report.forEach((row) => {
    found.at = Math.max(found.at, row.timestamp);
    if (row.type === "outbound-rtp") {
      found.sent += row.bytesSent ?? 0;
      if (row.kind === "video" && row.frameWidth && row.framesPerSecond) {
        found.picture = `${row.frameWidth}×${row.frameHeight}`;
        found.pictures = row.framesPerSecond;
      }
    }
    if (row.type === "inbound-rtp") found.received += row.bytesReceived ?? 0;
    if (row.type === "candidate-pair" && row.nominated) {
      const local = report.get(row.localCandidateId);
      found.path = local ? `${local.candidateType} ${local.relayProtocol ?? local.protocol}` : "";
    }
  });
  return found;
}

/**
 * Kilobits a second between two measurements.
 *
 * @param {Totals | null} before
 * @param {Totals} now
 */
export function rates(before, now) {
  const seconds = before ? (now.at - before.at) / 1000 : 0;
  if (!before || seconds <= 0) return { up: 0, down: 0 };
  // a new connection counts from nothing
  const rate = (/** @type {number} */ bytes) => Math.max(0, (bytes * 8) / seconds / 1000);
  return { up: rate(now.sent - before.sent), down: rate(now.received - before.received) };
}
