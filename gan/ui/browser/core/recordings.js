// Recorded runs: frames as the live page gets them, filled in, found by their steps, and what lies between two of them.
import { decodeBytes, decodeSigned, encodeBytes } from "./encoding.js";

/**
 * @typedef {Record<string, any>} Lane what a frame shows of a contestant, as the host sends it
 * @typedef {{ steps: number, lanes: Lane[], stage?: any, [more: string]: any }} Frame
 * @typedef {{ steps: number, lanes: (number | null)[][] }} CurvePoint
 * @typedef {{ scene: any, frames: Frame[], curve: CurvePoint[] }} Take
 * @typedef {{ takes: Record<string, Take> }} Recording
 */

/**
 * A recording whose every frame is whole: a lane in the file leaves out what is as in the frame before.
 * @param {Recording} file
 * @returns {Recording}
 */
export const wholeRecording = ({ takes }) => ({
  takes: Object.fromEntries(
    Object.entries(takes).map(([name, take]) => [name, { ...take, frames: wholeFrames(take.frames) }]),
  ),
});

/** @param {Frame[]} frames */
function wholeFrames(frames) {
  /** @type {Lane[]} */
  let before = [];
  return frames.map((frame) => {
    before = frame.lanes.map((lane, i) => ({ ...before[i], ...lane }));
    return { ...frame, lanes: before };
  });
}

/**
 * The place of a moment: the last frame at or before so many steps.
 * @param {Take} take
 * @param {number} steps
 */
export function placeOf({ frames }, steps) {
  const later = frames.findIndex((frame) => frame.steps > steps);
  return Math.max(later < 0 ? frames.length - 1 : later - 1, 0);
}

/**
 * Where a stretch of a take begins and ends: by its steps, or by its stages where it is a round in slow motion.
 * @param {Take} take
 * @param {{ start: number, end: number }} clip
 * @returns {[number, number]}
 */
export function placesOf(take, { start, end }) {
  const first = take.frames.findIndex(({ stage }) => stage);
  return first < 0 ? [placeOf(take, start), placeOf(take, end)] : [first + start, first + end];
}

/**
 * The points of a take's curves up to a moment.
 * @param {Take} take
 * @param {number} steps
 */
export const curveUpTo = ({ curve }, steps) => curve.filter((point) => point.steps <= steps);

/**
 * The frame at a place; between two frames, what lies on the straight way from one to the other. Figures and steps are
 * those that were measured last.
 * @param {Take} take
 * @param {number} place 0 is the first frame, 1.5 half-way from the second to the third
 * @returns {Frame}
 */
export function frameAt({ frames }, place) {
  const at = Math.min(Math.max(place, 0), frames.length - 1), low = Math.floor(at), share = at - low;
  const from = frames[low], to = frames[low + 1];
  if (!share || from.stage || to.stage) return from;
  return { ...from, lanes: from.lanes.map((lane, i) => between(lane, to.lanes[i], share)) };
}

/** How the numbers of a lane move from frame to frame; what is not named jumps. */
const MOVES = { fakes: wordsBetween, opinions: bytesBetween, field: bytesBetween };

/**
 * @param {Lane} from
 * @param {Lane} to
 * @param {number} share 0 is from, 1 is to
 * @returns {Lane}
 */
function between(from, to, share) {
  if (!from.field) return from; // pictures would show one another's ghosts
  const lane = { ...from };
  for (const [name, move] of Object.entries(MOVES)) lane[name] = move(from[name], to[name], share);
  if (from.grid && to.grid) {
    lane.grid = {
      ...from.grid,
      points: wordsBetween(from.grid.points, to.grid.points, share),
      density: bytesBetween(from.grid.density, to.grid.density, share),
    };
  }
  if (from.arrows && to.arrows) lane.arrows = arrowsBetween(from.arrows, to.arrows, share);
  return lane;
}

/** @param {any} from @param {any} to @param {number} share */
function arrowsBetween(from, to, share) {
  const by = mixed(decodeSigned(from.by), decodeSigned(to.by), share);
  return { ...from, by: encodeBytes(Int8Array.from(by)), longest: from.longest + (to.longest - from.longest) * share };
}

/** @param {string} from @param {string} to @param {number} share */
function bytesBetween(from, to, share) {
  return from === to ? from : encodeBytes(Uint8Array.from(mixed(decodeBytes(from), decodeBytes(to), share)));
}

/** @param {string} from @param {string} to @param {number} share */
function wordsBetween(from, to, share) {
  if (from === to) return from;
  const [a, b] = [from, to].map((text) => new Uint16Array(decodeBytes(text).buffer));
  return encodeBytes(Uint16Array.from(mixed(a, b, share)));
}

/**
 * @param {ArrayLike<number>} a
 * @param {ArrayLike<number>} b
 * @param {number} share
 */
const mixed = (a, b, share) => Array.from(a, (v, i) => Math.round(v + (b[i] - v) * share));

/**
 * Where a latent lies on the plane, by the recorded grid of latents that the forger has bent: x, y as shares of the
 * plane, y downwards.
 * @param {Float32Array} at places of the grid's latents, row by row
 * @param {number} n latents along a side
 * @param {[number, number]} latent both numbers as shares of all latents that are smaller, 0..1
 * @returns {[number, number]}
 */
export function placeOfLatent(at, n, [u, v]) {
  // the grid's latents lie in the middles of n equal shares
  const inGrid = (/** @type {number} */ share) => Math.min(Math.max(share * n - 0.5, 0), n - 1);
  const x = inGrid(u), y = inGrid(v), i = Math.min(Math.floor(x), n - 2), j = Math.min(Math.floor(y), n - 2);
  const a = x - i, b = y - j;
  const corner = (/** @type {number} */ di, /** @type {number} */ dj, /** @type {number} */ axis) =>
    at[2 * ((i + di) * n + j + dj) + axis];
  const along = (/** @type {number} */ axis) =>
    (1 - a) * ((1 - b) * corner(0, 0, axis) + b * corner(0, 1, axis)) +
    a * ((1 - b) * corner(1, 0, axis) + b * corner(1, 1, axis));
  return [along(0), along(1)];
}
