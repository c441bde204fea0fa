// A network as a page keeps it: laid out once, with its weights in the places of a memory of its own.
import { blurred } from "./blur.js";
import { areaOf, fours, sizeOf, taps } from "./layers.js";
import { fastProducts, plainProducts } from "./products.js";

/** @import { Convolution } from "../core/safetensors.js" */
/** @import { ConvolutionUp, Layer, Modulation, PlacedLayer } from "./layers.js" */
/** @import { Products } from "./products.js" */

/**
 * What of a model's file makes a network: `tensor` gives the numbers of a tensor, row by row.
 * @typedef {{ note: { plan: Layer[] }, tensor: (name: string) => Float32Array }} NetworkFile
 */

/**
 * A network laid out with all the memory that it takes.
 * @typedef {object} Layout
 * @property {PlacedLayer[]} plan
 * @property {Float32Array<ArrayBuffer>} memory
 * @property {number} start how many numbers say a picture: those of w, or of ws [layers, w_dim]; or of a critic's image
 * @property {number} width how many numbers the first layer takes
 * @property {boolean} layered whether each layer follows a w of its own
 * @property {number} batch pictures that are made at once
 * @property {[number, number, number]} places for what lies between layers
 * @property {number} spare a place for patches
 * @property {number} panel a place for what products use
 * @property {number} ws a place for the ws of one picture, where there are any
 * @property {number} styles a place for the style of each of a layer's channels
 * @property {number} squares a place for their squares
 * @property {number} scales a place for what undoes their strength
 * @property {Map<number, number>} kept places for features that a later layer takes, by how many layers made them
 * @typedef {Layout & Products} Network
 */

const SLACK = 16; // free numbers behind every matrix: products write and read a little past their ends
const ROOM = 1 << 17; // numbers in the widest layer of a batch; more would not stay in the cache
const MOST = 256; // pictures in a batch
export const PAGE = 65536; // bytes in a page of WebAssembly's memory

/**
 * Numbers between two layers for each picture: what a product of patches makes or takes.
 * @param {Layer} layer
 */
function between(layer) {
  if (layer.op === "conv_up") return layer.out * taps(layer) * areaOf(layer);
  if (layer.op === "conv") return layer.in * taps(layer) * layer.shape[1] * layer.shape[2];
  return layer.op === "fourier" ? layer.count : 0;
}

/**
 * Rows of the layer's product that has no bias of its own.
 * @param {Layer} layer
 */
function unbiased(layer) {
  if (layer.op === "conv_up") return layer.out * taps(layer);
  return layer.op === "fourier" ? layer.count : 0;
}

/**
 * How many numbers each of a product's results is the sum of.
 * @param {Layer} layer
 */
function depth(layer) {
  if (layer.op === "affine" || layer.op === "concat") return 0;
  return layer.in * (layer.op === "conv" ? taps(layer) : 1);
}

/**
 * How many numbers a layer takes.
 * @param {Layer} layer
 */
export function inputs(layer) {
  if (layer.op === "affine" || layer.op === "concat") return sizeOf(layer.shape);
  return layer.in * ("side" in layer ? areaOf(layer) : 1);
}

/**
 * A layer's matrix as its product wants it.
 * @param {NetworkFile} file
 * @param {Exclude<Layer, { op: "affine" | "concat" }>} layer
 * @param {number} i its number
 */
function weights(file, layer, i) {
  if (layer.op === "fourier") return flipped(file.tensor(`${i}.frequencies`), layer.in, layer.count);
  if (layer.op === "dense") return widened(file.tensor(`${i}.weight`), layer.out, layer.in);
  const values = kernels(file, layer, i);
  return layer.op === "conv" ? values : flipped(values, layer.in, layer.out * taps(layer));
}

/**
 * The kernels of a convolution, blurred if a file has them as they were before.
 * @param {NetworkFile} file
 * @param {Convolution} layer
 * @param {number} i its number
 */
function kernels(file, layer, i) {
  const values = file.tensor(`${i}.weight`);
  return layer.blur ? blurred(values, layer.kernel) : values;
}

/**
 * [rows, columns] -> [rows, fours(columns)]: rows as dots want them, of a multiple of four numbers.
 * @param {Float32Array} values
 * @param {number} rows
 * @param {number} columns
 */
export function widened(values, rows, columns) {
  const stride = fours(columns);
  if (stride === columns) return values;
  const wide = new Float32Array(rows * stride);
  for (let r = 0; r < rows; r++) wide.set(values.subarray(r * columns, (r + 1) * columns), r * stride);
  return wide;
}

/**
 * [out, fours(in)]: how strong a channel of the input is in one of the output, each output pixel seeing a part of the
 * kernel.
 * @param {Float32Array} values [in, out, k, k] row by row
 * @param {ConvolutionUp} layer
 */
function powers(values, layer) {
  const each = layer.kernel ** 2, sums = new Float32Array(layer.in * layer.out);
  for (let c = 0, at = 0; c < layer.in; c++) {
    for (let o = 0; o < layer.out; o++) {
      let sum = 0;
      for (const end = at + each; at < end; at++) sum += values[at] ** 2;
      sums[o * layer.in + c] = sum / layer.stride ** 2;
    }
  }
  return widened(sums, layer.out, layer.in);
}

/**
 * [rows, columns] -> [columns, rows].
 * @param {Float32Array} values
 * @param {number} rows
 * @param {number} columns
 */
export function flipped(values, rows, columns) {
  const result = new Float32Array(values.length);
  for (let r = 0; r < rows; r++) for (let c = 0; c < columns; c++) result[c * rows + r] = values[r * columns + c];
  return result;
}

// Memory that is given away piece by piece before it is there.
export class Plot {
  /** @type {[number, Float32Array][]} */
  parts = []; // what shall lie where

  /** @param {number} used numbers that are taken already */
  constructor(used = SLACK) {
    this.used = used;
  }

  /** @param {number} n how many numbers */
  take(n) {
    const at = this.used;
    this.used += fours(n + SLACK);
    return at;
  }

  /** @param {Float32Array} values */
  lay(values) {
    const at = this.take(values.length);
    this.parts.push([at, values]);
    return at;
  }
}

/**
 * A layer with its numbers laid into the plot.
 * @param {Layer} layer
 * @param {number} i its number
 * @param {NetworkFile} file
 * @param {Plot} plot
 * @param {number} zeros as many as `unbiased` says
 * @param {number} w where the one lies that it follows, if it does
 * @param {Map<number, number>} kept
 * @returns {PlacedLayer}
 */
function placed(layer, i, file, plot, zeros, w, kept) {
  if (layer.op === "affine") return { ...layer };
  if (layer.op === "concat") {
    const { plan } = file.note, size = layer.after ? sizeOf(plan[layer.after - 1].shape) : inputs(plan[0]);
    const place = kept.get(layer.after) ?? plot.take(size);
    kept.set(layer.after, place);
    return { ...layer, kept: place, size };
  }
  const weight = plot.lay(weights(file, layer, i));
  const bias = layer.op === "fourier" ? zeros : plot.lay(file.tensor(`${i}.bias`));
  const at = { weight, stride: fours(layer.in), bias, zeros };
  if (layer.op !== "conv_up") return { ...layer, at };
  return { ...layer, at, modulation: layer.style ? modulation(layer, layer.style, i, file, plot, zeros, w) : null };
}

/**
 * @param {ConvolutionUp} layer
 * @param {number} length of w
 * @param {number} i
 * @param {NetworkFile} file
 * @param {Plot} plot
 * @param {number} zeros
 * @param {number} w
 * @returns {Modulation}
 */
function modulation(layer, length, i, file, plot, zeros, w) {
  const weight = plot.lay(widened(file.tensor(`${i}.style.weight`), layer.in, length));
  const bias = plot.lay(file.tensor(`${i}.style.bias`));
  const power = plot.lay(powers(kernels(file, layer, i), layer));
  return { w, length, weight, bias, power, gain: layer.gain ?? 0, zeros };
}

/**
 * A network laid out once, with all the memory that it takes.
 * @param {NetworkFile} file
 * @param {WebAssembly.Module | null} module the compiled products; null: plain JavaScript
 * @returns {Network}
 */
export function compile(file, module) {
  const layers = file.note.plan, plot = new Plot();
  const most = (/** @type {(layer: Layer) => number} */ of) => Math.max(...layers.map(of));
  const width = inputs(layers[0]), layered = layers.some((layer) => layer.op === "conv_up" && layer.style);
  const start = layered ? layers.length * width : width;
  const zeros = plot.take(most(unbiased)), ws = plot.take(layered ? start : 0);
  const kept = /** @type {Map<number, number>} */ (new Map());
  const plan = layers.map((layer, i) => placed(layer, i, file, plot, zeros, ws + i * width, kept));
  const channels = layered ? most((layer) => ("out" in layer ? Math.max(layer.in, layer.out) : 0)) : 0;
  const styles = plot.take(channels), squares = plot.take(channels), scales = plot.take(channels);
  const widest = Math.max(width, most((layer) => sizeOf(layer.shape))), patches = most(between);
  // patches of several pictures at once would leave the cache: a convolution takes them one by one, in half the time
  const batch = patches ? 1 : Math.min(Math.max(Math.floor(ROOM / widest), 1), MOST);
  const panel = plot.take(8 * most(depth));
  /** @type {[number, number, number]} */
  const places = [plot.take(widest * batch), plot.take(widest * batch), plot.take(widest * batch)];
  const spare = plot.take(patches * batch);

  const { memory, products } = reserved(Math.ceil(plot.used * 4 / PAGE), module);
  for (const [at, values] of plot.parts) memory.set(values, at);
  const laid = { plan, memory, start, width, layered, batch, places, spare, panel, ws, styles, squares, scales, kept };
  return { ...laid, ...products };
}

/**
 * The memory itself, with the products that work on it.
 * @param {number} pages
 * @param {WebAssembly.Module | null} module
 */
export function reserved(pages, module) {
  if (!module) {
    const memory = new Float32Array(new ArrayBuffer(pages * PAGE));
    return { memory, products: plainProducts(memory), own: null };
  }
  const own = new WebAssembly.Memory({ initial: pages, maximum: pages });
  return { memory: new Float32Array(own.buffer), products: fastProducts(module, own), own };
}
