// @ts-check
/** The stages of the check: which there are, by what the course has set up. Pure. */

/** @typedef {import("../network_rule.js").Transport} Transport */
/** @typedef {"waiting" | "running" | "works" | "failed" | "absent" | "skipped"} StageState */

/**
 * @typedef {object} RelayStage one address of the relay, alone
 * @property {string} name such as `turn-tls`, or `turn-tls-2` for the second one
 * @property {Transport} transport
 * @property {RTCIceServer} server
 */

/** @type {Transport[]} */
export const TRANSPORTS = ["udp", "tcp", "tls"];

/**
 * What a stage is one of: `turn-tls` of `turn-tls-2`.
 *
 * @param {string} stage
 */
export function kindOf(stage) {
  return stage.replace(/-\d+$/, "");
}

/**
 * How a browser speaks with the relay at this address (RFC 7065).
 *
 * @param {string} address
 * @returns {Transport | null} null for what is no relay
 */
export function transportOf(address) {
  if (address.startsWith("turns:")) return "tls";
  if (!address.startsWith("turn:")) return null;
  return address.endsWith("transport=tcp") ? "tcp" : "udp";
}

/**
 * @param {RTCIceServer[]} servers as the course gives them to a call
 * @returns {RelayStage[]} the quickest way first
 */
export function relayStages(servers) {
  const alone = servers.flatMap((server) =>
    [server.urls].flat().map((address) => ({ ...server, urls: [address] })),
  );
  return TRANSPORTS.flatMap((transport) =>
    alone
      .filter(({ urls }) => transportOf(urls[0]) === transport)
      .map((server, index) => ({
        name: `turn-${transport}${index > 0 ? `-${index + 1}` : ""}`,
        transport,
        server,
      })),
  );
}
