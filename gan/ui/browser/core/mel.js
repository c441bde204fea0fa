// Mel spectrograms: from what a short sound looks like to the strength of every frequency, as gan/media/mel.py has it.

/**
 * @typedef {object} SoundTraits how sounds of a model are made pictures
 * @property {number} rate in Hz
 * @property {number} window
 * @property {number} hop both in samples
 * @property {number} frames
 * @property {number} bands
 * @property {number} low
 * @property {number} high both in Hz, the ends of the bands
 * @property {number} range in dB, from the strongest place of a sound to what is shown as nothing
 *
 * @typedef {{ first: number, shares: Float64Array }} Triangle the bins of one band: from which on, and their shares
 */

const STEPS = 10; // of the least squares that take bands apart
export const TINY = 1e-12; // keeps a division by nothing finite

/** @param {number} hertz */
const mel = (hertz) => 2595 * Math.log10(1 + hertz / 700);
/** @param {number} pitch in mel */
const hertz = (pitch) => 700 * (10 ** (pitch / 2595) - 1);

/** @param {SoundTraits} traits */
export const lengthOf = ({ hop, frames }) => hop * frames;

/** @param {SoundTraits} traits */
export const secondsOf = (traits) => lengthOf(traits) / traits.rate;

/** @param {SoundTraits} traits */
export const binsOf = ({ window }) => window / 2 + 1;

/**
 * Where bands begin, reach their middle and end, in Hz: [bands + 2].
 * @param {SoundTraits} traits
 */
function edgesOf({ low, high, bands }) {
  const start = mel(low), step = (mel(high) - start) / (bands + 1);
  return Array.from({ length: bands + 2 }, (_, i) => hertz(start + step * i));
}

/**
 * The frequencies in the middle of the bands, from the lowest on.
 * @param {SoundTraits} traits
 */
export const middlesOf = (traits) => edgesOf(traits).slice(1, -1);

/**
 * How high a frequency stands in a spectrogram, 0 at its foot to 1 at its top.
 * @param {number} frequency in Hz
 * @param {SoundTraits} traits
 */
export const heightOf = (frequency, { low, high }) => (mel(frequency) - mel(low)) / (mel(high) - mel(low));

/**
 * From the lowest band on; the shares of each sum to 1.
 * @param {SoundTraits} traits
 * @returns {Triangle[]}
 */
export function trianglesOf(traits) {
  const edges = edgesOf(traits), width = traits.rate / traits.window, bins = binsOf(traits);
  return Array.from({ length: traits.bands }, (_, band) => {
    const [begin, middle, end] = edges.slice(band, band + 3);
    const below = Math.max(middle - begin, width), above = Math.max(end - middle, width);
    const first = Math.max(Math.ceil((middle - below) / width), 0);
    const last = Math.min(Math.floor((middle + above) / width), bins - 1);
    const shares = Float64Array.from({ length: last - first + 1 }, (_, i) => {
      const away = (first + i) * width - middle;
      return Math.max(0, Math.min(1 + away / below, 1 - away / above));
    });
    const sum = shares.reduce((a, b) => a + b);
    return { first, shares: shares.map((share) => share / sum) };
  });
}

/**
 * How strong each frequency is, [frames, bins] row by row; 1 is about the most.
 *
 * Bands hold less than bins, so they are taken apart by non-negative least squares on the power, in steps that
 * multiply: Lee and Seung 2001, Algorithms for Non-negative Matrix Factorization, equation 4. Frames without power stay
 * so.
 * @param {Float32Array} shown [bands, frames] in [-1, 1], the highest band first
 * @param {SoundTraits} traits
 */
export function strengthsOf(shown, traits) {
  const { bands, frames, range } = traits, bins = binsOf(traits), triangles = trianglesOf(traits);
  const found = new Float64Array(frames * bins), power = new Float64Array(bands), sums = new Float64Array(bands);
  const wanted = new Float64Array(bins), now = new Float64Array(bins), mixed = new Float64Array(bins);
  for (let frame = 0; frame < frames; frame++) {
    let any = false;
    for (let band = 0; band < bands; band++) {
      const value = Math.min(Math.max(shown[(bands - 1 - band) * frames + frame], -1), 1);
      const decibels = (value - 1) * range / 2;
      power[band] = decibels <= -range ? 0 : 10 ** (decibels / 10);
      any ||= power[band] > 0;
    }
    if (!any) continue;
    spread(power, triangles, wanted);
    now.set(wanted);
    for (let step = 0; step < STEPS; step++) {
      gather(now, triangles, sums);
      spread(sums, triangles, mixed);
      for (let bin = 0; bin < bins; bin++) now[bin] *= wanted[bin] / Math.max(mixed[bin], TINY);
    }
    for (let bin = 0; bin < bins; bin++) found[frame * bins + bin] = Math.sqrt(now[bin]);
  }
  return found;
}

/**
 * Bands of bins.
 * @param {Float64Array} bins
 * @param {Triangle[]} triangles
 * @param {Float64Array} bands what is found
 */
function gather(bins, triangles, bands) {
  triangles.forEach(({ first, shares }, band) => {
    let sum = 0;
    for (let i = 0; i < shares.length; i++) sum += shares[i] * bins[first + i];
    bands[band] = sum;
  });
}

/**
 * What every band hands to its bins.
 * @param {Float64Array} bands
 * @param {Triangle[]} triangles
 * @param {Float64Array} bins what is found
 */
function spread(bands, triangles, bins) {
  bins.fill(0);
  triangles.forEach(({ first, shares }, band) => {
    const value = bands[band];
    for (let i = 0; i < shares.length; i++) bins[first + i] += shares[i] * value;
  });
}
