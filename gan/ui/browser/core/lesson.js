// The lesson without its page: where one is, what was predicted, and how both are kept and linked to.

/**
 * A step, as the host's table has it.
 * @typedef {object} Step
 * @property {string} name its recording's, and what the keys of its words begin with
 * @property {number} right the answer that is: 0, 1 or 2
 * @property {Clip} before what stands there until one has answered: its last moment
 * @property {Clip} after what plays then
 * @property {{ kind: string, clips: Clip[] }} act what one does oneself
 * @property {string[]} layers of the plane
 * @property {string[]} panels beside the plane
 * @property {{ setup: Record<string, string | number>, layers: string[], controls: Control[] }} free training for real
 *
 * @typedef {{ take: string, start: number, end: number }} Clip a stretch of a take, from so many steps to so many; for
 *   stages of a round, from 0 to 9
 * @typedef {{ kind: string, name: string, options: (string | number)[] }} Control
 *
 * @typedef {object} Progress
 * @property {number} at the step one is at, from 0
 * @property {Record<string, number>} answers the answer that was given, by the step's name
 */

export const ANSWERS = 3;

/** @returns {Progress} */
export const noProgress = () => ({ at: 0, answers: {} });

/**
 * Progress out of what a browser kept, which anybody may have written.
 * @param {any} kept
 * @param {string[]} names of the steps
 * @returns {Progress}
 */
export function readProgress(kept, names) {
  const isChoice = (/** @type {any} */ choice) => Number.isInteger(choice) && choice >= 0 && choice < ANSWERS;
  const given = Object.entries(kept?.answers ?? {}).filter(([name, choice]) =>
    names.includes(name) && isChoice(choice)
  );
  return { at: stepOf(kept?.at + 1, names.length) ?? 0, answers: Object.fromEntries(given) };
}

/**
 * The place of a step that a link numbers from 1; null where it means none.
 * @param {unknown} number
 * @param {number} count of steps
 */
export function stepOf(number, count) {
  const n = Number(number ?? NaN);
  return Number.isInteger(n) && n >= 1 && n <= count ? n - 1 : null;
}

/**
 * @param {Progress} progress
 * @param {number} at
 * @returns {Progress}
 */
export const goneTo = (progress, at) => ({ ...progress, at });

/**
 * The first answer counts: a prediction is made before one has seen what happens.
 * @param {Progress} progress
 * @param {string} name of the step
 * @param {number} choice
 * @returns {Progress}
 */
export const answered = (progress, name, choice) =>
  name in progress.answers ? progress : { ...progress, answers: { ...progress.answers, [name]: choice } };

/**
 * Without the answer to a step, to predict once more.
 * @param {Progress} progress
 * @param {string} name
 * @returns {Progress}
 */
export function asked(progress, name) {
  const { [name]: _, ...answers } = progress.answers;
  return { ...progress, answers };
}

/**
 * The answer that was given to a step; null before.
 * @param {Progress} progress
 * @param {string} name
 */
export const choiceOf = ({ answers }, name) => answers[name] ?? null;

/** The link to a step, as the query of the page's address. */
export const stepQuery = (/** @type {number} */ at) => `tab=learn&step=${at + 1}`;

/**
 * A text with terms in it, "the [forger](forger) draws", in pieces; `term` is null of plain ones.
 * @param {string} text
 * @returns {{ text: string, term: string | null }[]}
 */
export const pieces = (text) =>
  text.split(/(\[[^\]]+\]\(\w+\))/).filter(Boolean).map((piece) => {
    const found = /^\[([^\]]+)\]\((\w+)\)$/.exec(piece);
    return found ? { text: found[1], term: found[2] } : { text: piece, term: null };
  });
