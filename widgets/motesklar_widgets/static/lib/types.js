// @ts-check
/**
 * Shapes that cross the wire, as in docs/architecture.md. Nothing runs here.
 *
 * @typedef {object} Evidence
 * @property {number} sound_seconds
 * @property {number} picture_seconds
 * @property {number} text_characters
 * @property {Record<string, string>} tasks those of the call that are done, to the way
 *
 * @typedef {"pass" | "warn" | "fail" | "skipped"} VerdictName
 *
 * @typedef {"browser" | "speaker" | "microphone" | "camera" | "network"} Check
 *
 * @typedef {object} Verdict what a check found; its words are in lib/equipment/findings.js
 * @property {VerdictName} verdict
 * @property {string} finding
 * @property {Record<string, number | string | boolean>} figures
 *
 * @typedef {object} StoredVerdict as the server has it; older versions of the course named nothing
 * @property {VerdictName} verdict
 * @property {string} [finding]
 * @property {Record<string, unknown>} figures
 *
 * @typedef {object} Result
 * @property {string} exercise
 * @property {number} score
 * @property {number} max_score
 * @property {string} explanation
 * @property {"none" | "waiting" | "read" | "elsewhere"} [review] how far a person has come with it
 * @property {string} [comment] a person's own words
 * @property {string} [earlier_comment] what a person said about the answer before it was changed
 *
 * @typedef {object} Attempt
 * @property {string} id
 * @property {string} module
 * @property {"waiting" | "grading" | "graded" | "failed"} state
 * @property {number | null} score
 * @property {number | null} max_score
 * @property {Result[]} results
 * @property {string | null} handed_in_at
 * @property {string | null} graded_at
 *
 * @typedef {object} ModuleState
 * @property {Record<string, unknown>} answers exercise to value
 * @property {Record<string, "started" | "done">} steps
 * @property {Record<string, Record<string, StoredVerdict>>} verdicts step to test to its latest verdict
 * @property {Attempt | null} attempt
 * @property {Evidence} evidence
 *
 * @typedef {object} AnyModel a widget's model in anywidget's front-end interface
 * @property {(name: string) => any} get
 * @property {(name: string, value: unknown) => void} set
 * @property {() => void} save_changes
 * @property {(event: string, listener: Function) => void} on
 * @property {(event: string, listener: Function) => void} off
 *
 * @typedef {{ model: AnyModel, el: HTMLElement }} RenderContext
 *
 * @callback Render shows a widget in `el`
 * @param {RenderContext} context
 * @returns {void | (() => void) | Promise<void | (() => void)>} what cleans up
 */
export {};
