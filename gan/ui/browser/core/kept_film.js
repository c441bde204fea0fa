// Films of a training that are kept as samples: what gan/training/kept_films.py wrote, a row of the picture a moment, a
// column a seed, a cell one sample as its medium stores it. How the file becomes a picture is the page's affair.
import { filmTrouble } from "./film.js";
import { findSettings } from "./film_file.js";
import { samplingOf } from "./sampling.js";
import { isRecord } from "./views.js";

/**
 * @typedef {import("./model.js").Model} Model
 *
 * @typedef {object} KeptNote what the file says of itself
 * @property {number[]} nimg of each moment
 * @property {number[]} seeds
 * @property {number} psi
 * @property {1 | 3} channels of the picture that are used
 * @property {string} preset the name of the run's recipe; "" for one of somebody's own
 * @property {{ batch: number }} config of the run
 */

const isWhole = (/** @type {unknown} */ value) => Number.isSafeInteger(value) && Number(value) >= 0;
const areWhole = (/** @type {unknown} */ list) => Array.isArray(list) && list.length > 0 && list.every(isWhole);

/**
 * The note of a file's bytes; a Trouble where they are no such film.
 * @param {Uint8Array} bytes
 * @param {string} name of the model whose film it is
 * @returns {KeptNote}
 */
export function keptNote(bytes, name) {
  const note = findSettings(bytes)?.training;
  if (!isRecord(note) || !isRecord(note.config)) throw filmTrouble("kept", { name });
  const { nimg, seeds, psi, channels, preset, config } = note;
  const counts = areWhole(nimg) && areWhole(seeds) && isWhole(config.batch);
  if (!counts || !Number.isFinite(psi) || (channels !== 1 && channels !== 3) || typeof preset !== "string") {
    throw filmTrouble("kept", { name });
  }
  return /** @type {KeptNote} */ (/** @type {unknown} */ ({ nimg, seeds, psi, channels, preset, config }));
}

/**
 * The samples of each moment, seed by seed; a Trouble where the picture has no room for them.
 * @param {Model} model
 * @param {KeptNote} note
 * @param {Pick<ImageData, "width" | "height" | "data">} picture
 * @returns {Float32Array[][]} by moment, by seed
 */
export function momentsOf(model, { nimg, seeds, channels }, { width, height, data }) {
  const sample = samplingOf(model).reading?.sample ?? pictureOfRow;
  const across = width / seeds.length, down = height / nimg.length;
  if (!isWhole(across) || !isWhole(down)) throw filmTrouble("kept", { name: model.name });
  const moments = nimg.map((_, t) =>
    seeds.map((_, n) => {
      const row = new Uint8Array(across * down * channels);
      for (let y = 0, at = 0; y < down; y++) {
        for (let x = 0; x < across; x++) {
          const from = 4 * ((t * down + y) * width + n * across + x);
          for (let c = 0; c < channels; c++) row[at++] = data[from + c];
        }
      }
      return sample(model, row);
    })
  );
  if (moments[0][0].length !== model.values) throw filmTrouble("kept", { name: model.name });
  return moments;
}

/**
 * The words for the run that a film is of: the key of a sentence and what stands in it. Its twin is `about` of
 * kept_films.py, which knows the model's own settings too: here a recipe that is no preset may be the model's own.
 * @param {Pick<Model, "name" | "nimg">} model
 * @param {KeptNote} note
 * @returns {{ key: string, values: Record<string, string | number> }}
 */
export function aboutRun({ name, nimg: own }, { nimg, preset, config }) {
  const length = nimg[nimg.length - 1], values = { model: name, preset, length, own: own ?? 0 };
  if (Math.abs(length - values.own) < config.batch) return { key: "run_whole", values }; // it ends with a whole batch
  return { key: preset === name ? "run_same" : preset ? "run_recipe" : "run_unnamed", values };
}

// ---- how much of it is seen -----------------------------------------------------------------------------------------

const ROOM = 700; // pixels of a frame's side, at most, where nobody chose a grid

/**
 * The widest grid of samples that is drawn first.
 * @param {number} side pixels of a drawing's side
 * @param {number} most the widest that may be chosen
 */
export const firstGrid = (side, most) => Math.max(1, Math.min(most, Math.floor(ROOM / (side + 1))));

/**
 * The sample that stored pixels are, in [-1, 1].
 * @param {Pick<Model, "shape">} model
 * @param {Uint8Array} row [R, R, C]
 */
function pictureOfRow({ shape: [channels] }, row) {
  const sample = new Float32Array(row.length), places = row.length / channels;
  for (let at = 0; at < places; at++) {
    for (let c = 0; c < channels; c++) sample[c * places + at] = row[at * channels + c] / 127.5 - 1;
  }
  return sample;
}
