// @ts-check
/**
 * Measures the network against our own server, with sound and picture that the page makes itself:
 * nobody is asked for a microphone or a camera.
 */

import { t } from "../../i18n.js";
import { networkFinding } from "../network_rule.js";
import { lineFigures, stageFigures } from "../network/figures.js";
import { StageList } from "../network/list.js";
import { probe } from "../network/probe.js";
import { inTime } from "../network/trouble.js";
import { OFFLINE_SECONDS } from "../thresholds.js";

/** @typedef {import("../frame.js").Run} Run */
/** @typedef {import("../network/figures.js").Stages} Stages */
/** @typedef {import("../network/probe.js").Watcher} Watcher */

/** @param {Run} run */
async function testNetwork(run) {
  while ((await testOnce(run)) === "offline") {
    try {
      await inTime(backOnline(), OFFLINE_SECONDS, run.signal);
    } catch {
      // stopped, or still without a network: what was reported stays
      return;
    }
  }
}

/**
 * @param {Run} run
 * @returns {Promise<string>} what it found; empty when it was stopped
 */
async function testOnce({ stage, signal, place, report }) {
  const list = new StageList();
  stage.replaceChildren(list.el);
  list.say(t("We are testing the ways through your network …"));
  /** @type {Stages} */
  const stages = new Map();
  let outcome;
  try {
    outcome = await probe(watch(list, stages), place.hall, signal);
  } catch (error) {
    if (signal.aborted) return "";
    throw error;
  }
  if (signal.aborted) return "";
  const finding = networkFinding(outcome);
  const line = outcome.line ? lineFigures(outcome.line) : {};
  report({ finding, figures: { ...stageFigures(stages), ...line } });
  return finding;
}

/**
 * @param {StageList} list
 * @param {Stages} stages filled as they go
 * @returns {Watcher}
 */
function watch(list, stages) {
  return {
    onRelays: (relays) => list.setRelays(relays),
    onStage: (stage, state, ms) => {
      stages.set(stage, { state, ms });
      list.show(stage, state, ms);
    },
    onLine: (share) => {
      list.progress.value = share;
      list.say(t("We are sending sound and picture there and back …"));
    },
    onBusy: () => list.say(t("Many are testing just now. Your turn comes by itself in a moment.")),
  };
}

/** @returns {Promise<unknown>} */
function backOnline() {
  return new Promise((resolve) => addEventListener("online", resolve, { once: true }));
}

/** @type {import("../frame.js").CheckParts} */
export const network = {
  check: "network",
  title: t("Network"),
  intro: [
    t("Here you find out whether your network manages a meeting."),
    t("You need not do anything. It takes about ten seconds, and neither the microphone nor the camera is used."),
  ],
  start: t("Test the network"),
  run: testNetwork,
};
