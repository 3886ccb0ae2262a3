// @ts-check
/** Shares one open stream per device among those who use it. */

/** @typedef {import("./media.js").Source} Source */
/** @typedef {import("./media.js").Lease} Lease */

/** @typedef {{ stream: MediaStream, deviceId: string }} Opened deviceId is the one really opened */

/** @typedef {import("./media.js").OpenOptions} OpenOptions */

/** @typedef {Opened & { users: number, processing: boolean }} Holding */

export class LeasedStreams {
  /**
   * @param {(source: Source, deviceId: string, options: OpenOptions) => Promise<Opened>} ask opens
   *   a device
   */
  constructor(ask) {
    this.ask = ask;
    /** @type {Map<Source, Holding>} */
    this.holdings = new Map();
  }

  /**
   * @param {Source} source
   * @param {string} deviceId empty for any
   * @param {OpenOptions} [options]
   * @returns {Promise<Lease>}
   */
  async open(source, deviceId, options = {}) {
    const { processing = true } = options;
    const held = this.usable(source, deviceId, processing);
    if (held) return this.lease(source, held);
    const opened = await this.ask(source, deviceId, options);
    // somebody else may have opened it while the browser was asking
    const other = this.usable(source, deviceId, processing);
    if (other) {
      stop(opened.stream);
      return this.lease(source, other);
    }
    const holding = { ...opened, users: 0, processing };
    this.holdings.set(source, holding);
    return this.lease(source, holding);
  }

  /**
   * @param {Source} source
   * @param {string} deviceId
   * @param {boolean} processing
   */
  usable(source, deviceId, processing) {
    const held = this.holdings.get(source);
    if (!held || held.processing !== processing) return null;
    return isLive(held.stream) && (!deviceId || held.deviceId === deviceId) ? held : null;
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

/**
 * Whether its devices are still there: no track of it has ended.
 *
 * @param {MediaStream} stream
 */
export function isLive(stream) {
  return stream.getTracks().every((track) => track.readyState === "live");
}

/** @param {MediaStream} stream */
function stop(stream) {
  for (const track of stream.getTracks()) track.stop();
}
