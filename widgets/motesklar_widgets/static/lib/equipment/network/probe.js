// @ts-check
/**
 * Takes the network through its stages, each on its own and each with an end:
 *
 * websocket → straight by UDP → the relay by UDP, TCP and TLS → sound and picture there and back.
 *
 * The relay's addresses are asked all at once, while the straight way is tried and measured. Where
 * that one is closed, the line is measured over the first relay that works.
 */

import {
  BUSY_PAUSE_SECONDS,
  BUSY_SECONDS,
  HALL_PICTURE_BITRATE,
  LINE_SECONDS,
  LINE_WARM_UP_SECONDS,
} from "../thresholds.js";
import { Mirror, Refused } from "./mirror.js";
import { reachTrouble } from "./reach.js";
import { askRelay } from "./relay.js";
import { lineOf, sampleOf } from "./samples.js";
import { relayStages } from "./stages.js";
import { makeSynthetic } from "./synthetic.js";
import { pause, Trouble } from "./trouble.js";

/** @typedef {import("../network_rule.js").Line} Line */
/** @typedef {import("../network_rule.js").Outcome} Outcome */
/** @typedef {import("../network_rule.js").Relay} Relay */
/** @typedef {import("./relay.js").Answer} Answer */
/** @typedef {import("./stages.js").RelayStage} RelayStage */
/** @typedef {import("./stages.js").StageState} StageState */
/** @typedef {import("./synthetic.js").Synthetic} Synthetic */

/**
 * @typedef {object} Watcher is shown how the check goes
 * @property {(relays: RelayStage[]) => void} onRelays which relays are set up
 * @property {(stage: string, state: StageState, ms?: number) => void} onStage
 * @property {(share: number) => void} onLine how far the measuring is, 0 to 1
 * @property {() => void} onBusy many measure now, and we wait for our turn
 */

/** The server's codes for "later". */
const LATER = new Set(["busy", "no_place", "too_many", "calls_down", "unavailable"]);

/**
 * @param {Watcher} watcher
 * @param {boolean} hall many measure over the same radio: the picture is smaller
 * @param {AbortSignal} signal
 * @returns {Promise<Outcome>}
 * @throws {DOMException} AbortError when the check is stopped
 */
export async function probe(watcher, hall, signal) {
  const outcome = blank();
  if (typeof RTCPeerConnection === "undefined") return { ...outcome, trouble: "no-webrtc" };
  /** @type {Synthetic | null} */
  let media = null;
  try {
    media = makeSynthetic();
    const bitrate = hall ? HALL_PICTURE_BITRATE : Infinity;
    await new Probe(watcher, signal, { media, bitrate, outcome }).run();
  } catch (error) {
    if (signal.aborted) throw error;
    outcome.trouble = await troubleOf(error, signal);
  } finally {
    media?.close();
  }
  return outcome;
}

/** @returns {Outcome} */
function blank() {
  return { trouble: "", direct: { works: false, reached: false }, relays: [], line: null };
}

/**
 * @param {unknown} error
 * @param {AbortSignal} signal
 */
async function troubleOf(error, signal) {
  if (error instanceof Trouble) return error.finding;
  console.warn("the network could not be measured", error);
  return (await reachTrouble(signal)) || "test-broken";
}

class Probe {
  /**
   * @param {Watcher} watcher
   * @param {AbortSignal} signal
   * @param {object} parts
   * @param {Synthetic} parts.media
   * @param {number} parts.bitrate of the picture at best
   * @param {Outcome} parts.outcome filled as it goes
   */
  constructor(watcher, signal, { media, bitrate, outcome }) {
    this.watcher = watcher;
    this.signal = signal;
    this.media = media;
    this.bitrate = bitrate;
    this.outcome = outcome;
  }

  async run() {
    const mirror = await this.enter(true);
    const stages = relayStages(mirror.joined?.ice_servers ?? []);
    this.watcher.onRelays(stages);
    // none of them rejects while it is not yet awaited: a stopped check ends them all alike
    const answers = stages.map(({ server }) =>
      askRelay(server, this.signal).catch((error) => this.noAnswer(error)),
    );
    try {
      await this.goStraight(mirror);
    } finally {
      mirror.close();
    }
    for (const [index, stage] of stages.entries()) {
      await this.goRound(stage, await answers[index]);
    }
  }

  /**
   * @param {unknown} error
   * @returns {Answer}
   */
  noAnswer(error) {
    if (!this.signal.aborted) console.warn("the relay could not be asked", error);
    return { works: false, reached: false };
  }

  /**
   * A connection to the mirror that has been let in; waits for its turn where many measure.
   *
   * @param {boolean} [first] shows how the websocket does
   */
  async enter(first = false) {
    const deadline = performance.now() + BUSY_SECONDS * 1000;
    for (;;) {
      const mirror = new Mirror(this.signal);
      try {
        await this.open(mirror, first);
        await mirror.join();
        return mirror;
      } catch (error) {
        mirror.close();
        if (!(error instanceof Refused)) throw error;
        if (!LATER.has(error.code)) throw error;
        if (performance.now() >= deadline) throw new Trouble("busy");
      }
      this.watcher.onBusy();
      const [least, most] = BUSY_PAUSE_SECONDS;
      await pause(least + Math.random() * (most - least), this.signal);
    }
  }

  /**
   * @param {Mirror} mirror
   * @param {boolean} first
   */
  async open(mirror, first) {
    if (!first) return mirror.opened();
    this.watcher.onStage("websocket", "running");
    try {
      await mirror.opened();
      this.watcher.onStage("websocket", "works", await mirror.roundTrip());
    } catch (error) {
      if (this.signal.aborted || error instanceof Refused) throw error;
      this.watcher.onStage("websocket", "failed");
      throw new Trouble((await reachTrouble(this.signal)) || "websocket-blocked");
    }
  }

  /** @param {Mirror} mirror */
  async goStraight(mirror) {
    const ms = await this.connect("udp", mirror);
    if (ms === null) return;
    this.outcome.direct = { works: true, reached: true };
    this.watcher.onStage("udp", "works", ms);
    await this.measure(mirror);
  }

  /**
   * @param {RelayStage} stage
   * @param {Answer} answer
   */
  async goRound({ name, transport, server }, answer) {
    const relay = { transport, works: false, reached: answer.reached };
    this.watcher.onStage(name, answer.works ? "running" : "failed");
    try {
      if (answer.works) relay.works = await this.connectRound(name, server);
    } catch (error) {
      // once the line is measured, a place that is taken or a server that goes takes nothing away
      if (this.signal.aborted || !this.outcome.line) throw error;
      console.info(`${name}: not tested`, error);
      this.watcher.onStage(name, "skipped");
      return;
    }
    this.outcome.relays.push(relay);
  }

  /**
   * @param {string} stage
   * @param {RTCIceServer} server
   * @returns {Promise<boolean>}
   */
  async connectRound(stage, server) {
    const mirror = await this.enter();
    try {
      const ms = await this.connect(stage, mirror, server);
      if (ms === null) return false;
      this.watcher.onStage(stage, "works", ms);
      if (!this.outcome.line) await this.measure(mirror);
      return true;
    } finally {
      mirror.close();
    }
  }

  /**
   * @param {string} stage
   * @param {Mirror} mirror
   * @param {RTCIceServer} [relay]
   * @returns {Promise<number | null>} null: there is no way through
   */
  async connect(stage, mirror, relay) {
    this.watcher.onStage(stage, "running");
    try {
      return await mirror.connect(this.media, this.bitrate, relay);
    } catch (error) {
      // without the websocket nothing is known of the way
      if (this.signal.aborted) throw error;
      if (mirror.closed) throw mirror.whyGone();
      console.info(`${stage}: no way through`, error);
      this.watcher.onStage(stage, "failed");
      return null;
    }
  }

  /** @param {Mirror} mirror that is connected */
  async measure(mirror) {
    this.watcher.onStage("line", "running");
    const samples = [];
    let [seen, sounds] = [true, true];
    for (let second = 0; second <= LINE_SECONDS; second += 1) {
      if (second > 0) await pause(1, this.signal);
      if (mirror.closed || !mirror.peer) throw mirror.whyGone();
      seen &&= !document.hidden;
      this.watcher.onLine(second / LINE_SECONDS);
      if (second < LINE_WARM_UP_SECONDS) continue;
      sounds &&= this.media.sounds();
      const report = /** @type {ReadonlyMap<string, any>} */ (await mirror.peer.getStats());
      samples.push(sampleOf(report.values()));
    }
    this.outcome.line = lineOf(samples, mirror.qualities, { seen, sounds });
    this.watcher.onStage("line", "works");
  }
}
