// The latent of a word that somebody typed: many by chance, then around the best of them, ever nearer. No gradient
// helps where every letter is chosen whole, and a small network draws thousands of words in a second.
import { seeded } from "./draws.js";
import { mapping } from "./latents.js";
import { packWs, unpackWs } from "./own_latents.js";
import { rowsOf, rowWord } from "./spelling.js";
import { editDistance } from "./stored_rows.js";

/** @import { Model } from "./model.js" */

const SEED = 31; // of the search, so that a word is found at the same place again
const FIRST = 3_000, KEPT = 12, EACH = 50; // latents by chance; of those tried the best, and how many around each
const RADII = [0.7, 0.5, 0.4, 0.3, 0.25, 0.2, 0.15, 0.1]; // of each round, in standard deviations of w
const PLACE = 0.01; // letters that a letter at a wrong place counts besides

/**
 * Whether words can be looked for so: where w is z itself.
 * @param {Model} model
 */
export const canSearch = ({ maps, layered, classes }) => !maps.length && !layered && !classes.length;

/**
 * The numbers of a typed word's letters; null where the model has no such letters, or no room. A capital that it lacks
 * counts as the small letter.
 * @param {Pick<Model, "shape" | "traits">} model
 * @param {string} text
 */
export function typedRow({ shape: [, length], traits }, text) {
  const alphabet = Array.from(/** @type {string} */ (traits.alphabet));
  const letters = Array.from(text.normalize("NFC").trim());
  const numbers = letters.map((letter) => alphabet.indexOf(letter) + 1 || alphabet.indexOf(letter.toLowerCase()) + 1);
  if (!letters.length || letters.length >= length || numbers.includes(0)) return null;
  return Uint8Array.from(numbers);
}

/**
 * How far words are from the wanted one: letters to change and, among equals, those at wrong places.
 * @param {Model} model
 * @param {Float32Array} samples
 * @param {Uint8Array} wanted
 */
function distances(model, samples, wanted) {
  return rowsOf(model, samples).map((row) => {
    const wrong = wanted.reduce((sum, letter, i) => sum + (letter === row[i] ? 0 : 1), 0);
    return editDistance(row, wanted) + PLACE * wrong;
  });
}

/** @param {Float32Array} rows @param {number} width @param {number} i */
const rowAt = (rows, width, i) => rows.subarray(i * width, (i + 1) * width);

/**
 * The latent whose word is nearest to a typed one.
 * @param {Model} model of words, which follows one w
 * @param {Uint8Array} wanted numbers of its letters
 * @param {(rows: Float32Array) => Promise<Float32Array>} draw samples of rows of w
 * @param {(share: number) => void} told how much of the search is done
 * @returns {Promise<{ own: string, word: string, distance: number }>} the latent as links have it, its word, and the
 *   letters to change
 */
export async function wordNear(model, wanted, draw, told = () => {}) {
  const { width } = model;
  /** @type {{ w: Float32Array, far: number }[]} */
  let best = [];
  const look = async (/** @type {Float32Array} */ rows) => {
    const far = distances(model, await draw(rows), wanted);
    const all = [...best, ...far.map((away, i) => ({ w: rowAt(rows, width, i), far: away }))];
    best = all.sort((a, b) => a.far - b.far).slice(0, KEPT);
  };
  const first = mapping(model, seeded(SEED, FIRST * model.zDim));
  await look(first);
  const spread = Math.sqrt(first.reduce((sum, value) => sum + value * value, 0) / first.length);
  for (const [round, radius] of RADII.entries()) {
    told((round + 1) / (RADII.length + 1));
    if (best[0].far < PLACE) break;
    const noise = seeded(SEED + 1 + round, best.length * EACH * width);
    await look(noise.map((value, i) => best[Math.floor(i / (EACH * width))].w[i % width] + radius * spread * value));
  }
  // As a link has them numbers are a little off, and a letter may turn.
  const kept = best.map(({ w }) => packWs(w, model.wDim)), rows = new Float32Array(kept.length * width);
  kept.forEach((own, i) => rows.set(unpackWs(own, model.wDim), i * width));
  const samples = await draw(rows), far = distances(model, samples, wanted), nearest = far.indexOf(Math.min(...far));
  const word = rowWord(model.traits, rowsOf(model, samples)[nearest]);
  return { own: kept[nearest], word, distance: Math.floor(far[nearest]) };
}
