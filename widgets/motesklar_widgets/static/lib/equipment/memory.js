// @ts-check
/**
 * What worked on this device, and with which microphone, camera and loudspeaker, so that nobody is
 * asked again each week. Kept in the browser, apart for each person; never on a device that many
 * people use.
 */

/** @typedef {import("../media.js").Media} Media */
/** @typedef {import("../types.js").Verdict} Verdict */

/** @typedef {"microphone" | "camera" | "speaker"} DeviceKind */
/** @typedef {{ finding: string, at: number }} Passed `at` in milliseconds since 1970 */
/** @typedef {{ passed: Record<string, Passed>, devices: Partial<Record<DeviceKind, string>> }} Kept */

const PREFIX = "motesklar:equipment:";
const DAY_MS = 86_400_000;
/** The network and the browser are looked at each time: that asks the person for nothing. */
const REMEMBERED = new Set(["speaker", "microphone", "camera"]);
/** @type {DeviceKind[]} */
const KINDS = ["microphone", "camera", "speaker"];

export class Memory {
  /**
   * @param {string} person opaque id; empty keeps nothing
   * @param {number} days how long a passed check counts
   * @param {() => Storage} [storage] may throw, as the browser's does where it is forbidden
   */
  constructor(person, days, storage = () => localStorage) {
    this.key = person && PREFIX + person;
    this.days = days;
    this.storage = storage;
  }

  /**
   * When `check` passed on this device, if that still counts.
   *
   * @param {string} check
   * @param {number} [now]
   * @returns {Passed | null}
   */
  passed(check, now = Date.now()) {
    const passed = this.read().passed[check];
    // a clock that was set back must not make a pass last for ever
    return passed && passed.at <= now && now - passed.at < this.days * DAY_MS ? passed : null;
  }

  /**
   * @param {number} [now]
   * @returns {number | null} days since everything that is remembered passed; null where something
   *   has not
   */
  daysSinceAll(now = Date.now()) {
    const all = [...REMEMBERED].map((check) => this.passed(check, now));
    if (all.some((passed) => passed === null)) return null;
    return Math.max(...all.map((passed) => daysSince(passed?.at ?? now, now)));
  }

  /**
   * A check has ended: a pass is kept, anything else forgets an earlier one.
   *
   * @param {string} check
   * @param {Verdict} verdict
   * @param {Media} media whose chosen devices are kept
   */
  keep(check, { verdict, finding }, media) {
    if (!REMEMBERED.has(check) || verdict === "skipped") return;
    const kept = this.read();
    if (verdict === "pass") kept.passed[check] = { finding, at: Date.now() };
    else delete kept.passed[check];
    for (const kind of KINDS) {
      const chosen = media.preferred(kind);
      if (chosen) kept.devices[kind] = chosen;
    }
    this.write(kept);
  }

  /**
   * Choose the devices of the last time, unless others have been chosen in this tab.
   *
   * @param {Media} media
   */
  chooseDevices(media) {
    const { devices } = this.read();
    for (const kind of KINDS) {
      if (devices[kind] && !media.preferred(kind)) media.prefer(kind, devices[kind]);
    }
  }

  /** @returns {Kept} */
  read() {
    /** @type {Kept} */
    const nothing = { passed: {}, devices: {} };
    if (!this.key) return nothing;
    try {
      return { ...nothing, ...JSON.parse(this.storage().getItem(this.key) ?? "{}") };
    } catch (error) {
      console.warn("what worked last time can't be read", error);
      return nothing;
    }
  }

  /** @param {Kept} kept */
  write(kept) {
    if (!this.key) return;
    try {
      this.storage().setItem(this.key, JSON.stringify(kept));
    } catch (error) {
      // full, or forbidden in a private window: then the person is asked again
      console.warn("what works can't be remembered", error);
    }
  }
}

/**
 * @param {number} at
 * @param {number} [now]
 */
export function daysSince(at, now = Date.now()) {
  return Math.floor((now - at) / DAY_MS);
}

/** Forget what everybody left on this device: it is one that many people use. */
export function forgetAll() {
  for (const key of Object.keys(localStorage)) {
    if (key.startsWith(PREFIX)) localStorage.removeItem(key);
  }
}
