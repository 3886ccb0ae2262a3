// @ts-check
/**
 * Shapes that cross the wire, as in docs/architecture.md. Nothing runs here.
 *
 * @typedef {{ sound_seconds: number, picture_seconds: number, text_characters: number }} Evidence
 *
 * @typedef {"pass" | "warn" | "fail" | "skipped"} VerdictName
 *
 * @typedef {{ verdict: VerdictName, figures: Record<string, unknown> }} Verdict
 *
 * @typedef {object} Result
 * @property {string} exercise
 * @property {number} score
 * @property {number} max_score
 * @property {string} explanation
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
 * @property {Record<string, Verdict>} verdicts step to its latest verdict
 * @property {Attempt | null} attempt
 * @property {Evidence} evidence
 *
 * @typedef {object} Model anywidget's, as much of it as we use
 * @property {(name: string) => any} get
 * @property {(name: string, value: unknown) => void} set
 * @property {() => void} save_changes
 * @property {(event: string, listener: (...rest: any[]) => void) => void} on
 * @property {(event: string, listener: (...rest: any[]) => void) => void} off
 *
 * @typedef {{ model: Model, el: HTMLElement }} RenderContext
 */
export {};
