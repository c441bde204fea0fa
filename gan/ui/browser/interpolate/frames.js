// The frames of a film: their pixels, and the pace that is even to the eye.
// A reel is a film at work: the frames of one way through it, and in which order they play. Where a frame is one sample
// of a medium with a hero, the reel keeps the samples too.
import { turnOf } from "../core/film.js";
import { frameSize, positions, retimed, steady, tracks } from "../core/film_path.js";
import { cloud, edited } from "../core/latents.js";
import { painterOf } from "../core/media.js";
import { bytesOf } from "../core/painting.js";
import { engine } from "../page/engine.js";

const BETWEEN = 128; // the grey between tiles
const CHUNK = 40, MOST_ROWS = 64; // milliseconds between two looks at the page; pictures asked for at once
const TASK = "film";
const PASSES = 3, EVEN_ENOUGH = 1.15; // re-timings at most, and the largest change over the smallest that needs none

// ---- pixels -----------------------------------------------------------------------------------------------------

export function joined(vectors) {
  const rows = new Float32Array(vectors.length * vectors[0].length);
  vectors.forEach((vector, i) => rows.set(vector, i * vector.length));
  return rows;
}

// The samples [n, ...] of a frame, one by one.
function each(model, samples) {
  const one = (_, i) => samples.subarray(i * model.values, (i + 1) * model.values);
  return Array.from({ length: samples.length / model.values }, one);
}

function plot(model, backdrop, samples, channels) {
  // bytes [H, W, C] of a frame: a mark for each of its samples on a copy of the backdrop
  const picture = new ImageData(backdrop.data.slice(), backdrop.width), { cloud: { mark } } = painterOf(model);
  for (const sample of each(model, samples)) mark(model, picture, sample);
  return bytesOf(picture, channels);
}

export function tiles(model, samples, { film, tile, channels }, frame) {
  // bytes [H, W, C] of a frame: its samples' drawings in a grid; what moves by itself goes on from frame to frame
  const { draw } = painterOf(model), seconds = frame / film.fps;
  const pictures = each(model, samples).map((sample) => bytesOf(draw(model, sample, seconds), channels));
  return compose(pictures, film.grid, tile, channels);
}

function compose(pictures, grid, tile, channels) {
  // as grid() of gan/media/images.py: row by row, a pixel of grey around each
  if (grid === 1) return pictures[0];
  const side = grid * (tile + 1) + 1, sheet = new Uint8Array(side * side * channels).fill(BETWEEN);
  pictures.forEach((pixels, i) => {
    const top = Math.floor(i / grid) * (tile + 1) + 1, left = (i % grid) * (tile + 1) + 1;
    for (let y = 0; y < tile; y++) {
      sheet.set(pixels.subarray(y * tile * channels, (y + 1) * tile * channels), ((top + y) * side + left) * channels);
    }
  });
  return sheet;
}

export function frameImage(reel, frame) {
  // ImageData of a frame of the film, grey or in colours
  const bytes = reel.frame(reel.index(frame)), grey = reel.channels === 1;
  const found = new ImageData(reel.width, reel.height), { data } = found;
  for (let i = 0, at = 0; i < data.length; i += 4, at += reel.channels) {
    data[i] = bytes[at];
    data[i + 1] = bytes[grey ? at : at + 1];
    data[i + 2] = bytes[grey ? at : at + 2];
    data[i + 3] = 255;
  }
  return found;
}

/** Paints a frame of the film at its own size, if it is there. */
export function paintFrame(canvas, reel, frame) {
  if (!reel.has(frame)) return;
  if (canvas.width !== reel.width || canvas.height !== reel.height) {
    Object.assign(canvas, { width: reel.width, height: reel.height });
  }
  canvas.getContext("2d").putImageData(frameImage(reel, frame), 0, 0);
}

// ---- change -----------------------------------------------------------------------------------------------------

function difference(a, b) {
  // root mean square, in grey levels for pixels
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] - b[i]) ** 2;
  return Math.sqrt(sum / a.length);
}

export function changes(reel) {
  // from each frame of one way to the next; of points, how far the mark goes, for a mark that moves by more than its
  // own width changes no more pixels
  const frame = (i) => (reel.spots ? reel.spots[i] : reel.frame(i));
  const steps = turnOf(reel.film) === "loop" ? reel.count : reel.count - 1;
  return Array.from({ length: steps }, (_, i) => difference(frame(i), frame((i + 1) % reel.count)));
}

const spread = (values) => Math.max(...values) / Math.max(Math.min(...values), 1e-9);

// ---- reels ------------------------------------------------------------------------------------------------------

export function blankReel({ film, width, height, channels, count, length }) {
  // a reel without pictures
  const bytes = width * height * channels, pixels = new Uint8Array(count * bytes);
  const index = (frame) => (frame < count ? frame : 2 * count - 2 - frame); // there and back
  return {
    film,
    width,
    height,
    channels,
    count,
    length,
    pixels,
    index,
    done: new Uint8Array(count),
    spots: null,
    samples: null,
    keys: new Map(),
    counts: null,
    labels: null,
    frame: (i) => pixels.subarray(i * bytes, (i + 1) * bytes),
    set(i, picture) {
      pixels.set(picture, i * bytes);
      this.done[i] = 1;
    },
    has(frame) {
      return this.done[index(frame)] === 1;
    },
    get ready() {
      let n = 0;
      for (let i = 0; i < length; i++) n += this.done[index(i)];
      return n;
    },
  };
}

function reelOf(model, film, timing) {
  const at = positions(film, timing), { tile, ...box } = frameSize(model, film.grid);
  const length = turnOf(film) === "ping-pong" ? 2 * at.length - 2 : at.length;
  const reel = Object.assign(blankReel({ film, ...box, count: at.length, length }), {
    at,
    tile,
    counts: timing.counts,
  });
  if (painterOf(model).cloud) reel.spots = [];
  if (film.grid === 1 && painterOf(model).says) reel.samples = [];
  const own = film.path === "circle" ? [0] : film.keys.keys();
  let frame = 0;
  for (const k of own) {
    reel.keys.set(frame, k);
    frame += timing.counts[k] ?? 0;
  }
  return reel;
}

async function shoot(model, reel, alive, told, { task = TASK, place = 0 } = {}) {
  // fills a reel: the frame at a place (0..1) first, then the keys, then what follows the place; false if overtaken
  const { film } = reel, ways = tracks(model, film);
  const mixing = film.keys.find(({ mix }) => mix)?.mix, each = ways.length * model.values;
  let backdrop = null;
  if (reel.spots) {
    const around = await engine.render(film.model, edited(model, cloud(model), { psi: film.psi }), { task });
    if (!around || !alive()) return false;
    backdrop = painterOf(model).cloud.backdrop(model, around);
  }
  const start = reel.index(Math.min(Math.round(place * reel.length), reel.length - 1));
  const order = [...new Set([start, ...reel.keys.keys(), ...reel.at.map((_, i) => (start + i) % reel.count)])];
  for (let from = 0, batch = 4; from < order.length;) {
    const begun = performance.now(), part = order.slice(from, from + batch);
    const every = (way) => joined(part.flatMap((i) => ways.map((one) => one[way](reel.at[i]))));
    const mix = mixing ? { w: every("second"), stage: mixing.stage, share: mixing.share } : null;
    const images = await engine.render(film.model, every("w"), { task, mix });
    if (!images || !alive()) return false;
    part.forEach((i, n) => {
      const made = images.subarray(n * each, (n + 1) * each);
      if (reel.spots) reel.spots[i] = made.slice();
      if (reel.samples) reel.samples[i] = made.slice();
      reel.set(i, backdrop ? plot(model, backdrop, made, reel.channels) : tiles(model, made, reel, i));
    });
    told(reel);
    from += part.length;
    const took = Math.max(performance.now() - begun, 1);
    batch = Math.max(
      1,
      Math.min(Math.floor(MOST_ROWS / ways.length), Math.round(part.length * Math.min(CHUNK / took, 4))),
    );
  }
  return true;
}

export async function makeReel(model, film, alive, told, options) {
  // the reel of a film, whole; null if overtaken. told(reel) as frames come; a better-timed reel comes when it is done
  let reel = reelOf(model, film, steady(film));
  if (!(await shoot(model, reel, alive, told, options))) return null;
  for (let pass = 0; film.pace === "eye" && pass < PASSES; pass++) {
    const measured = changes(reel);
    if (film.ease === "even" && spread(measured) < EVEN_ENOUGH) break;
    const next = reelOf(model, film, retimed(film, reel.at, measured));
    if (!(await shoot(model, next, alive, () => {}, options))) return null;
    reel = next;
  }
  return reel;
}
