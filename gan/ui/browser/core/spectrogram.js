// Sounds as they are seen and said: their spectrograms in colours, and their words; as gan/media/sounds.py has it.
import { heard, spanOf } from "./hearing.js";
import { middlesOf } from "./mel.js";
import { toPixels } from "./painting.js";

/** @import { Read } from "./stored_rows.js" */

// The colours of levels, from nothing to the strongest place; between two of them a straight line.
const COLOURS = [[14, 12, 18], [66, 24, 64], [150, 42, 52], [222, 106, 40], [248, 190, 92], [255, 246, 220]];

/** The colour of each level, 0 to 255. */
export const SHADES = Array.from({ length: 256 }, (_, level) => {
  const steps = COLOURS.length - 1, at = Math.floor(level * steps / 255), rest = level * steps % 255;
  const low = COLOURS[at], high = COLOURS[Math.min(at + 1, steps)];
  return low.map((value, i) => Math.floor((value * (255 - rest) + high[i] * rest) / 255));
});

/**
 * A spectrogram: time to the right, high bands at the top.
 * @param {Pick<Read, "shape">} model
 * @param {Float32Array} sample [1, bands, frames] in [-1, 1]
 */
export function spectrogram({ shape }, sample) {
  const [, bands, frames] = shape, levels = toPixels(sample, shape), found = new ImageData(frames, bands);
  for (let i = 0; i < levels.length; i++) found.data.set([...SHADES[levels[i]], 255], 4 * i);
  return found;
}

/**
 * What is heard in a sample: what is said and by whom where its model has ears, how many seconds it lasts, 0 of
 * silence, and the frequency in Hz at which it is strongest.
 * @param {Pick<Read, "traits">} model
 * @param {Float32Array} sample
 * @returns {{ what?: string, voice?: string, seconds: number, hertz: number }}
 */
export function saidParts({ traits }, sample) {
  const { bands, hop, rate } = traits, frames = sample.length / bands, { count } = spanOf(sample, bands);
  const answers = heard(sample, /** @type {any} */ (traits)), strongest = strongestBand(sample, bands, frames);
  const hertz = Math.round(middlesOf(/** @type {any} */ (traits))[bands - 1 - strongest] / 10) * 10;
  return { what: answers.class, voice: answers.voice, seconds: count * hop / rate, hertz };
}

/**
 * The same in one line, such as "seven, as theo says it, 0.41 s, strongest at 520 Hz".
 * @param {Pick<Read, "traits">} model
 * @param {Float32Array} sample
 */
export function saidSound(model, sample) {
  const { what, voice, seconds, hertz } = saidParts(model, sample), by = voice ? [`as ${voice} says it`] : [];
  return seconds
    ? [what ?? "a sound", ...by, `${seconds.toFixed(2)} s`, `strongest at ${hertz} Hz`].join(", ")
    : "silence";
}

/** @param {Float32Array} sample @param {number} bands @param {number} frames */
function strongestBand(sample, bands, frames) {
  let best = 0, most = -Infinity;
  for (let band = 0; band < bands; band++) {
    let sum = 0;
    for (let i = band * frames; i < (band + 1) * frames; i++) sum += Math.min(Math.max(sample[i], -1), 1);
    if (sum > most) [best, most] = [band, sum];
  }
  return best;
}
