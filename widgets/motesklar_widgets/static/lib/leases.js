// @ts-check
/** Shares one open stream per device among those who use it. */

/** @typedef {import("./media.js").Source} Source */
/** @typedef {import("./media.js").Lease} Lease */

/** @typedef {{ stream: MediaStream, deviceId: string }} Opened deviceId is the one really opened */

/** @typedef {Opened & { users: number }} Holding */

export class LeasedStreams {
  /** @param {(source: Source, deviceId: string) => Promise<Opened>} ask opens a device */
  constructor(ask) {
    this.ask = ask;
    /** @type {Map<Source, Holding>} */
    this.holdings = new Map();
  }

  /**
   * @param {Source} source
   * @param {string} deviceId empty for any
   * @returns {Promise<Lease>}
   */
  async open(source, deviceId) {
    const held = this.usable(source, deviceId);
    if (held) return this.lease(source, held);
    const opened = await this.ask(source, deviceId);
    // somebody else may have opened it while the browser was asking
    const other = this.usable(source, deviceId);
    if (other) {
      stop(opened.stream);
      return this.lease(source, other);
    }
    const holding = { ...opened, users: 0 };
    this.holdings.set(source, holding);
    return this.lease(source, holding);
  }

  /**
   * @param {Source} source
   * @param {string} deviceId
   */
  usable(source, deviceId) {
    const held = this.holdings.get(source);
    const alive = held?.stream.getTracks().every((track) => track.readyState === "live");
    return held && alive && (!deviceId || held.deviceId === deviceId) ? held : null;
  }

  /**
   * @param {Source} source
   * @param {Holding} holding
   * @returns {Lease}
   */
  lease(source, holding) {
    holding.users += 1;
    let open = true;
    return {
      stream: holding.stream,
      deviceId: holding.deviceId,
      release: () => {
        if (!open) return;
        open = false;
        holding.users -= 1;
        if (holding.users > 0) return;
        stop(holding.stream);
        if (this.holdings.get(source) === holding) this.holdings.delete(source);
      },
    };
  }
}

/** @param {MediaStream} stream */
function stop(stream) {
  for (const track of stream.getTracks()) track.stop();
}
