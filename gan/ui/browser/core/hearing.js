// Hearing: what a sound says and whose voice it is, guessed by a few sums, as gan/media/hearing.py has it.

/**
 * @typedef {object} Hears the ears of a model, one of its traits
 * @property {Record<string, string[]>} asks question -> the names of its answers
 * @property {number} step what the weights are counted in
 * @property {string[]} weights of all answers, [answers, F + 1] as 16 bits each, in pieces of one text in base64
 */

const AUDIBLE = 0.04; // mean level of a frame, of 1, from which on it is part of a sound
const BANDS = 16, SLICES = 8;

/** @param {number} value in [-1, 1] */
const level = (value) => (Math.min(Math.max(value, -1), 1) + 1) / 2;

/**
 * The mean level of each frame.
 * @param {Float32Array} shown [bands, frames] in [-1, 1]
 * @param {number} bands
 */
function loudness(shown, bands) {
  const frames = shown.length / bands, found = new Float64Array(frames);
  for (let i = 0; i < shown.length; i++) found[i % frames] += level(shown[i]);
  return found.map((sum) => sum / bands);
}

/**
 * The first frame that is heard, and how many from it to the last one; 0 and 0 of silence.
 * @param {Float32Array} shown
 * @param {number} bands
 */
export function spanOf(shown, bands) {
  const loud = loudness(shown, bands), first = loud.findIndex((one) => one > AUDIBLE);
  return first < 0 ? { first: 0, count: 0 } : { first, count: loud.findLastIndex((one) => one > AUDIBLE) - first + 1 };
}

/**
 * What a sound does: bands over its own time, its length, and the mean and spread of each band.
 * @param {Float32Array} shown
 * @param {number} bands
 */
export function courseOf(shown, bands) {
  const frames = shown.length / bands, { first, count } = spanOf(shown, bands), each = bands / BANDS;
  const found = [], means = [], spreads = [];
  /** @param {number} band @param {number} frame */
  const coarse = (band, frame) => {
    let sum = 0;
    for (let i = 0; i < each; i++) sum += level(shown[(band * each + i) * frames + frame]);
    return sum / each;
  };
  for (let band = 0; band < BANDS; band++) {
    for (let slice = 0; slice < SLICES; slice++) {
      const at = first + (slice + 0.5) / SLICES * count - 0.5;
      const below = Math.min(Math.max(Math.floor(at), 0), frames - 1), share = Math.min(Math.max(at - below, 0), 1);
      found.push(coarse(band, below) * (1 - share) + coarse(band, Math.min(below + 1, frames - 1)) * share);
    }
  }
  const loud = loudness(shown, bands);
  const heard = Array.from({ length: frames }, (_, frame) => frame).filter((frame) => loud[frame] > AUDIBLE);
  const most = Math.max(heard.length, 1);
  for (let band = 0; band < bands; band++) {
    const mean = heard.reduce((sum, frame) => sum + level(shown[band * frames + frame]), 0) / most;
    const square = heard.reduce((sum, frame) => sum + (level(shown[band * frames + frame]) - mean) ** 2, 0);
    means.push(mean);
    spreads.push(Math.sqrt(square / most));
  }
  return Float64Array.from([...found, count / frames, ...means, ...spreads]);
}

/** @type {WeakMap<Hears, Int16Array>} */
const unpacked = new WeakMap();

/** @param {Hears} hears */
function weightsOf(hears) {
  const known = unpacked.get(hears);
  if (known) return known;
  const bytes = Uint8Array.from(atob(hears.weights.join("")), (letter) => letter.charCodeAt(0));
  const view = new DataView(bytes.buffer);
  const weights = Int16Array.from({ length: bytes.length / 2 }, (_, i) => view.getInt16(2 * i, true));
  unpacked.set(hears, weights);
  return weights;
}

/**
 * The answer that is guessed to each question; none where a model has no ears.
 * @param {Float32Array} shown [bands, frames] in [-1, 1], the highest band first
 * @param {{ bands: number, hears?: Hears }} traits
 * @returns {Record<string, string>}
 */
export function heard(shown, { bands, hears }) {
  if (!hears) return {};
  const weights = weightsOf(hears), inputs = [...courseOf(shown, bands), 1];
  let at = 0;
  const guess = (/** @type {string[]} */ names) => {
    const scores = names.map(() => inputs.reduce((sum, value) => sum + value * weights[at++], 0));
    return names[scores.indexOf(Math.max(...scores))];
  };
  return Object.fromEntries(Object.entries(hears.asks).map(([question, names]) => [question, guess(names)]));
}
