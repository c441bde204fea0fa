// A model as a page knows it: what its generator's file says of it.
import { readTensors } from "./safetensors.js";

/**
 * @typedef {object} Model
 * @property {string} name
 * @property {"pictures" | "points"} kind
 * @property {number[]} shape of one sample, [C, H, W] or [2]
 * @property {number} values in a sample
 * @property {number} unit half the range of points, 1 for pictures
 * @property {number} zDim
 * @property {number} wDim
 * @property {string} noise how z is drawn
 * @property {object[]} plan the layers of the generator
 * @property {number} macs multiply-adds for a sample
 * @property {boolean} critic whether its critic can be had
 * @property {Record<string, any>} data what it was trained on
 * @property {Record<string, number>} quality
 * @property {number} nimg real images shown to its critic
 * @property {string} sha256 of its weights
 * @property {{ weight: Float32Array[], bias: Float32Array }[]} maps what z goes through to be w
 * @property {Float32Array[]} embedding of the classes, in the mapping network
 * @property {string[]} classes their names
 * @property {boolean} layered whether each layer follows a w of its own
 * @property {number} width how many numbers say a picture
 * @property {Float32Array[]} wAvg mean w, of each class
 * @property {Float32Array[]} directions principal directions of w
 * @property {number[]} sigmas their standard deviations
 * @property {Float32Array[]} sefa closed-form directions
 * @property {number[]} sefaSigmas
 */

/**
 * @param {string} name
 * @param {ArrayBuffer} file
 * @returns {Model}
 */
export function describeModel(name, file) {
  const read = readTensors(file), { note } = read, classes = note.classes ?? [], layered = Boolean(note.layered);
  const map = (i) => ({ weight: read.rows(`map.${i}.weight`), bias: read.tensor(`map.${i}.bias`) });
  return {
    name, kind: note.kind, shape: note.shape, unit: note.unit, zDim: note.z_dim, wDim: note.w_dim,
    noise: note.noise, plan: note.plan, macs: note.macs, critic: note.critic, data: note.data, nimg: note.nimg,
    quality: note.quality, sha256: note.sha256, values: note.shape.reduce((a, b) => a * b, 1),
    maps: Array.from({ length: note.maps ?? 0 }, (_, i) => map(i)),
    embedding: read.rows("map.embedding"), classes, layered,
    width: note.w_dim * (layered ? note.plan.length : 1),
    wAvg: classes.length ? read.rows("stats.w_avg") : [read.tensor("stats.w_avg")],
    directions: read.rows("stats.directions"), sigmas: read.numbers("stats.sigmas"),
    sefa: read.rows("stats.sefa"), sefaSigmas: read.numbers("stats.sefa_sigmas"),
  };
}
