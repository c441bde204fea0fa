// A sound that a visitor gives: what is heard of it, trimmed and placed, and what it looks like; as
// gan/data/clips_of_sound.py and gan/media/mel.py have it.
import { newFourier } from "./fourier.js";
import { hann } from "./griffin_lim.js";
import { binsOf, lengthOf, TINY, trianglesOf } from "./mel.js";
import { Trouble } from "./trouble.js";

/** @typedef {import("./mel.js").SoundTraits} SoundTraits */

const QUIET = -35; // dB below the loudest piece: what is weaker at either end is not part of a sound
const PIECE = 0.01, FADE = 0.005; // seconds: the pieces whose loudness is looked at, and how long an end fades
export const SILENT = 0.002; // the loudest sample of one in which nobody hears anything
export const LONGEST = 30; // seconds of a file that are read

/**
 * The samples between which a sound is heard, with a piece more at either end; [0, 0] of a silent one.
 * @param {Float32Array} sound
 * @param {number} rate
 * @returns {[number, number]}
 */
export function heardPart(sound, rate) {
  const size = Math.max(1, Math.round(PIECE * rate)), count = Math.ceil(sound.length / size);
  const power = new Float64Array(count);
  for (let i = 0; i < sound.length; i++) power[Math.floor(i / size)] += sound[i] ** 2;
  const most = power.reduce((a, b) => Math.max(a, b), 0);
  if (!(most > 0)) return [0, 0];
  const loud = (/** @type {number} */ one) => one >= most * 10 ** (QUIET / 10);
  const first = power.findIndex(loud), last = power.findLastIndex(loud);
  return [Math.max(first - 1, 0) * size, Math.min((last + 2) * size, sound.length)];
}

/**
 * The samples in a row that hold most of the energy of a longer sound.
 * @param {Float32Array} sound
 * @param {number} count
 */
function loudest(sound, count) {
  let energy = 0, most = -1, start = 0;
  for (let i = 0; i < sound.length; i++) {
    energy += sound[i] ** 2 - (i >= count ? sound[i - count] ** 2 : 0);
    if (i >= count - 1 && energy > most) [most, start] = [energy, i + 1 - count];
  }
  return sound.subarray(start, start + count);
}

/**
 * What is heard of a sound, at most what a sample holds, its ends faded; and whether it was longer than that.
 * @param {Float32Array} sound
 * @param {SoundTraits} traits
 */
export function trimmedSound(sound, traits) {
  const heard = sound.subarray(...heardPart(sound, traits.rate)), most = lengthOf(traits);
  const longer = heard.length > most, kept = Float32Array.from(longer ? loudest(heard, most) : heard);
  const fade = Math.max(1, Math.round(FADE * traits.rate)), last = kept.length - 1;
  for (let i = 0; i < Math.min(fade, kept.length); i++) kept[i] *= i / Math.max(fade - 1, 1);
  for (let i = 0; i < Math.min(fade, kept.length); i++) kept[last - i] *= i / Math.max(fade - 1, 1);
  return { sound: kept, longer };
}

/**
 * A sound with as much silence on either side.
 * @param {Float32Array} sound
 * @param {number} room samples in all
 */
export function placedSound(sound, room) {
  const placed = new Float32Array(room);
  placed.set(sound, Math.floor((room - sound.length) / 2));
  return placed;
}

/**
 * What a sound [L] looks like, [bands, frames] in [-1, 1], the highest band first; a silent one is -1 everywhere.
 * @param {Float32Array} sound
 * @param {SoundTraits} traits
 */
export function pictureOfSound(sound, traits) {
  const { window: size, hop, frames, bands, range } = traits, bins = binsOf(traits), edge = (size - hop) >> 1;
  const shape = hann(size), fourier = newFourier(size), { re, im } = fourier, triangles = trianglesOf(traits);
  const power = new Float64Array(frames * bands), strength = new Float64Array(bins);
  let most = TINY;
  for (let frame = 0; frame < frames; frame++) {
    for (let i = 0; i < size; i++) re[i] = (sound[frame * hop - edge + i] ?? 0) * shape[i];
    im.fill(0);
    fourier.run(false);
    for (let bin = 0; bin < bins; bin++) strength[bin] = re[bin] ** 2 + im[bin] ** 2;
    triangles.forEach(({ first, shares }, band) => {
      const sum = shares.reduce((all, share, i) => all + share * strength[first + i], 0);
      power[frame * bands + band] = sum;
      most = Math.max(most, sum);
    });
  }
  const shown = new Float32Array(bands * frames);
  for (let frame = 0; frame < frames; frame++) {
    for (let band = 0; band < bands; band++) {
      const decibels = 10 * Math.log10(Math.max(power[frame * bands + band] / most, TINY));
      shown[(bands - 1 - band) * frames + frame] = 1 + 2 * Math.max(decibels, -range) / range;
    }
  }
  return shown;
}

/**
 * The sample that is made of a sound of any length at the rate of a model, and what was taken of it.
 * @param {Float32Array} sound
 * @param {SoundTraits} traits
 */
export function givenSound(sound, traits) {
  if (!sound.some((value) => Math.abs(value) > SILENT)) throw new Trouble("trouble_silent");
  const { sound: kept, longer } = trimmedSound(sound, traits), placed = placedSound(kept, lengthOf(traits));
  const shown = pictureOfSound(placed, traits);
  // As it would be kept: in as many levels as a byte has.
  return { sound: placed, longer, sample: shown.map((value) => Math.round((value + 1) * 127.5) / 127.5 - 1) };
}
