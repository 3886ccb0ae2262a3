// @ts-check
/** Why a device could not be used, told apart because each needs another next action. */

/**
 * @typedef {"denied" | "dismissed" | "blocked-by-system" | "blocked-by-policy" | "framed"
 *   | "missing" | "busy" | "overconstrained" | "insecure" | "lost" | "hung" | "no-output" | "autoplay-blocked"
 *   | "failed"} Reason
 *
 * - denied: the person or the browser said no
 * - dismissed: the browser's question was closed without an answer
 * - blocked-by-system: the computer's own privacy settings keep the browser out
 * - blocked-by-policy: whoever looks after the device or the page has locked it
 * - framed: the page lies in another page that does not lend it out
 * - missing: there is no such device
 * - busy: another program has it
 * - overconstrained: no device can do what is asked of it
 * - insecure: the page isn't opened over https, so the browser offers no devices
 * - lost: it was unplugged or taken while in use
 * - hung: its driver does not answer
 * - no-output: the browser's sound does not start, mostly because there is nothing to hear it in
 * - autoplay-blocked: the browser plays no sound before somebody has pressed a button
 * - failed: anything else
 */

export class MediaError extends Error {
  /**
   * @param {Reason} reason
   * @param {unknown} [cause]
   */
  constructor(reason, cause) {
    super(reason, { cause });
    this.name = "MediaError";
    this.reason = reason;
  }
}

/** @type {Record<string, Reason>} names from Media Capture and Streams, 10.2.5 */
const REASONS = {
  NotAllowedError: "denied",
  SecurityError: "insecure",
  NotFoundError: "missing",
  OverconstrainedError: "overconstrained",
  NotReadableError: "busy",
  AbortError: "busy",
};

/**
 * @param {unknown} error what the browser threw
 * @returns {MediaError}
 */
export function problemOf(error) {
  if (error instanceof MediaError) return error;
  const { name, message } = error instanceof Error ? error : { name: "", message: "" };
  // only Chromium tells, and only in the message: "Permission denied by system"
  if (name === "NotAllowedError" && /system/i.test(message)) {
    return new MediaError("blocked-by-system", error);
  }
  return new MediaError(REASONS[name] ?? "failed", error);
}
