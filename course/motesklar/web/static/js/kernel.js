/**
 * The page's own kernel, over Jupyter's websocket (kernel protocol 5.3, JSON frames).
 * Only widget updates are sent; the server lets nothing else through.
 */
import { page } from "../widgets/lib/page.js";

const RETRY_SECONDS = [0, 0.5, 1, 2, 4];

export class Kernel {
  /** @param {string} id @param {{lost: () => void}} listeners */
  constructor(id, { lost }) {
    this.id = id;
    this.lost = lost;
    this.session = crypto.randomUUID();
    /** @type {Map<string, (update: Record<string, unknown>) => void>} */
    this.models = new Map();
    /** Messages that wait for the websocket. @type {string[]} */
    this.waiting = [];
    /** @type {WebSocket | null} */
    this.socket = null;
    this.tries = 0;
  }

  /** @param {string} modelId @param {(update: Record<string, unknown>) => void} receive */
  register(modelId, receive) {
    this.models.set(modelId, receive);
  }

  /** Send a state update for one model. @param {string} modelId @param {Record<string, unknown>} state */
  send(modelId, state) {
    this.waiting.push(this.message(modelId, state));
    if (!this.socket) this.connect();
    else this.flush();
  }

  /** Tell the server that the page is leaving, so that the kernel's memory is free at once. */
  release() {
    if (!this.id) return;
    const xsrf = document.querySelector('meta[name="xsrf"]')?.getAttribute("content") ?? "";
    fetch(`${page.base}/api/kernels/${this.id}`, {
      method: "DELETE",
      headers: { "X-XSRFToken": xsrf },
      keepalive: true,
    });
  }

  connect() {
    const url = new URL(`${page.base}/api/kernels/${this.id}/channels`, location.href);
    url.protocol = url.protocol.replace("http", "ws");
    url.searchParams.set("session_id", this.session);
    const socket = new WebSocket(url);
    this.socket = socket;
    socket.addEventListener("open", () => {
      this.tries = 0;
      this.flush();
    });
    socket.addEventListener("message", (event) => this.receive(event.data));
    socket.addEventListener("close", () => this.retry());
  }

  flush() {
    if (this.socket?.readyState !== WebSocket.OPEN) return;
    for (const message of this.waiting.splice(0)) this.socket.send(message);
  }

  retry() {
    const delay = RETRY_SECONDS[this.tries];
    this.tries += 1;
    if (delay === undefined) {
      this.lost();
      return;
    }
    setTimeout(() => this.connect(), delay * 1000);
  }

  /** @param {unknown} data */
  receive(data) {
    if (typeof data !== "string") return;
    const { header, content } = JSON.parse(data);
    if (header.msg_type === "comm_msg" && content.data?.method === "update") {
      this.models.get(content.comm_id)?.(content.data.state);
    }
    if (header.msg_type === "status" && content.execution_state === "dead") this.lost();
  }

  /** @param {string} modelId @param {Record<string, unknown>} state @returns {string} */
  message(modelId, state) {
    return JSON.stringify({
      channel: "shell",
      header: {
        msg_id: crypto.randomUUID(),
        msg_type: "comm_msg",
        session: this.session,
        username: "",
        date: new Date().toISOString(),
        version: "5.3",
      },
      parent_header: {},
      metadata: {},
      content: { comm_id: modelId, data: { method: "update", state, buffer_paths: [] } },
      buffers: [],
    });
  }
}
