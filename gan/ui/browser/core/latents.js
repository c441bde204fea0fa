// Latents: z and w of a view, truncation and edits, and paths between latents; the twin of gan/latents.py and of what
// gan/explore/views.py says about neighbours. Everything here is pure.
import { seeded, SEEDS } from "./draws.js";
import { ownWs } from "./own_latents.js";
import { samplingOf } from "./sampling.js";

/**
 * @typedef {import("./model.js").Model} Model
 * @typedef {import("./views.js").View} View
 *
 * @typedef {Record<number, number> & {
 *   length: number,
 *   map(of: (value: number, i: number) => number): Vector,
 *   reduce(of: (sum: number, value: number, i: number) => number, start: number): number,
 * }} Vector numbers that can be blended: a latent, or the shares of some classes
 */

const CLOUD_SEED = 3e6; // of the cloud behind the films of a medium whose samples are looked at in clouds
const RADIUS = 0.4, COUNT = 8; // how far neighbours lie, and how many there are
const CORNERS = [0, 1, 100, 101]; // a plane's seeds, from its own on
const SLOPE = 0.2; // of the mapping network's activations

// ---- z and w of a view ------------------------------------------------------------------------------------------

/** @param {Vector} z */
const norm = (z) => Math.sqrt(z.reduce((sum, v) => sum + v * v, 0));

/**
 * A vector of a's own kind, made number by number.
 * @template {Vector} V
 * @param {V} a
 * @param {(value: number, i: number) => number} of
 */
const each = (a, of) => /** @type {V} */ (a.map(of));

/**
 * @template {Vector} V
 * @param {V} a
 * @param {V} b
 * @param {number} t
 */
const line = (a, b, t) => each(a, (v, i) => v + t * (b[i] - v));

/**
 * Latents around z: a step of `radius` towards fresh draws, kept at z's length.
 * @param {Float32Array} z
 * @param {number} seed
 */
export function neighbours(z, seed, radius = RADIUS, count = COUNT) {
  const length = norm(z);
  return Array.from({ length: count }, (_, i) => {
    const mixed = line(z, seeded((seed * 1009 + 7919 * (i + 1)) % SEEDS, z.length), radius);
    const scale = length / Math.max(norm(mixed), 1e-6);
    return mixed.map((v) => v * scale);
  });
}

/**
 * Its power series near 0, further out the continued fraction of 1 - erf.
 * @param {number} x
 */
function erf(x) {
  const size = Math.abs(x);
  if (size > 6) return Math.sign(x);
  if (size > 2.5) {
    let tail = size;
    for (let k = 40; k > 0; k--) tail = size + k / 2 / tail;
    return Math.sign(x) * (1 - Math.exp(-x * x) / (tail * Math.sqrt(Math.PI)));
  }
  let term = x, sum = x;
  for (let k = 1; Math.abs(term) > 1e-17; k++) {
    term *= -x * x / k;
    sum += term / (2 * k + 1);
  }
  return 2 / Math.sqrt(Math.PI) * sum;
}

// ---- the mapping network ----------------------------------------------------------------------------------------

/**
 * What the forger is given: z itself, or the uniform form that some models take.
 * @param {Model} model
 * @param {Float32Array} z
 */
function given(model, z) {
  return model.noise === "uniform" ? z.map((v) => Math.sqrt(3) * erf(v * Math.SQRT1_2)) : z.slice();
}

/**
 * Scaled to a mean square of 1.
 * @param {Float32Array} x
 */
function unitLength(x) {
  const scale = 1 / Math.sqrt(x.reduce((sum, v) => sum + v * v, 0) / x.length + 1e-8);
  return x.map((v) => v * scale);
}

/**
 * @param {Float32Array} x
 * @param {ArrayLike<number>} more
 */
function beside(x, more) {
  const both = new Float32Array(x.length + more.length);
  both.set(x);
  both.set(more, x.length);
  return both;
}

/**
 * weight x + bias, below 0 a fifth of it.
 * @param {Model["maps"][number]} map
 * @param {Float32Array} x
 */
function leaky({ weight, bias }, x) {
  return bias.map((sum, i) => {
    const row = weight[i];
    for (let k = 0; k < row.length; k++) sum += row[k] * x[k];
    return sum < 0 ? SLOPE * sum : sum;
  });
}

/**
 * w of z and a class: its mapping network's, or z with a 1 for the class beside it; of rows of z where there are no
 * classes.
 * @param {Model} model
 * @param {Float32Array} z
 */
export function mapping(model, z, c = 0) {
  const start = given(model, z), { maps = [], classes = [] } = model;
  if (maps.length) {
    const first = unitLength(start);
    return maps.reduce((x, map) => leaky(map, x), classes.length ? beside(first, model.embedding[c]) : first);
  }
  return classes.length ? beside(start, classes.map((_, k) => Number(k === c))) : start;
}

/**
 * w_avg + psi (w - w_avg) with the mean of the class, for any number of rows.
 * @param {Model} model
 * @param {Float32Array} w
 * @param {number} psi
 */
export function truncate(model, w, psi, c = 0) {
  const average = model.wAvg[c], size = average.length;
  return psi === 1 ? w.slice() : w.map((v, i) => average[i % size] + psi * (v - average[i % size]));
}

/**
 * The same w for each layer of a model whose layers have their own.
 * @param {Model} model
 * @param {Float32Array} w
 */
export function everywhere(model, w) {
  if (!model.layered) return w;
  const ws = new Float32Array(model.width);
  for (let at = 0; at < ws.length; at += w.length) ws.set(w, at);
  return ws;
}

/**
 * z of a seed, or of as many samples as a cloud has.
 * @param {Model} model
 * @param {number} seed
 */
const drawn = (model, seed, samples = samplingOf(model).shown) => seeded(seed % SEEDS, samples * model.zDim);

/**
 * Between four seeds, at the length that a normal latent has.
 * @param {Model} model
 * @param {Pick<View, "seed" | "x" | "y">} place
 * @param {number} samples
 */
function plane(model, { seed, x, y }, samples) {
  if (!x && !y) return drawn(model, seed, samples);
  const weights = [(1 - x) * (1 - y), x * (1 - y), (1 - x) * y, x * y];
  const length = Math.hypot(...weights);
  const z = new Float32Array(samples * model.zDim);
  CORNERS.forEach((step, corner) => {
    const share = weights[corner] / length;
    if (share) {
      drawn(model, seed + step, samples).forEach((v, i) => {
        z[i] += share * v;
      });
    }
  });
  return z;
}

/**
 * z of a view before single values are set: [samples, z_dim].
 * @param {Model} model
 * @param {Partial<View> & Pick<View, "seed">} view
 * @param {number} samples as many as a drawing shows, or 1
 */
export function zOfView(model, view, samples = samplingOf(model).shown) {
  const walk = samplingOf(model).walks ? view.walk ?? [] : [];
  const start = plane(model, { x: 0, y: 0, ...view }, samples);
  return walk.reduce((at, step, i) => neighbours(at, view.seed + i)[step], start);
}

/**
 * Along directions, so many standard deviations each.
 * @param {Float32Array} w any number of rows
 * @param {Float32Array[]} directions
 * @param {number[]} sigmas the directions' standard deviations
 * @param {Record<string, number> | undefined} by
 */
function move(w, directions, sigmas, by) {
  for (const [k, steps] of Object.entries(by ?? {})) {
    const direction = directions[Number(k)], length = steps * sigmas[Number(k)], size = direction.length;
    for (let i = 0; i < w.length; i++) w[i] += length * direction[i % size];
  }
}

/**
 * w of a view, after everything but the mix.
 * @param {Model} model
 * @param {Partial<View> & Pick<View, "seed">} view
 */
export const wOfView = (model, view) => (view.own ? ownW(model, view) : edited(model, zOfView(model, view), view));

/**
 * w of a latent (or of rows of them) with a view's class, values, psi and directions; ws where each layer has its own,
 * of which the view's layers follow the directions.
 * @param {Model} model
 * @param {Float32Array} latent
 * @param {Partial<View>} view
 */
export function edited(model, latent, view) {
  const start = latent.slice();
  for (const [i, value] of Object.entries(view.raw ?? {})) {
    for (let at = Number(i); at < start.length; at += model.zDim) start[at] = value;
  }
  return moved(model, truncate(model, mapping(model, start, view.c), view.psi ?? 1, view.c), view);
}

/**
 * w (any number of rows) or ws along a view's directions; ws where each layer has its own, of which the view's layers
 * follow the directions.
 * @param {Model} model
 * @param {Float32Array} w
 * @param {Partial<View>} view
 */
function moved(model, w, view) {
  const along = w.slice();
  move(along, model.directions, model.sigmas, view.directions);
  move(along, model.sefa, model.sefaSigmas, view.sefa);
  const all = everywhere(model, along);
  if (view.layers == null || !model.layered) return all;
  const ws = everywhere(model, w), [first, last] = view.layers, from = first * model.wDim;
  ws.set(all.subarray(from, (last + 1) * model.wDim), from);
  return ws;
}

/**
 * The class of a view; of a latent of the visitor's own, which nobody asked for a class, that with the nearest mean w.
 * @param {Model} model
 * @param {Partial<View>} view
 */
export function classOf(model, { c = 0, own = "" }) {
  if (!own || model.wAvg.length < 2) return c;
  const ws = ownWs(model, own), size = model.wDim, rows = ws.length / size;
  const mean = Float64Array.from({ length: size }, (_, i) => {
    let sum = 0;
    for (let at = i; at < ws.length; at += size) sum += ws[at];
    return sum / rows;
  });
  const far = model.wAvg.map((average) => mean.reduce((sum, v, i) => sum + (v - average[i]) ** 2, 0));
  return far.indexOf(Math.min(...far));
}

/**
 * What the engine takes for a view whose latent is the visitor's own: truncated towards the mean of its class, then
 * moved along the directions.
 * @param {Model} model
 * @param {Partial<View>} view
 */
export const ownW = (model, view) =>
  moved(model, truncate(model, ownWs(model, view.own ?? ""), view.psi ?? 1, classOf(model, view)), view);

/**
 * w of the second seed, of the same class: truncated, without edits.
 * @param {Model} model
 * @param {Partial<View>} view
 */
export function mixW(model, view) {
  if (!view.mix || !samplingOf(model).mixes) return null;
  const c = classOf(model, view);
  return everywhere(model, truncate(model, mapping(model, drawn(model, view.mix.seed), c), view.psi ?? 1, c));
}

/**
 * The latents of the cloud before which a film's samples move.
 * @param {Model} model
 */
export const cloud = (model) => seeded(CLOUD_SEED, samplingOf(model).shown * model.zDim);

// ---- paths ------------------------------------------------------------------------------------------------------

/**
 * The arc, lengths blended; the line where no arc is defined. White 2016, arXiv:1609.04468, section 2.1
 * @template {Vector} V
 * @param {V} a
 * @param {V} b
 * @param {number} t
 */
function slerp(a, b, t) {
  const lengthA = norm(a), lengthB = norm(b);
  const cosine = a.reduce((sum, v, i) => sum + v / lengthA * (b[i] / lengthB), 0);
  const omega = Math.acos(Math.min(Math.max(cosine, -1), 1));
  if (!(omega > 1e-4 && omega < Math.PI - 1e-4)) return line(a, b, t);
  const length = (lengthA + t * (lengthB - lengthA)) / Math.sin(omega);
  const left = Math.sin((1 - t) * omega) * length / lengthA, right = Math.sin(t * omega) * length / lengthB;
  return each(a, (v, i) => left * v + right * b[i]);
}

/**
 * Leaves a along b - before and reaches b along after - a; Catmull and Rom 1974.
 * @template {Vector} V
 * @param {V} before
 * @param {V} a
 * @param {V} b
 * @param {V} after
 * @param {number} t
 */
function spline(before, a, b, after, t) {
  const rest = t * t * (3 - 2 * t), out = t * (1 - t) ** 2 / 2, into = t * t * (1 - t) / 2;
  return each(a, (v, i) => v + rest * (b[i] - v) + out * (b[i] - before[i]) - into * (after[i] - v));
}

/**
 * A loop through noise: around the origin at a's length, turning towards b first.
 * @template {Vector} V
 * @param {V} a
 * @param {V} b
 * @param {number} turns
 */
function circle(a, b, turns) {
  const dot = (/** @type {V} */ x, /** @type {V} */ y) => x.reduce((sum, v, i) => sum + v * y[i], 0);
  const share = dot(b, a) / Math.max(dot(a, a), 1e-12);
  const across = each(b, (v, i) => v - share * a[i]);
  const cos = Math.cos(2 * Math.PI * turns);
  const sin = Math.sin(2 * Math.PI * turns) * norm(a) / Math.max(norm(across), 1e-6);
  return each(a, (v, i) => cos * v + sin * across[i]);
}

const CIRCLE = "circle";
/** @type {Record<string, <V extends Vector>(before: V, a: V, b: V, after: V, t: number) => V>} */
const SEGMENTS = {
  slerp: (_before, a, b, _after, t) => slerp(a, b, t),
  lerp: (_before, a, b, _after, t) => line(a, b, t),
  spline,
};
export const PATHS = [...Object.keys(SEGMENTS), CIRCLE], TURNS = ["loop", "ping-pong", "once"];

/**
 * How many there are until the end, or until a film begins again; a circle closes whatever its turn.
 * @param {readonly unknown[]} keys
 * @param {string} kind one of PATHS
 * @param {string} turn one of TURNS
 */
function segmentCount(keys, kind, turn) {
  if (turn === "loop" || kind === CIRCLE) return keys.length;
  return (keys.length - 1) * (turn === "ping-pong" ? 2 : 1);
}

/**
 * The latent at a position counted in segments; it goes round for ever, or stays at the ends of `once`.
 * @template {Vector} V
 * @param {V[]} keys
 * @param {string} kind one of PATHS
 * @param {string} turn one of TURNS
 * @param {number} position
 * @returns {V}
 */
export function latentAt(keys, kind, turn, position) {
  const whole = segmentCount(keys, kind, turn), last = keys.length - 1, loop = turn === "loop";
  if (kind === CIRCLE) return circle(keys[0], keys[1], position / whole);
  let place = turn === "once" ? Math.min(Math.max(position, 0), whole) : (position % whole + whole) % whole;
  if (turn === "ping-pong" && place > last) place = whole - place;
  const i = Math.min(Math.floor(place), loop ? last : last - 1);
  const a = keys[i], b = keys[(i + 1) % keys.length];
  // an open path has nothing beyond its ends: it goes straight on there
  const before = loop || i > 0 ? keys[(i + last) % keys.length] : line(b, a, 2);
  const after = loop || i + 2 <= last ? keys[(i + 2) % keys.length] : line(a, b, 2);
  return SEGMENTS[kind](before, a, b, after, place - i);
}
