// @ts-check
/**
 * Frames between a module page and its kernel: what goes over the websocket. Nothing is sent here.
 *
 * A text frame is a JSON object. A message with buffers is one binary frame: the length of its
 * header (uint32, big-endian), the header as JSON with `buffer_lengths`, then the buffers.
 */

/**
 * @typedef {object} CommMessage what a page sends to a widget
 * @property {"comm_open" | "comm_msg" | "comm_close"} type
 * @property {string} id sent again with the same one, it is handled once
 * @property {string} comm_id the widget's model id
 * @property {string} [target_name] of a comm that is opened
 * @property {Record<string, any>} data
 * @property {Record<string, unknown>} [metadata]
 *
 * @typedef {object} KernelMessage what a kernel publishes, under its Jupyter name
 * @property {string} type
 * @property {string | null} parent id of the page's message that it answers
 * @property {Record<string, any>} content
 * @property {Record<string, any>} [metadata]
 *
 * @typedef {{ type: "waiting", place: number }
 *   | { type: "ready", kernel: string, build: string, resumed: boolean, missed: boolean }
 *   | { type: "lost" } | { type: "renewed" } | { type: "pong" }
 *   | { type: "error", code: string, message: string, next_step: string }} DeskMessage
 *   what the server itself says
 */

const LENGTH_BYTES = 4;

/**
 * @param {object} message
 * @param {readonly ArrayBufferView[]} [buffers]
 * @returns {string | Uint8Array<ArrayBuffer>} a text or a binary frame
 */
export function pack(message, buffers = []) {
  if (buffers.length === 0) return JSON.stringify(message);
  const lengths = buffers.map((buffer) => buffer.byteLength);
  const header = new TextEncoder().encode(JSON.stringify({ ...message, buffer_lengths: lengths }));
  const total = LENGTH_BYTES + header.length + lengths.reduce((sum, length) => sum + length, 0);
  const frame = new Uint8Array(total);
  new DataView(frame.buffer).setUint32(0, header.length);
  frame.set(header, LENGTH_BYTES);
  let start = LENGTH_BYTES + header.length;
  for (const { buffer, byteOffset, byteLength } of buffers) {
    frame.set(new Uint8Array(buffer, byteOffset, byteLength), start);
    start += byteLength;
  }
  return frame;
}

/**
 * The inverse of `pack`.
 *
 * @param {string | ArrayBuffer} frame
 * @returns {{ message: DeskMessage | KernelMessage, buffers: DataView[] }}
 */
export function unpack(frame) {
  if (typeof frame === "string") return { message: JSON.parse(frame), buffers: [] };
  const length = new DataView(frame).getUint32(0);
  const header = new Uint8Array(frame, LENGTH_BYTES, length);
  const { buffer_lengths, ...message } = JSON.parse(new TextDecoder().decode(header));
  let start = LENGTH_BYTES + length;
  const buffers = buffer_lengths.map((/** @type {number} */ size) => {
    const buffer = new DataView(frame, start, size);
    start += size;
    return buffer;
  });
  return { message, buffers };
}

/**
 * Where a page finds its kernel.
 *
 * @param {object} page
 * @param {string} page.base base URL of the course, as in lib/page.js
 * @param {string} page.module
 * @param {string} page.version of the page's content
 * @param {string} page.id of this view of the page
 * @param {string | null} kernel the one to go on with
 * @returns {URL}
 */
export function kernelAddress({ base, module, version, id }, kernel) {
  const path = `${base}/api/modules/${encodeURIComponent(module)}/kernel`;
  const address = new URL(path, document.location.origin);
  address.protocol = address.protocol.replace("http", "ws");
  address.search = String(new URLSearchParams({ version, page: id, ...(kernel && { kernel }) }));
  return address;
}
