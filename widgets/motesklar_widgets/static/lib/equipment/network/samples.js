// @ts-check
/** The browser's own counters of a connection (W3C webrtc-stats), boiled down to a line. Pure. */

/** @typedef {import("../network_rule.js").Direction} Direction */
/** @typedef {import("../network_rule.js").Line} Line */
/** @typedef {import("../../call/messages.js").Quality} Quality */

/** Of fewer packets, what was lost says nothing. */
const PACKETS_MIN = 30;

/**
 * @typedef {object} Counters of a stream, since the connection began
 * @property {number} bytes
 * @property {number} packets that arrived or, of what we send, were sent
 * @property {number} lost
 * @property {number | null} jitter seconds
 */

/** @typedef {{ sound: Counters, picture: Counters }} Streams */

/**
 * @typedef {object} Sample
 * @property {number} at ms
 * @property {Streams} up
 * @property {Streams} down
 * @property {number | null} roundTrip seconds
 * @property {number} processor seconds in which the processor held the picture back
 * @property {boolean} held whether it does so now
 */

/** @returns {Streams} */
function nothing() {
  const counters = () => ({ bytes: 0, packets: 0, lost: 0, jitter: null });
  return { sound: counters(), picture: counters() };
}

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
    const counters = streamOf(sample.up, row);
    counters.bytes += row.bytesSent ?? 0;
    counters.packets += row.packetsSent ?? 0;
    sample.processor += row.qualityLimitationDurations?.cpu ?? 0;
    sample.held ||= row.qualityLimitationReason === "cpu";
  },
  "remote-inbound-rtp": (sample, row) => {
    lose(streamOf(sample.up, row), row);
    if (row.kind === "audio") sample.roundTrip ??= row.roundTripTime ?? null;
  },
  "inbound-rtp": (sample, row) => {
    const counters = streamOf(sample.down, row);
    counters.bytes += row.bytesReceived ?? 0;
    counters.packets += row.packetsReceived ?? 0;
    lose(counters, row);
  },
  "candidate-pair": (sample, row) => {
    if (row.nominated && row.state === "succeeded") {
      sample.roundTrip = row.currentRoundTripTime ?? sample.roundTrip;
    }
  },
};

/**
 * @param {Streams} streams
 * @param {{ kind: string }} row
 */
function streamOf(streams, { kind }) {
  return kind === "audio" ? streams.sound : streams.picture;
}

/**
 * @param {Counters} counters
 * @param {any} row
 */
function lose(counters, row) {
  // it may be below zero for a while, when packets come twice
  counters.lost += Math.max(0, row.packetsLost ?? 0);
  counters.jitter = row.jitter ?? null;
}

/**
 * What the samples say of the line from the first to the last of them.
 *
 * The server's own figures stand in where the browser counts nothing, and the picture's losses
 * where the page could make no sound: silence is sent in so few packets that they say nothing.
 *
 * @param {Sample[]} samples two at least
 * @param {Quality[]} qualities measured by the server at the same time
 * @param {{ seen: boolean, sounds: boolean }} page
 * @returns {Line}
 */
export function lineOf(samples, qualities, { seen, sounds }) {
  const first = samples[0];
  const last = samples[samples.length - 1];
  const quality = qualities.at(-1);
  const up = direction(samples, "up", quality?.up_loss ?? 0);
  const down = direction(samples, "down", quality?.down_loss ?? 0);
  if (!sounds) for (const way of [up, down]) hush(way);
  // what never came to the server can't come back: that is no loss on the way down. A picture's
  // packets are asked for again and come back a little later.
  const came = sounds ? 1 - up.sound_loss : 1;
  down.sound_loss = came > 0 ? Math.max(0, 1 - (1 - down.sound_loss) / came) : 0;
  // what was sent and got lost did not get through
  up.sound_kbps *= 1 - up.sound_loss;
  up.picture_kbps *= 1 - up.picture_loss;
  const trips = samples.flatMap(({ roundTrip }) => (roundTrip === null ? [] : [roundTrip * 1000]));
  const held = samples.filter((sample) => sample.held).length / samples.length;
  const counted = (last.processor - first.processor) / ((last.at - first.at) / 1000);
  return {
    up,
    down,
    round_trip_ms: trips.length > 0 ? median(trips) : (quality?.rtt_ms ?? null),
    processor_share: last.processor > 0 ? Math.min(1, counted) : held,
    seen,
    sounds,
  };
}

/** @param {Direction} way */
function hush(way) {
  way.sound_loss = way.picture_loss;
  way.jitter_ms = 0;
}

/**
 * @param {Sample[]} samples
 * @param {"up" | "down"} way
 * @param {number} told share lost, as the server tells it
 * @returns {Direction}
 */
function direction(samples, way, told) {
  const first = samples[0];
  const last = samples[samples.length - 1];
  const ms = last.at - first.at;
  const kbps = (/** @type {"sound" | "picture"} */ kind) =>
    ms > 0 ? (Math.max(0, last[way][kind].bytes - first[way][kind].bytes) * 8) / ms : 0;
  const loss = (/** @type {"sound" | "picture"} */ kind) =>
    lostShare(first[way][kind], last[way][kind], way === "up") ?? told;
  const jitters = samples.flatMap((sample) => sample[way].sound.jitter ?? []);
  return {
    sound_kbps: kbps("sound"),
    picture_kbps: kbps("picture"),
    sound_loss: loss("sound"),
    picture_loss: loss("picture"),
    jitter_ms: jitters.length > 0 ? median(jitters) * 1000 : 0,
  };
}

/**
 * @param {Counters} first
 * @param {Counters} last
 * @param {boolean} sent whether the packets are those that were sent, not those that came
 * @returns {number | null} null where there were too few to say
 */
function lostShare(first, last, sent) {
  const lost = Math.max(0, last.lost - first.lost);
  const packets = Math.max(0, last.packets - first.packets);
  const expected = sent ? packets : packets + lost;
  return expected >= PACKETS_MIN ? Math.min(1, lost / expected) : null;
}

/** @param {number[]} values one at least */
export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)];
}
