// A run of the host's that trains for real, as a step of the lesson needs it: opened, asked again and again, acted on.
// The other end is `LiveRoutes` in gan/ui/live/routes.py.
import { beacon, post } from "../page/wire.js";

// Milliseconds between two questions out of sight, and before a frame that is about to come.
const HIDDEN = 600, SOON = 30;
/** States of a run that trains, or will as soon as it can. */
const GOING = ["running", "queued", "asleep"];

/**
 * @typedef {object} FreeRun
 * @property {string | null} id null before it is open and after it is gone
 * @property {number} round how often it has started over
 * @property {number} number of the newest frame
 * @property {number} moments revision of the list of moments, which nobody here asks for
 * @property {any[]} curve
 * @property {any} scene
 * @property {any} frame
 * @property {any} answer the newest of `live/poll`
 * @property {boolean} acting whether an act has not been answered yet
 * @property {boolean} asking whether a question is on its way
 * @property {any} timer of the next question
 * @property {() => boolean} seen whether anybody looks
 * @property {(trouble: string | null) => void} told hears of every answer: "", what the host says went wrong, or null
 *   where it does not answer
 */

/**
 * A run that has been opened; without an id where the host refuses or does not answer.
 * @param {Record<string, string | number>} setup
 * @param {() => boolean} seen
 * @param {(trouble: string | null) => void} told
 * @returns {Promise<FreeRun>}
 */
export async function openRun(setup, seen, told) {
  /** @type {FreeRun} */
  const run = {
    id: null,
    round: -1,
    number: -1,
    moments: -1,
    curve: [],
    scene: null,
    frame: null,
    answer: null,
    acting: false,
    asking: false,
    timer: 0,
    seen,
    told,
  };
  const query = new URLSearchParams({ tab: "live", .../** @type {Record<string, string>} */ (setup) });
  try {
    const wanted = { query: `?${query}`, resume: null, words: document.documentElement.lang };
    const answer = await post("live/open", wanted);
    if (answer.trouble) told(answer.trouble);
    run.id = answer.id ?? null;
  } catch {
    told(null);
  }
  beat(run);
  return run;
}

/** @param {FreeRun} run */
export const isGoing = ({ answer }) => GOING.includes(answer?.state);

/** @param {FreeRun} run */
async function beat(run) {
  clearTimeout(run.timer);
  if (!run.id || run.asking) return;
  const { id, round, number, moments, curve } = run;
  run.asking = true;
  let every = HIDDEN;
  try {
    const answer = await post("live/poll", { id, round, number, moments, points: curve.length, hidden: !run.seen() });
    if (run.id === id) every = answer.state ? take(run, answer) : lose(run, answer.trouble);
  } catch {
    if (run.id) run.told(null);
  }
  run.asking = false;
  if (run.id) run.timer = setTimeout(() => beat(run), every);
}

/** Takes an answer in; returns the milliseconds until the next question. */
function take(run, answer) {
  if (answer.scene) Object.assign(run, { scene: answer.scene, round: answer.round, curve: [] });
  run.curve.push(...answer.curve);
  if (answer.frame) Object.assign(run, { frame: answer.frame, number: answer.number });
  if (answer.moments) run.moments = answer.moments.revision;
  run.answer = answer;
  run.told(answer.trouble);
  if (!run.seen()) return HIDDEN;
  return answer.state === "running" && !answer.frame ? SOON : answer.every || HIDDEN;
}

function lose(run, trouble) {
  run.id = null;
  run.told(trouble);
  return HIDDEN;
}

/**
 * Does something to the run, one thing at a time; returns what the host answers, null while another one is under way.
 * @param {FreeRun} run
 * @param {string} act as the host names it
 */
export async function act(run, act, more = {}) {
  if (run.acting || !run.id) return null;
  run.acting = true;
  try {
    const answer = await post("live/act", { id: run.id, act, ...more });
    if (answer.trouble) run.told(answer.trouble);
    return answer;
  } catch {
    run.told(null);
    return null;
  } finally {
    run.acting = false;
    beat(run);
  }
}

/**
 * Ends the run: the host need not wait for a page that looks at something else.
 * @param {FreeRun} run
 */
export function closeRun(run) {
  clearTimeout(run.timer);
  if (run.id) beacon("live/close", { id: run.id });
  run.id = null;
}
