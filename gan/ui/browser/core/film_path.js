// Where the frames of a film lie: their times, the way through latents that they follow, and whether a model can go it.
import { filmLength, filmTrouble, freshKey, segmentsOf, spaceOf, turnOf, viewOfKey } from "./film.js";
import { SEEDS } from "./draws.js";
import { classOf, edited, everywhere, latentAt, mapping, ownW, truncate, zOfView } from "./latents.js";
import { painterOf } from "./media.js";
import { checkViewFits } from "./views.js";

/**
 * @typedef {import("./film.js").Film} Film
 * @typedef {import("./model.js").Model} Model
 * @typedef {import("./views.js").Key} Key
 *
 * @typedef {object} Timing how a film goes through its segments
 * @property {number[]} counts frames of each segment
 * @property {((share: number) => number)[]} places of each segment: where on it a share of its change is reached
 *
 * @typedef {object} StopZ a key on a path through z
 * @property {Float32Array} at its latent
 * @property {Float32Array} beside what is blended beside it: psi, then what the key's directions add to w
 * @property {number} c its class
 *
 * @typedef {(position: number) => Float32Array} Way from a position on a path, counted in segments, to a latent
 */

const SAME = 1e-6; // squared sine of the angle up to which two latents are one
export const MAX_BYTES = 64e6; // pixels of a film that a page keeps
/** @type {Record<string, (u: number) => number>} */
const EASES = { even: (u) => u, smooth: (u) => u * u * (3 - 2 * u) };

// ---- time: positions on the path, counted in segments ---------------------------------------------------------------

/**
 * The frames of one way.
 * @param {Film} film
 * @param {Timing} timing
 */
export function positions(film, timing) {
  /** @type {number[]} */
  const found = [];
  timing.counts.forEach((count, k) => {
    for (let j = 0; j < count; j++) found.push(k + timing.places[k](EASES[film.ease](j / count)));
  });
  if (turnOf(film) !== "loop") found.push(timing.counts.length);
  return found;
}

/**
 * The same number of frames in each segment, at equal steps of the path.
 * @param {Film} film
 * @returns {Timing}
 */
export function steady(film) {
  const count = segmentsOf(film);
  return { counts: Array(count).fill(film.frames), places: Array(count).fill(EASES.even) };
}

/**
 * The timing that makes every change equal. Each segment gets frames by its share of all change, so that every key
 * stays a frame.
 * @param {Film} film
 * @param {number[]} at positions of one way
 * @param {number[]} changes from each frame to the next
 * @returns {Timing}
 */
export function retimed(film, at, changes) {
  const count = segmentsOf(film);
  const knots = Array.from({ length: count }, () => ({ sums: [0], places: [0] }));
  changes.forEach((change, i) => {
    const k = Math.floor(at[i]), { sums, places } = knots[k];
    sums.push(last(sums) + change);
    places.push((at[i + 1] ?? count) - k);
  });
  const wholes = knots.map(({ sums }) => last(sums));
  const counts = shares(wholes, count * film.frames);
  return { counts, places: knots.map(({ sums, places }) => inverse(sums, places)) };
}

/** @param {number[]} values at least one */
const last = (values) => values[values.length - 1];

/**
 * Whole numbers in the proportion of parts that sum to total, each at least 1; the largest remainders get the rest.
 * @param {number[]} parts
 * @param {number} total
 */
export function shares(parts, total) {
  const all = parts.reduce((a, b) => a + b, 0);
  const of = (/** @type {number} */ whole) => parts.map((part) => whole * (all ? part / all : 1 / parts.length));
  const fair = of(total), exact = fair.every((v) => v >= 1) ? fair : of(total - parts.length).map((v) => v + 1);
  const counts = exact.map(Math.floor), rest = total - counts.reduce((a, b) => a + b, 0);
  const order = exact.map((v, i) => [v - counts[i], i]).sort((a, b) => b[0] - a[0]);
  for (const [, i] of order.slice(0, rest)) counts[i]++;
  return counts;
}

/**
 * Share of the segment's change -> place on it, straight between what was measured.
 * @param {number[]} sums of changes, up to each frame
 * @param {number[]} places of the frames
 * @returns {(share: number) => number}
 */
function inverse(sums, places) {
  const whole = last(sums);
  return (share) => {
    if (!whole) return share;
    const sum = share * whole;
    let i = sums.findIndex((v) => v >= sum);
    if (i <= 0) i = i < 0 ? sums.length - 1 : 1;
    const step = sums[i] - sums[i - 1];
    return places[i - 1] + (places[i] - places[i - 1]) * (step ? (sum - sums[i - 1]) / step : 0);
  };
}

// ---- w of a frame -----------------------------------------------------------------------------------------------

/**
 * The latent of a key, its single values set: one, also where a drawing shows a cloud.
 * @param {Model} model
 * @param {Key} key
 */
function zOfKey(model, key) {
  const z = zOfView(model, key, 1);
  for (const [i, value] of Object.entries(key.raw)) z[Number(i)] = value;
  return z;
}

/**
 * @param {Model} model
 * @param {Film} film
 * @param {Key} key
 */
function wOfKey(model, film, key) {
  const view = { ...key, psi: key.psi * film.psi };
  return key.own ? ownW(model, view) : edited(model, zOfKey(model, key), view);
}

/**
 * A key on a path through z.
 * @param {Model} model
 * @param {Film} film
 * @param {Key} key
 * @returns {StopZ}
 */
function stopZ(model, film, key) {
  const psi = key.psi * film.psi, z = zOfKey(model, key), w = edited(model, z, { ...key, psi });
  const bare = edited(model, z, { psi, c: key.c });
  return { at: z, beside: Float32Array.of(psi, ...w.map((v, i) => v - bare[i])), c: key.c };
}

/**
 * Whether a circle's first two keys lie in two directions, without which it stands still.
 * @param {Model} model
 * @param {Film} film
 */
function circleTurns(model, film) {
  const middle = centre(model, film);
  const at = (/** @type {Key} */ key) => (spaceOf(film) === "w" ? wOfKey(model, film, key) : zOfKey(model, key));
  const [a, b] = film.keys.slice(0, 2).map((key) => minus(at(key), middle));
  return dot(a, b) ** 2 < (1 - SAME) * dot(a, a) * dot(b, b);
}

/**
 * @param {Float32Array} a
 * @param {Float32Array} b
 */
const dot = (a, b) => a.reduce((sum, v, i) => sum + v * b[i], 0);

/**
 * @param {Float32Array} a
 * @param {ArrayLike<number>} b
 */
const minus = (a, b) => a.map((v, i) => v - b[i]);

/**
 * @param {Float32Array} a
 * @param {ArrayLike<number>} b
 */
const plus = (a, b) => a.map((v, i) => v + b[i]);

/**
 * The centre of a circle: 0 in z; in w, where 0 is no picture, the mean w of the first two keys' classes.
 * @param {Model} model
 * @param {Film} film
 */
function centre(model, film) {
  if (spaceOf(film) !== "w") return new Float32Array(model.zDim);
  const none = new Float32Array(model.wDim);
  const [a, b = a] = film.keys.slice(0, 2).map((key) => truncate(model, none, 0, classOf(model, key)));
  return everywhere(model, a.map((v, i) => (v + b[i]) / 2));
}

/**
 * w of a latent that lies between classes: as far between what each of them makes of it.
 * @param {Model} model
 * @param {Float32Array} latent
 * @param {number} psi
 * @param {number[]} classes
 * @param {number[]} shares of the classes, 1 in all
 */
function between(model, latent, psi, classes, shares) {
  const w = new Float32Array(model.wDim);
  classes.forEach((c, k) => {
    if (shares[k]) {
      truncate(model, mapping(model, latent, c), psi, c).forEach((v, i) => {
        w[i] += shares[k] * v;
      });
    }
  });
  return everywhere(model, w);
}

/**
 * The way of a film to w, by some keys in the place of its own.
 * @param {Model} model
 * @param {Film} film
 * @param {Key[]} keys
 */
function along(model, film, keys) {
  if (spaceOf(film) === "w") return alongW(model, film, keys.map((key) => wOfKey(model, film, key)));
  return alongZ(model, film, keys.map((key) => stopZ(model, film, key)));
}

/**
 * @param {Model} model
 * @param {Film} film
 * @param {Float32Array[]} at w of the keys
 * @returns {Way}
 */
function alongW(model, film, at) {
  const turn = turnOf(film);
  if (film.path !== "circle") return (position) => latentAt(at, film.path, turn, position);
  const middle = centre(model, film), around = at.map((one) => minus(one, middle));
  return (position) => plus(latentAt(around, film.path, turn, position), middle);
}

/**
 * Between keys of two classes it goes straight from what one makes of the latent to what the other does.
 * @param {Model} model
 * @param {Film} film
 * @param {StopZ[]} stops
 * @returns {Way} to w
 */
function alongZ(model, film, stops) {
  const turn = turnOf(film), at = stops.map((one) => one.at), beside = stops.map((one) => one.beside);
  const classes = [...new Set(stops.map(({ c }) => c))];
  const shares = stops.map(({ c }) => classes.map((one) => Number(one === c)));
  const straight = film.path === "slerp" ? "lerp" : film.path; // what stands beside a latent has no length to keep
  const circle = film.path === "circle";
  return (position) => {
    const latent = latentAt(at, film.path, turn, position);
    const [psi, ...moved] = circle ? beside[0] : latentAt(beside, straight, turn, position);
    const share = circle ? shares[0] : latentAt(shares, "lerp", turn, position);
    return plus(between(model, latent, psi, classes, share), moved);
  };
}

/**
 * The ways of a film's tiles to w, and to w of the second seed where one is mixed in. Further tiles are the keys' next
 * seeds with the same edits; a latent of the visitor's own stays in all of them.
 * @param {Model} model
 * @param {Film} film
 * @returns {{ w: Way, second: Way | null }[]}
 */
export function tracks(model, film) {
  const mixed = film.keys.some(({ mix }) => mix);
  // A key without a second seed is mixed with itself, which changes nothing.
  const second = (/** @type {Key} */ key) => (
    key.mix ? { ...freshKey(key.mix.seed), psi: key.psi, c: classOf(model, key) } : key
  );
  return Array.from({ length: film.grid ** 2 }, (_, tile) => {
    const keys = film.keys.map((key) => ({ ...key, seed: (key.seed + tile) % SEEDS }));
    return { w: along(model, film, keys), second: mixed ? along(model, film, keys.map(second)) : null };
  });
}

// ---- size -------------------------------------------------------------------------------------------------------

/**
 * The pixels of a frame, and of each tile of its grid; tile 0: the grid's samples share one drawing.
 * @param {Model} model
 * @param {number} grid tiles along each side
 */
export function frameSize(model, grid) {
  const painter = painterOf(model), { side: tile, channels } = painter.size(model);
  if (painter.cloud) return { width: tile, height: tile, channels, tile: 0 };
  const side = grid === 1 ? tile : grid * (tile + 1) + 1;
  return { width: side, height: side, channels, tile };
}

/**
 * Throws a Trouble where the model lacks what a key asks for, or the film would not fit into memory.
 * @param {Model} model
 * @param {Film} film
 */
export function checkFilmFits(model, film) {
  for (const at of film.keys.keys()) checkViewFits(model, viewOfKey(film, at));
  const { width, height, channels } = frameSize(model, film.grid);
  const megabytes = filmLength(film) * width * height * channels / 1e6;
  if (!film.training && megabytes > MAX_BYTES / 1e6) {
    throw filmTrouble("bytes", { count: Math.ceil(megabytes), high: MAX_BYTES / 1e6 });
  }
  if (film.path === "circle" && !film.training && !circleTurns(model, film)) throw filmTrouble("circle");
}
