// @ts-check
/** The browser's own counters of a connection (W3C webrtc-stats), boiled down to a line. Pure. */

/** @typedef {import("../network_rule.js").Direction} Direction */
/** @typedef {import("../network_rule.js").Line} Line */
/** @typedef {import("../../call/messages.js").Quality} Quality */

/**
 * @typedef {object} Counters of one way, since the connection began
 * @property {number} sound bytes
 * @property {number} picture bytes
 * @property {number} packets that arrived or, of what we send, were sent
 * @property {number} lost
 * @property {number | null} jitter seconds, of the sound
 */

/**
 * @typedef {object} Sample
 * @property {number} at ms
 * @property {Counters} up
 * @property {Counters} down
 * @property {number | null} roundTrip seconds
 * @property {number} processor seconds in which the processor held the picture back
 * @property {boolean} held whether it does so now
 */

/** @returns {Counters} */
const nothing = () => ({ sound: 0, picture: 0, packets: 0, lost: 0, jitter: null });

/**
 * @param {Iterable<any>} rows those of an RTCStatsReport
 * @returns {Sample}
 */
export function sampleOf(rows) {
  /** @type {Sample} */
  const sample = {
    at: 0,
    up: nothing(),
    down: nothing(),
    roundTrip: null,
    processor: 0,
    held: false,
  };
  for (const row of rows) {
    sample.at = Math.max(sample.at, row.timestamp);
    READERS[row.type]?.(sample, row);
  }
  return sample;
}

/** @type {Record<string, (sample: Sample, row: any) => void>} */
const READERS = {
  "outbound-rtp": (sample, row) => {
    count(sample.up, row.kind, row.bytesSent, row.packetsSent);
    sample.processor += row.qualityLimitationDurations?.cpu ?? 0;
    sample.held ||= row.qualityLimitationReason === "cpu";
  },
  "remote-inbound-rtp": (sample, row) => {
    lose(sample.up, row);
    if (row.kind === "audio") sample.roundTrip ??= row.roundTripTime ?? null;
  },
  "inbound-rtp": (sample, row) => {
    count(sample.down, row.kind, row.bytesReceived, row.packetsReceived);
    lose(sample.down, row);
  },
  "candidate-pair": (sample, row) => {
    if (row.nominated && row.state === "succeeded") {
      sample.roundTrip = row.currentRoundTripTime ?? sample.roundTrip;
    }
  },
};

/**
 * @param {Counters} counters
 * @param {"audio" | "video"} kind
 * @param {number} [bytes]
 * @param {number} [packets]
 */
function count(counters, kind, bytes = 0, packets = 0) {
  counters[kind === "audio" ? "sound" : "picture"] += bytes;
  counters.packets += packets;
}

/**
 * @param {Counters} counters
 * @param {any} row
 */
function lose(counters, row) {
  // it may be below zero for a while, when packets come twice
  counters.lost += Math.max(0, row.packetsLost ?? 0);
  if (row.kind === "audio") counters.jitter = row.jitter ?? null;
}

/**
 * What the samples say of the line from the first to the last of them.
 *
 * The server's own figures are taken where the browser has none, and where they are worse: what is
 * lost on the way to us is told by one side only after a while.
 *
 * @param {Sample[]} samples two at least
 * @param {Quality[]} qualities measured by the server at the same time
 * @param {boolean} seen
 * @returns {Line}
 */
export function lineOf(samples, qualities, seen) {
  const first = samples[0];
  const last = samples[samples.length - 1];
  const seconds = (last.at - first.at) / 1000;
  const quality = qualities.at(-1);
  const up = direction(samples, "up", quality?.up_loss);
  const down = direction(samples, "down", quality?.down_loss);
  // what was sent and got lost did not get through
  up.sound_kbps *= 1 - up.loss;
  up.picture_kbps *= 1 - up.loss;
  const trips = samples.flatMap(({ roundTrip }) => (roundTrip === null ? [] : [roundTrip * 1000]));
  const held = samples.filter((sample) => sample.held).length / samples.length;
  const counted = (last.processor - first.processor) / seconds;
  return {
    up,
    down,
    round_trip_ms: trips.length > 0 ? median(trips) : (quality?.rtt_ms ?? null),
    processor_share: last.processor > 0 ? Math.min(1, counted) : held,
    seen,
  };
}

/**
 * @param {Sample[]} samples
 * @param {"up" | "down"} way
 * @param {number} [told] share lost, as the server tells it
 * @returns {Direction}
 */
function direction(samples, way, told = 0) {
  const first = samples[0][way];
  const last = samples[samples.length - 1][way];
  const ms = samples[samples.length - 1].at - samples[0].at;
  const kbps = (/** @type {"sound" | "picture"} */ kind) =>
    ms > 0 ? (Math.max(0, last[kind] - first[kind]) * 8) / ms : 0;
  const lost = Math.max(0, last.lost - first.lost);
  const arrived = Math.max(0, last.packets - first.packets);
  // of what we send all packets are counted, of what we get those that came
  const expected = way === "up" ? arrived : arrived + lost;
  const jitters = samples.flatMap((sample) => sample[way].jitter ?? []);
  return {
    sound_kbps: kbps("sound"),
    picture_kbps: kbps("picture"),
    loss: Math.min(1, Math.max(told, expected > 0 ? lost / expected : 0)),
    jitter_ms: jitters.length > 0 ? median(jitters) * 1000 : 0,
  };
}

/** @param {number[]} values one at least */
export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)];
}
