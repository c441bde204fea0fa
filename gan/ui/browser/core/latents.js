// Latents: z by seed exactly as torch draws it, truncation and edits, and paths between latents; the twin of
// gan/latents.py and of what gan/explore.py says about neighbours. Everything here is pure.

const CLOUD = 2000, CLOUD_SEED = 3e6; // points that a model of points shows at once, and those behind its films
const RADIUS = 0.4, COUNT = 8; // how far neighbours lie, and how many there are
const CORNERS = [0, 1, 100, 101]; // a plane's seeds, from its own on
const SLOPE = 0.2; // of the mapping network's activations
export const SEEDS = 2 ** 32; // how many there are
const TURN = Math.fround(2 * Math.PI);

// ---- draws: the Mersenne twister, Matsumoto and Nishimura 1998, and Box and Muller 1958 -------------------------

function twister(seed) {
  // () -> whole numbers of 32 bits
  const state = new Uint32Array(624);
  state[0] = seed;
  for (let i = 1; i < 624; i++) state[i] = Math.imul(1812433253, state[i - 1] ^ state[i - 1] >>> 30) + i;
  let at = 624;
  return () => {
    if (at === 624) at = turn(state);
    let y = state[at++];
    y ^= y >>> 11;
    y ^= y << 7 & 0x9d2c5680;
    y ^= y << 15 & 0xefc60000;
    return (y ^ y >>> 18) >>> 0;
  };
}

function turn(state) {
  for (let i = 0; i < 624; i++) {
    const y = state[i] & 0x80000000 | state[(i + 1) % 624] & 0x7fffffff;
    state[i] = state[(i + 397) % 624] ^ y >>> 1 ^ (y & 1 ? 0x9908b0df : 0);
  }
  return 0;
}

export function seeded(seed, n) {
  // torch.randn(n) of a generator of this seed: torch draws short vectors in another way than long ones
  const next = twister(seed);
  return n < 16 ? pairs(next, n) : blocks(next, n);
}

function pairs(next, n) {
  // two at a time from numbers of 53 bits
  const uniform = () => {
    const high = next() & 0x1fffff;
    return (high * SEEDS + next()) / 2 ** 53;
  };
  const z = new Float32Array(n);
  for (let i = 0; i < n; i += 2) {
    const theta = 2 * Math.PI * uniform(), r = Math.sqrt(-2 * Math.log1p(-uniform()));
    z[i] = r * Math.cos(theta);
    if (i + 1 < n) z[i + 1] = r * Math.sin(theta);
  }
  return z;
}

function blocks(next, n) {
  // sixteen at a time from numbers of 24 bits; a rest that is no whole block makes the last sixteen be drawn anew
  const z = new Float32Array(n);
  const draw = (from, to) => { for (let i = from; i < to; i++) z[i] = (next() & 0xffffff) / 2 ** 24; };
  draw(0, n);
  for (let i = 0; i + 16 <= n; i += 16) normals(z, i);
  if (n % 16) {
    draw(n - 16, n);
    normals(z, n - 16);
  }
  return z;
}

function normals(z, from) {
  for (let i = from; i < from + 8; i++) {
    const r = Math.sqrt(-2 * Math.log(1 - z[i])), theta = Math.fround(TURN * z[i + 8]); // torch's rounding
    z[i] = r * Math.cos(theta);
    z[i + 8] = r * Math.sin(theta);
  }
}

// ---- z and w of a view ------------------------------------------------------------------------------------------

const norm = (z) => Math.sqrt(z.reduce((sum, v) => sum + v * v, 0));
const line = (a, b, t) => a.map((v, i) => v + t * (b[i] - v));

export function neighbours(z, seed, radius = RADIUS, count = COUNT) {
  // latents around z: a step of `radius` towards fresh draws, kept at z's length
  const length = norm(z);
  return Array.from({ length: count }, (_, i) => {
    const mixed = line(z, seeded((seed * 1009 + 7919 * (i + 1)) % SEEDS, z.length), radius);
    const scale = length / Math.max(norm(mixed), 1e-6);
    return mixed.map((v) => v * scale);
  });
}

function erf(x) {
  // its power series near 0, further out the continued fraction of 1 - erf
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

// what the forger is given: z itself, or the uniform form that some models take
const given = (model, z) => (model.noise === "uniform" ? z.map((v) => Math.sqrt(3) * erf(v * Math.SQRT1_2)) : z.slice());

function unitLength(x) {
  // scaled to a mean square of 1
  const scale = 1 / Math.sqrt(x.reduce((sum, v) => sum + v * v, 0) / x.length + 1e-8);
  return x.map((v) => v * scale);
}

function beside(x, more) {
  const both = new Float32Array(x.length + more.length);
  both.set(x);
  both.set(more, x.length);
  return both;
}

function leaky({ weight, bias }, x) {
  // weight x + bias, below 0 a fifth of it
  return bias.map((sum, i) => {
    const row = weight[i];
    for (let k = 0; k < row.length; k++) sum += row[k] * x[k];
    return sum < 0 ? SLOPE * sum : sum;
  });
}

export function mapping(model, z, c = 0) {
  // w of z and a class: its mapping network's, or z with a 1 for the class beside it; of rows of z where there are no classes
  const start = given(model, z), { maps = [], classes = [] } = model;
  if (maps.length) {
    const first = unitLength(start);
    return maps.reduce((x, map) => leaky(map, x), classes.length ? beside(first, model.embedding[c]) : first);
  }
  return classes.length ? beside(start, classes.map((_, k) => Number(k === c))) : start;
}

export function truncate(model, w, psi, c = 0) {
  // w_avg + psi (w - w_avg) with the mean of the class, for any number of rows
  const average = model.wAvg[c], size = average.length;
  return psi === 1 ? w.slice() : w.map((v, i) => average[i % size] + psi * (v - average[i % size]));
}

export function everywhere(model, w) {
  // the same w for each stage of a model whose stages have their own
  if (!model.layered) return w;
  const ws = new Float32Array(model.width);
  for (let at = 0; at < ws.length; at += w.length) ws.set(w, at);
  return ws;
}

const drawn = (model, seed) => seeded(seed % SEEDS, model.kind === "points" ? CLOUD * model.zDim : model.zDim);

function plane(model, { seed, x, y }) {
  // between four seeds, at the length that a normal latent has
  if (!x && !y) return drawn(model, seed);
  const weights = [(1 - x) * (1 - y), x * (1 - y), (1 - x) * y, x * y];
  const length = Math.hypot(...weights);
  const z = drawn(model, seed).fill(0);
  CORNERS.forEach((step, corner) => {
    const share = weights[corner] / length;
    if (share) drawn(model, seed + step).forEach((v, i) => { z[i] += share * v; });
  });
  return z;
}

export function zOfView(model, view) {
  // before single values are set; [z_dim], or a cloud of them for a model of points
  const walk = model.kind === "points" ? [] : view.walk ?? [];
  const start = plane(model, { x: 0, y: 0, ...view });
  return walk.reduce((at, step, i) => neighbours(at, view.seed + i)[step], start);
}

function move(w, directions, sigmas, by) {
  // along directions, so many standard deviations each
  for (const [k, steps] of Object.entries(by ?? {})) {
    const direction = directions[k], length = steps * sigmas[k], size = direction.length;
    for (let i = 0; i < w.length; i++) w[i] += length * direction[i % size];
  }
}

/** w of a view, after everything but the mix. */
export const wOfView = (model, view) => edited(model, zOfView(model, view), view);

export function edited(model, latent, view) {
  // w of a latent (or of rows of them) with a view's class, values, psi and directions; ws where each stage has its own,
  // of which the view's layers follow the directions
  const start = latent.slice();
  for (const [i, value] of Object.entries(view.raw ?? {})) {
    for (let at = Number(i); at < start.length; at += model.zDim) start[at] = value;
  }
  const found = truncate(model, mapping(model, start, view.c), view.psi ?? 1, view.c);
  const ws = everywhere(model, found), [first, last] = view.layers ?? [];
  move(found, model.directions, model.sigmas, view.directions);
  move(found, model.sefa, model.sefaSigmas, view.sefa);
  if (view.layers == null || !model.layered) return everywhere(model, found);
  for (let i = first; i <= last; i++) ws.set(found, i * found.length);
  return ws;
}

export function mixW(model, view) {
  // w of the second seed, of the same class: truncated, without edits
  if (!view.mix || model.kind === "points") return null;
  return everywhere(model, truncate(model, mapping(model, drawn(model, view.mix.seed), view.c), view.psi ?? 1, view.c));
}

// the latents behind a film of points
export const cloud = (model) => seeded(CLOUD_SEED, CLOUD * model.zDim);

// ---- paths ------------------------------------------------------------------------------------------------------

function slerp(a, b, t) {
  // the arc, lengths blended; the line where no arc is defined. White 2016, arXiv:1609.04468, section 2.1
  const lengthA = norm(a), lengthB = norm(b);
  const cosine = a.reduce((sum, v, i) => sum + v / lengthA * (b[i] / lengthB), 0);
  const omega = Math.acos(Math.min(Math.max(cosine, -1), 1));
  if (!(omega > 1e-4 && omega < Math.PI - 1e-4)) return line(a, b, t);
  const length = (lengthA + t * (lengthB - lengthA)) / Math.sin(omega);
  const left = Math.sin((1 - t) * omega) * length / lengthA, right = Math.sin(t * omega) * length / lengthB;
  return a.map((v, i) => left * v + right * b[i]);
}

function spline(before, a, b, after, t) {
  // leaves a along b - before and reaches b along after - a; Catmull and Rom 1974
  const rest = t * t * (3 - 2 * t), out = t * (1 - t) ** 2 / 2, into = t * t * (1 - t) / 2;
  return a.map((v, i) => v + rest * (b[i] - v) + out * (b[i] - before[i]) - into * (after[i] - v));
}

function circle(a, b, turns) {
  // a loop through noise: around the origin at a's length, turning towards b first
  const dot = (x, y) => x.reduce((sum, v, i) => sum + v * y[i], 0);
  const share = dot(b, a) / Math.max(dot(a, a), 1e-12);
  const across = b.map((v, i) => v - share * a[i]);
  const cos = Math.cos(2 * Math.PI * turns), sin = Math.sin(2 * Math.PI * turns) * norm(a) / Math.max(norm(across), 1e-6);
  return a.map((v, i) => cos * v + sin * across[i]);
}

const CIRCLE = "circle";
const SEGMENTS = {
  slerp: (before, a, b, after, t) => slerp(a, b, t),
  lerp: (before, a, b, after, t) => line(a, b, t),
  spline,
};
export const PATHS = [...Object.keys(SEGMENTS), CIRCLE], TURNS = ["loop", "ping-pong", "once"];

export function segmentCount(keys, kind, turn) {
  // how many there are until the end, or until a film begins again; a circle closes whatever its turn
  if (turn === "loop" || kind === CIRCLE) return keys.length;
  return (keys.length - 1) * (turn === "ping-pong" ? 2 : 1);
}

export function latentAt(keys, kind, turn, position) {
  // the latent at a position counted in segments; it goes round for ever, or stays at the ends of `once`
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
