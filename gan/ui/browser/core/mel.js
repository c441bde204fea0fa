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

const STEPS = 30; // of the least squares that take bands apart
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
    const every = Float64Array.from(
      { length: bins },
      (_, bin) => Math.max(0, Math.min(1 - (middle - bin * width) / below, 1 - (bin * width - middle) / above)),
    );
    const sum = every.reduce((a, b) => a + b), first = every.findIndex((share) => share > 0);
    const last = every.findLastIndex((share) => share > 0);
    return { first, shares: every.slice(first, last + 1).map((share) => share / sum) };
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
  const { bands, frames, range } = traits, bins = binsOf(traits), flat = flattened(trianglesOf(traits));
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
    spread(power, flat, wanted);
    now.set(wanted);
    for (let step = 0; step < STEPS; step++) {
      gather(now, flat, sums);
      spread(sums, flat, mixed);
      for (let bin = 0; bin < bins; bin++) now[bin] *= wanted[bin] / Math.max(mixed[bin], TINY);
    }
    for (let bin = 0; bin < bins; bin++) found[frame * bins + bin] = Math.sqrt(now[bin]);
  }
  return found;
}

/**
 * All triangles in one row of numbers: a sound has to be there before the next picture is.
 * @typedef {{ first: Int32Array, start: Int32Array, shares: Float64Array }} Flat the first bin of each band, and where
 *   its shares begin
 * @param {Triangle[]} triangles
 * @returns {Flat}
 */
function flattened(triangles) {
  const start = new Int32Array(triangles.length + 1);
  triangles.forEach(({ shares }, band) => start[band + 1] = start[band] + shares.length);
  const shares = new Float64Array(start[triangles.length]);
  triangles.forEach((triangle, band) => shares.set(triangle.shares, start[band]));
  return { first: Int32Array.from(triangles, ({ first }) => first), start, shares };
}

/**
 * Bands of bins.
 * @param {Float64Array} bins
 * @param {Flat} triangles
 * @param {Float64Array} bands what is found
 */
function gather(bins, { first, start, shares }, bands) {
  for (let band = 0; band < bands.length; band++) {
    let sum = 0;
    for (let i = start[band], bin = first[band]; i < start[band + 1]; i++, bin++) sum += shares[i] * bins[bin];
    bands[band] = sum;
  }
}

/**
 * What every band hands to its bins.
 * @param {Float64Array} bands
 * @param {Flat} triangles
 * @param {Float64Array} bins what is found
 */
function spread(bands, { first, start, shares }, bins) {
  bins.fill(0);
  for (let band = 0; band < bands.length; band++) {
    const value = bands[band];
    for (let i = start[band], bin = first[band]; i < start[band + 1]; i++, bin++) bins[bin] += shares[i] * value;
  }
}
