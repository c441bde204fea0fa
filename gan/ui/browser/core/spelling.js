// Words as a model makes them: its samples as texts; as gan/media/words.py has it.
import { lettersOf, numbersOf } from "./stored_rows.js";

/** @import { Read } from "./stored_rows.js" */

export const NOTHING = "\u2014"; // what an empty word is called

/**
 * The letters of samples, as numbers before each first end.
 * @param {Pick<Read, "shape">} model
 * @param {Float32Array} samples [N, K + 1, L, 1]
 */
export function rowsOf(model, samples) {
  const size = model.shape[0] * model.shape[1];
  return Array.from(
    { length: samples.length / size },
    (_, i) => lettersOf(numbersOf(model, samples.subarray(i * size, (i + 1) * size))),
  );
}

/**
 * The word of a row of numbers: its letters before its first end; "" where there are none.
 * @param {Record<string, any>} traits
 * @param {Uint8Array} row
 */
export function rowWord(traits, row) {
  const alphabet = Array.from(/** @type {string} */ (traits.alphabet)); // letters, of whatever length
  return Array.from(lettersOf(row), (number) => alphabet[number - 1]).join("");
}

/**
 * The word that a sample is.
 * @param {Read} model
 * @param {Float32Array} sample
 */
export const spelled = (model, sample) => rowWord(model.traits, numbersOf(model, sample));

/**
 * A sample in one line.
 * @param {Read} model
 * @param {Float32Array} sample
 */
export const saidWord = (model, sample) => spelled(model, sample) || NOTHING;

/**
 * Which letters of a word are not those of the one before it, place by place from the front or, where that leaves fewer
 * changed, from the back.
 * @param {string} word
 * @param {string} before
 * @returns {boolean[]} for each letter
 */
export function changedLetters(word, before) {
  const letters = Array.from(word), old = Array.from(before), shift = old.length - letters.length;
  const front = letters.map((letter, i) => letter !== old[i]);
  const back = letters.map((letter, i) => letter !== old[i + shift]);
  const count = (/** @type {boolean[]} */ marks) => marks.filter(Boolean).length;
  return count(back) < count(front) ? back : front;
}
