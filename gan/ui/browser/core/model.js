// A model as a page knows it: what its generator's file says of it.
import { readTensors } from "./safetensors.js";

/**
 * @typedef {import("./safetensors.js").Operation} Operation a layer, as the plan describes it
 *
 * @typedef {object} Model
 * @property {string} name
 * @property {string} kind its medium, a key of PAINTERS
 * @property {number[]} shape of one sample, [C, H, W] or [2]
 * @property {number} values in a sample
 * @property {number} unit half the range of points, 1 for pictures
 * @property {Record<string, any>} traits constants that its samples are read with
 * @property {number} psi that it is shown with first
 * @property {number} zDim
 * @property {number} wDim
 * @property {"normal" | "uniform"} noise how z is drawn
 * @property {Operation[]} plan the layers of the generator
 * @property {number} macs multiply-adds for a sample
 * @property {boolean} critic whether its critic can be had
 * @property {boolean} research whether it is for research and teaching only
 * @property {import("./safetensors.js").Card} data what it was trained on
 * @property {Record<string, unknown>} quality figures by name, as its card has them
 * @property {number | null} nimg real images shown to its critic, where that is known
 * @property {string} sha256 of its weights
 * @property {string} task the damage that it repairs: enlarge, denoise or inpaint; "": it makes pictures of latents
 * @property {number} factor how many pixels of a side are one of a picture that it enlarges, else 1
 * @property {{ weight: Float32Array[], bias: Float32Array }[]} maps what z goes through to be w: layers of [out, in]
 *   row by row, and [out]
 * @property {Float32Array[]} embedding of the classes, in the mapping network
 * @property {string[]} classes their names
 * @property {boolean} layered whether each layer follows a w of its own
 * @property {number} width how many numbers say a picture
 * @property {Float32Array[]} wAvg mean w, of each class: [classes, w_dim] row by row
 * @property {Float32Array[]} directions principal directions of w, [K, w_dim] row by row
 * @property {number[]} sigmas their standard deviations
 * @property {Float32Array[]} sefa closed-form directions, [K, w_dim] row by row
 * @property {number[]} sefaSigmas
 */

/**
 * @param {string} name
 * @param {ArrayBuffer} file
 * @returns {Model}
 */
export function describeModel(name, file) {
  const read = readTensors(file), { note } = read, classes = note.classes ?? [], layered = Boolean(note.layered);
  return {
    name,
    kind: note.kind,
    shape: note.shape,
    unit: note.unit,
    traits: note.traits ?? {},
    psi: note.psi ?? 1,
    zDim: note.z_dim,
    wDim: note.w_dim,
    noise: note.noise,
    plan: note.plan,
    macs: note.macs,
    research: note.research,
    critic: note.critic,
    data: note.data,
    nimg: note.nimg,
    quality: note.quality,
    sha256: note.sha256,
    task: note.task ?? "",
    factor: note.factor ?? 1,
    values: note.shape.reduce((a, b) => a * b, 1),
    maps: Array.from({ length: note.maps ?? 0 }, (_, i) => (
      { weight: read.rows(`map.${i}.weight`), bias: read.tensor(`map.${i}.bias`) }
    )),
    embedding: read.rows("map.embedding"),
    classes,
    layered,
    width: note.w_dim * (layered ? note.plan.length : 1),
    wAvg: classes.length ? read.rows("stats.w_avg") : [read.tensor("stats.w_avg")],
    directions: read.rows("stats.directions"),
    sigmas: read.numbers("stats.sigmas"),
    sefa: read.rows("stats.sefa"),
    sefaSigmas: read.numbers("stats.sefa_sigmas"),
  };
}

/**
 * Of a host's models those that make pictures of seeds; the others repair pictures that they are given.
 * @template {{ task?: string }} Entry
 * @param {Entry[]} entries
 * @returns {Entry[]}
 */
export const withSeeds = (entries) => entries.filter(({ task }) => !task);
