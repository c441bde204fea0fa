// A class without its page: its link, what presenters' remotes send, its bars, and what is new in what the host says.
// The other end is gan/live/classroom.py.

/**
 * What the host says of a class.
 * @typedef {object} ClassState
 * @property {"teacher" | "follower"} role
 * @property {string} code by which others follow
 * @property {number} step of the lesson, from 1
 * @property {string} watch the id to watch the teacher's run with; "" while there is none
 * @property {number} followers
 * @property {number} voted
 * @property {number[] | null} bars the votes for each answer, once they are revealed
 * @property {number | null} mine the answer that one has voted for
 * @property {boolean} away whether the teacher's page is silent
 * @property {number} every milliseconds until the next question
 */

export const LETTERS = ["A", "B", "C"];
const CODE = /^[2-9a-z]{8}$/;
/** @type {Map<string, "on" | "back" | "reveal">} */
const KEYS = new Map([["PageDown", "on"], ["PageUp", "back"], [".", "reveal"], ["b", "reveal"], ["B", "reveal"]]);

/**
 * The code that a link's query names; null where it names none.
 * @param {URLSearchParams} query
 */
export function codeOf(query) {
  const code = (query.get("class") ?? "").replaceAll(/[\s-]/g, "").toLowerCase();
  return CODE.test(code) ? code : null;
}

/** The link to a class, as the query of the page's address. */
export const classQuery = (/** @type {string} */ code) => `tab=learn&class=${code}`;

/** A code as one reads it out. */
export const inGroups = (/** @type {string} */ code) => `${code.slice(0, 4)}-${code.slice(4)}`;

/**
 * What a key does: presenters' remotes send PageDown, PageUp, and for a dark screen "." or "b".
 * @param {string} key
 */
export const actOfKey = (key) => KEYS.get(key) ?? null;

/**
 * Each answer's share of the votes in whole percent; together 100, or 0 where nobody has voted.
 * @param {number[]} votes
 * @returns {number[]}
 */
export function shares(votes) {
  const all = votes.reduce((sum, count) => sum + count, 0);
  if (!all) return votes.map(() => 0);
  const exact = votes.map((count) => 100 * count / all), whole = exact.map(Math.floor);
  const largest = exact.map((share, i) => ({ i, rest: share - whole[i] })).sort((a, b) => b.rest - a.rest || a.i - b.i);
  const left = 100 - whole.reduce((sum, share) => sum + share, 0);
  for (const { i } of largest.slice(0, left)) whole[i]++;
  return whole;
}

/**
 * What is new in a state beside the one before.
 * @param {ClassState | null} before
 * @param {ClassState} now
 */
export const news = (before, now) => ({
  step: before?.step !== now.step,
  revealed: now.bars !== null && (before?.step !== now.step || before.bars === null),
  watch: (before?.watch ?? "") !== now.watch,
});
