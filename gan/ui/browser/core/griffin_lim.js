// Griffin-Lim: a sound of which only the strength of every frequency is known, as gan/media/griffin_lim.py has it.
import { newFourier } from "./fourier.js";
import { binsOf, lengthOf, strengthsOf, TINY } from "./mel.js";

/** @typedef {import("./mel.js").SoundTraits} SoundTraits */
/** @typedef {{ re: Float64Array, im: Float64Array }} Spectra complex, [frames, bins] row by row */

export const DRAGGING = 8; // rounds while a control moves
export const AT_REST = 32;
const MOMENTUM = 0.99;

/**
 * Hann's window: a period of a raised cosine, 0 at the first sample.
 * @param {number} size
 */
export const hann = (size) =>
  Float64Array.from({ length: size }, (_, i) => 0.5 - 0.5 * Math.cos(2 * Math.PI * i / size));

/**
 * What goes between sounds of some traits and their spectra, both ways. Frames without strength are left out: whatever
 * stood there would be made nothing. Frames are transformed two at once; the last may have an empty one beside it, so
 * that spectra have room for one frame more.
 * @param {SoundTraits} traits
 * @param {Float64Array} strengths [frames, bins]
 */
function newTransform(traits, strengths) {
  const { window: size, hop, frames } = traits, bins = binsOf(traits), edge = (size - hop) >> 1;
  const heard = [...Array(frames).keys()]
    .filter((frame) => strengths.subarray(frame * bins, (frame + 1) * bins).some(Boolean));
  if (heard.length % 2) heard.push(frames);
  const shape = hann(size), fourier = newFourier(size), { re, im } = fourier;
  const added = new Float64Array(hop * frames + size), weights = new Float64Array(added.length);
  const padded = new Float64Array(added.length);
  for (let frame = 0; frame < frames; frame++) {
    for (let i = 0; i < size; i++) weights[frame * hop + i] += shape[i] ** 2;
  }

  /**
   * The sound whose spectra are nearest to some: Griffin and Lim 1984, equation 6.
   * @param {Spectra} spectra
   * @param {Float64Array} sound [L], what is found
   */
  function toSound(spectra, sound) {
    added.fill(0);
    for (let pair = 0; pair < heard.length; pair += 2) {
      const first = heard[pair], second = heard[pair + 1], one = first * bins, two = second * bins;
      for (let bin = 0; bin < bins; bin++) {
        const other = (size - bin) % size; // where it is `bin` too, a real sound has no imaginary part
        const a = spectra.re[one + bin], b = spectra.im[one + bin];
        const c = spectra.re[two + bin], d = spectra.im[two + bin];
        re[bin] = a - d;
        im[bin] = b + c;
        re[other] = a + d;
        im[other] = c - b;
      }
      fourier.run(true);
      for (let i = 0; i < size; i++) {
        added[first * hop + i] += re[i] * shape[i] / size;
        added[second * hop + i] += im[i] * shape[i] / size;
      }
    }
    for (let i = 0; i < sound.length; i++) sound[i] = added[edge + i] / weights[edge + i];
  }

  /**
   * @param {Float64Array} sound [L]
   * @param {Spectra} spectra what is found
   */
  function toSpectra(sound, spectra) {
    padded.set(sound, edge);
    for (let pair = 0; pair < heard.length; pair += 2) {
      const first = heard[pair], second = heard[pair + 1], one = first * bins, two = second * bins;
      for (let i = 0; i < size; i++) {
        re[i] = padded[first * hop + i] * shape[i];
        im[i] = padded[second * hop + i] * shape[i];
      }
      fourier.run(false);
      for (let bin = 0; bin < bins; bin++) {
        const other = (size - bin) % size;
        spectra.re[one + bin] = (re[bin] + re[other]) / 2;
        spectra.im[one + bin] = (im[bin] - im[other]) / 2;
        spectra.re[two + bin] = (im[bin] + im[other]) / 2;
        spectra.im[two + bin] = (re[other] - re[bin]) / 2;
      }
    }
  }
  return { toSound, toSpectra };
}

/**
 * A sound [L] whose spectra are about as strong as `strengths` [frames, bins], its loudest sample 1.
 *
 * In turn the strengths are put right and the spectra made those of a sound, with momentum: Perraudin, Balazs and
 * Soendergaard 2013, A Fast Griffin-Lim Algorithm, algorithm 2. A silent one stays silent.
 * @param {Float64Array} strengths
 * @param {SoundTraits} traits
 * @param {number} rounds
 */
function griffinLim(strengths, traits, rounds) {
  const { toSound, toSpectra } = newTransform(traits, strengths);
  const sound = new Float64Array(lengthOf(traits)), guess = firstGuess(strengths, traits);
  let now = blank(traits), before = blank(traits);
  for (let round = 0; round < rounds; round++) {
    toSound(guess, sound);
    toSpectra(sound, now);
    goOn(guess, now, before, strengths);
    [now, before] = [before, now];
  }
  toSound(guess, sound);
  let most = TINY;
  for (const value of sound) most = Math.max(most, Math.abs(value));
  return Float32Array.from(sound, (value) => value / most);
}

/**
 * The sound of a picture of a sample.
 * @param {Float32Array} shown [bands, frames] in [-1, 1], the highest band first
 * @param {SoundTraits} traits
 * @param {number} rounds
 */
export const soundOf = (shown, traits, rounds) => griffinLim(strengthsOf(shown, traits), traits, rounds);

/**
 * Where each bin begins: a tone of its own frequency goes on from frame to frame.
 * @param {Float64Array} strengths
 * @param {SoundTraits} traits
 * @returns {Spectra}
 */
function firstGuess(strengths, traits) {
  const { window: size, hop, frames } = traits, bins = binsOf(traits);
  const found = blank(traits), turns = Array.from({ length: size }, (_, i) => 2 * Math.PI * i / size);
  const cos = turns.map(Math.cos), sin = turns.map(Math.sin);
  for (let frame = 0, i = 0; frame < frames; frame++) {
    for (let bin = 0; bin < bins; bin++, i++) {
      const turn = (bin * frame * hop) % size;
      found.re[i] = strengths[i] * cos[turn];
      found.im[i] = strengths[i] * sin[turn];
    }
  }
  return found;
}

/**
 * Spectra of silence, with room for one frame more.
 * @param {SoundTraits} traits
 * @returns {Spectra}
 */
function blank(traits) {
  const count = (traits.frames + 1) * binsOf(traits);
  return { re: new Float64Array(count), im: new Float64Array(count) };
}

/**
 * Go on from two spectra the way that led from one to the other, and be as strong as wished. What is 0 stays so.
 * @param {Spectra} guess what is found
 * @param {Spectra} now
 * @param {Spectra} before
 * @param {Float64Array} strengths
 */
function goOn(guess, now, before, strengths) {
  for (let i = 0; i < strengths.length; i++) {
    const re = now.re[i] + MOMENTUM * (now.re[i] - before.re[i]);
    const im = now.im[i] + MOMENTUM * (now.im[i] - before.im[i]);
    const factor = strengths[i] / Math.max(Math.sqrt(re * re + im * im), TINY);
    guess.re[i] = re * factor;
    guess.im[i] = im * factor;
  }
}
