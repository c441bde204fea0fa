// Where the frames of a film lie: their times, the way through latents that they follow, and whether a model can go it.
import { filmLength, filmTrouble, freshKey, segmentsOf, turnOf, viewOfKey } from "./film.js";
import { edited, everywhere, latentAt, mapping, SEEDS, truncate, zOfView } from "./latents.js";
import { SIDE } from "./painting.js";
import { checkViewFits } from "./views.js";

const SAME = 1e-6; // squared sine of the angle up to which two latents are one
const MAX_BYTES = 64e6; // pixels of a film that a page keeps
const EASES = { even: (u) => u, smooth: (u) => u * u * (3 - 2 * u) };

// ---- time: positions on the path, counted in segments ---------------------------------------------------------------

/**
 * The frames of one way.
 * @param film
 * @param timing of each segment `counts`, its frames, and `places`, where on it a share of its change is reached
 */
export function positions(film, timing) {
  const found = [];
  timing.counts.forEach((count, k) => {
    for (let j = 0; j < count; j++) found.push(k + timing.places[k](EASES[film.ease](j / count)));
  });
  if (turnOf(film) !== "loop") found.push(timing.counts.length);
  return found;
}

/** The same number of frames in each segment, at equal steps of the path. */
export function steady(film) {
  const count = segmentsOf(film);
  return { counts: Array(count).fill(film.frames), places: Array(count).fill((u) => u) };
}

/**
 * The timing that makes every change equal. Each segment gets frames by its share of all change, so that every key
 * stays a frame.
 * @param at positions of one way
 * @param changes from each frame to the next
 */
export function retimed(film, at, changes) {
  const count = segmentsOf(film);
  const knots = Array.from({ length: count }, () => ({ sums: [0], places: [0] }));
  changes.forEach((change, i) => {
    const k = Math.floor(at[i]), { sums, places } = knots[k];
    sums.push(sums.at(-1) + change);
    places.push((at[i + 1] ?? count) - k);
  });
  const wholes = knots.map(({ sums }) => sums.at(-1));
  return { counts: shares(wholes, count * film.frames), places: knots.map(({ sums, places }) => inverse(sums, places)) };
}

/** Whole numbers in the proportion of parts that sum to total, each at least 1; the largest remainders get the rest. */
export function shares(parts, total) {
  const all = parts.reduce((a, b) => a + b, 0);
  const of = (whole) => parts.map((part) => whole * (all ? part / all : 1 / parts.length));
  const fair = of(total), exact = fair.every((v) => v >= 1) ? fair : of(total - parts.length).map((v) => v + 1);
  const counts = exact.map(Math.floor), rest = total - counts.reduce((a, b) => a + b, 0);
  const order = exact.map((v, i) => [v - counts[i], i]).sort((a, b) => b[0] - a[0]);
  for (const [, i] of order.slice(0, rest)) counts[i]++;
  return counts;
}

// Share of the segment's change -> place on it, straight between what was measured.
function inverse(sums, places) {
  const whole = sums.at(-1);
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

// A key on the path: its latent, and in z what is blended beside it: psi and what its directions add to w.
function stop(model, film, key) {
  const psi = key.psi * film.psi, single = { ...model, kind: "pictures" }; // of points, too, a film follows one latent
  const z = zOfView(single, key);
  for (const [i, value] of Object.entries(key.raw)) z[i] = value;
  const w = edited(single, z, { ...key, psi });
  if (film.space === "w") return { at: w };
  const bare = edited(single, z, { psi, c: key.c });
  return { at: z, beside: Float32Array.of(psi, ...w.map((v, i) => v - bare[i])), c: key.c };
}

// Whether a circle's first two keys lie in two directions, without which it stands still.
function circleTurns(model, film) {
  const middle = centre(model, film);
  const [a, b] = film.keys.slice(0, 2).map((key) => minus(stop(model, film, key).at, middle));
  const dot = (x, y) => x.reduce((sum, v, i) => sum + v * y[i], 0);
  return dot(a, b) ** 2 < (1 - SAME) * dot(a, a) * dot(b, b);
}

const minus = (a, b) => a.map((v, i) => v - b[i]);
const plus = (a, b) => a.map((v, i) => v + b[i]);

// The centre of a circle: 0 in z; in w, where 0 is no picture, the mean w of the first two keys' classes.
function centre(model, film) {
  if (film.space !== "w") return new Float32Array(model.zDim);
  const none = new Float32Array(model.wDim);
  const [a, b = a] = film.keys.slice(0, 2).map(({ c }) => truncate(model, none, 0, c));
  return everywhere(model, a.map((v, i) => (v + b[i]) / 2));
}

// w of a latent that lies between classes: as far between what each of them makes of it.
function between(model, latent, psi, classes, shares) {
  const w = new Float32Array(model.wDim);
  classes.forEach((c, k) => {
    if (shares[k]) truncate(model, mapping(model, latent, c), psi, c).forEach((v, i) => { w[i] += shares[k] * v; });
  });
  return everywhere(model, w);
}

// position -> w
const along = (model, film, stops) => (film.space === "w" ? alongW(model, film, stops) : alongZ(model, film, stops));

function alongW(model, film, stops) {
  const turn = turnOf(film), at = stops.map((one) => one.at);
  if (film.path !== "circle") return (position) => latentAt(at, film.path, turn, position);
  const middle = centre(model, film), around = at.map((one) => minus(one, middle));
  return (position) => plus(latentAt(around, film.path, turn, position), middle);
}

// Between keys of two classes it goes straight from what one makes of the latent to what the other does.
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
 * The ways of a film's tiles, {w, second}: position -> w, and w of the second seed where one is mixed in.
 * Further tiles are the keys' next seeds with the same edits.
 */
export function tracks(model, film) {
  const mixed = film.keys.some(({ mix }) => mix);
  // A key without a second seed is mixed with itself, which changes nothing.
  const second = (key) => (key.mix ? { ...freshKey(key.mix.seed), psi: key.psi, c: key.c } : key);
  return Array.from({ length: film.grid ** 2 }, (_, tile) => {
    const keys = film.keys.map((key) => ({ ...key, seed: (key.seed + tile) % SEEDS }));
    const way = (some) => along(model, film, some.map((key) => stop(model, film, key)));
    return { w: way(keys), second: mixed ? way(keys.map(second)) : null };
  });
}

// ---- size -------------------------------------------------------------------------------------------------------

/** {width, height, channels, tile} of a frame; of points, the grid's dots share one plot. */
export function frameSize(model, grid) {
  if (model.kind === "points") return { width: SIDE, height: SIDE, channels: 3, tile: 0 };
  const [channels, tile] = model.shape, side = grid === 1 ? tile : grid * (tile + 1) + 1;
  return { width: side, height: side, channels, tile };
}

/** Throws a Trouble where the model lacks what a key asks for, or the film would not fit into memory. */
export function checkFilmFits(model, film) {
  for (const at of film.keys.keys()) checkViewFits(model, viewOfKey(film, at));
  const { width, height, channels } = frameSize(model, film.grid);
  const megabytes = filmLength(film) * width * height * channels / 1e6;
  if (!film.training && megabytes > MAX_BYTES / 1e6) {
    throw filmTrouble("bytes", { count: Math.ceil(megabytes), high: MAX_BYTES / 1e6 });
  }
  if (film.path === "circle" && !film.training && !circleTurns(model, film)) throw filmTrouble("circle");
}
