// @ts-check
/** Shares one open stream per device among those who use it. */

/** @typedef {import("./media.js").Source} Source */
/** @typedef {import("./media.js").Lease} Lease */

/** @typedef {{ stream: MediaStream, deviceId: string }} Opened deviceId is the one really opened */

/** @typedef {import("./media.js").OpenOptions} OpenOptions */

/** @typedef {Opened & { users: number }} Holding */

export class LeasedStreams {
  /**
   * @param {(source: Source, deviceId: string, options: OpenOptions) => Promise<Opened>} ask opens
   *   a device
   */
  constructor(ask) {
    this.ask = ask;
    /** @type {Map<string, Holding>} by `keyOf` */
    this.holdings = new Map();
  }

  /**
   * @param {Source} source
   * @param {string} deviceId empty for any
   * @param {OpenOptions} [options]
   * @returns {Promise<Lease>}
   */
  async open(source, deviceId, options = {}) {
    const key = keyOf(source, options);
    const held = this.usable(key, deviceId);
    if (held) return this.lease(key, held);
    const opened = await this.ask(source, deviceId, options);
    // somebody else may have opened it while the browser was asking
    const other = this.usable(key, deviceId);
    if (other) {
      stop(opened.stream);
      return this.lease(key, other);
    }
    const holding = { ...opened, users: 0 };
    this.holdings.set(key, holding);
    return this.lease(key, holding);
  }

  /**
   * @param {string} key
   * @param {string} deviceId
   */
  usable(key, deviceId) {
    const held = this.holdings.get(key);
    if (!held) return null;
    return isLive(held.stream) && (!deviceId || held.deviceId === deviceId) ? held : null;
  }

  /**
   * @param {string} key
   * @param {Holding} holding
   * @returns {Lease}
   */
  lease(key, holding) {
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
        if (this.holdings.get(key) === holding) this.holdings.delete(key);
      },
    };
  }
}

/**
 * A microphone as it is and the same one with its echo cancelled are two streams side by side.
 *
 * @param {Source} source
 * @param {OpenOptions} options
 */
function keyOf(source, { processing = true }) {
  return processing ? source : `${source} as it is`;
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
