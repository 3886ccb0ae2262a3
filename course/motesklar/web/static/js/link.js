// @ts-check
/**
 * A websocket that comes back: after a lost network, a server that restarts, a computer that slept.
 *
 * It knows nothing of what is said on it. Whoever uses it says everything needed again when it is
 * up again.
 */

/** @typedef {(typeof LinkState)[keyof typeof LinkState]} State */

export const LinkState = Object.freeze({
  /** Nobody wants it: not opened yet, or closed by us. */
  CLOSED: "closed",
  CONNECTING: "connecting",
  OPEN: "open",
  /** It was lost, or could not be opened; it is tried again after a while. */
  AWAY: "away",
});

/** The waits between tries; the last one repeats. */
const RETRY_MS = [0, 300, 1_200, 2_700, 4_800, 7_000];
/** A try that has led to nothing by then won't. */
const CONNECT_MS = 10_000;
/** A server that is there answers a ping well within this. */
const PONG_MS = 3_000;
/** So long after we said something, silence is suspect. */
const SILENCE_MS = 5_000;
/** Close code: the page leaves for good. */
export const BYE = 4000;

export class Link {
  /**
   * @param {() => URL} address asked anew at each try
   * @param {object} listeners
   * @param {(frame: string | ArrayBuffer) => void} listeners.frame
   * @param {(state: State) => void} listeners.state
   */
  constructor(address, listeners) {
    this.address = address;
    this.listeners = listeners;
    /** @type {State} */
    this.state = LinkState.CLOSED;
    this.tries = 0;
    /** @type {WebSocket | null} */
    this.socket = null;
    /** Ends the listeners of one socket. */
    this.life = new AbortController();
    /** @type {Set<ReturnType<typeof setTimeout>>} */
    this.timers = new Set();
    addEventListener("online", () => this.check());
    addEventListener("pageshow", () => this.check());
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "visible") this.check();
    });
  }

  /** Connect; no effect while it is connected or tries to be. */
  open() {
    if (this.state === LinkState.CLOSED) this.dial();
  }

  /** Over and done, until `open` is called. Safe to call twice. @param {number} [code] */
  close(code) {
    this.drop(code);
    this.tries = 0;
    this.setState(LinkState.CLOSED);
  }

  /** @param {string | Uint8Array<ArrayBuffer>} frame */
  send(frame) {
    if (this.state !== LinkState.OPEN) return;
    this.socket?.send(frame);
    if (this.timers.size === 0) this.after(SILENCE_MS, () => this.check());
  }

  /** Find out whether it still holds, and don't wait with the next try. */
  check() {
    if (this.state === LinkState.AWAY) {
      this.tries = 0;
      this.dial();
    } else if (this.state === LinkState.OPEN) {
      this.socket?.send('{"type":"ping"}');
      this.after(PONG_MS, () => this.lose());
    }
  }

  dial() {
    this.drop();
    this.setState(LinkState.CONNECTING);
    const { signal } = this.life;
    const socket = new WebSocket(this.address());
    socket.binaryType = "arraybuffer";
    this.socket = socket;
    socket.addEventListener("open", () => this.opened(), { signal });
    socket.addEventListener("message", ({ data }) => this.receive(data), { signal });
    socket.addEventListener("close", () => this.lose(), { signal });
    this.after(CONNECT_MS, () => this.lose());
  }

  opened() {
    this.stopTimers();
    this.setState(LinkState.OPEN);
  }

  /** @param {string | ArrayBuffer} frame */
  receive(frame) {
    // whatever arrives shows that the connection holds
    this.stopTimers();
    this.tries = 0;
    this.listeners.frame(frame);
  }

  lose() {
    this.drop();
    this.setState(LinkState.AWAY);
    const wait = RETRY_MS[Math.min(this.tries, RETRY_MS.length - 1)];
    this.tries += 1;
    // spread, so that a hall of people doesn't come back in the same second
    this.after(wait * (0.75 + Math.random() / 2), () => this.dial());
  }

  /** @param {number} [code] */
  drop(code) {
    this.stopTimers();
    this.life.abort();
    this.life = new AbortController();
    this.socket?.close(code);
    this.socket = null;
  }

  /** @param {number} milliseconds @param {() => void} act */
  after(milliseconds, act) {
    this.timers.add(setTimeout(act, milliseconds));
  }

  stopTimers() {
    for (const timer of this.timers) clearTimeout(timer);
    this.timers.clear();
  }

  /** @param {State} state */
  setState(state) {
    if (state === this.state) return;
    console.info(`kernel link: ${this.state} -> ${state}`);
    this.state = state;
    this.listeners.state(state);
  }
}
