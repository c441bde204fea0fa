// A network as a page keeps it: laid out once, with its weights in the places of a memory of its own.
import { blurred } from "./blur.js";
import { gridOf, packed } from "./convolutions.js";
import { areaOf, fours, sizeOf } from "./layers.js";
import { fastProducts, plainProducts } from "./products.js";

/** @import { Convolution } from "../core/safetensors.js" */
/** @import { Grid } from "./convolutions.js" */
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
 * @property {number} spare a place for what lies within a layer
 * @property {number} panel a place for what products use
 * @property {number} tables a place where a product of several pictures says where its columns lie
 * @property {number} zeros as many as any layer has channels
 * @property {number} ones as many
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
 * Places for what lies within a layer, and for what products use: 8 columns, and 4 rows of their results.
 * @param {Grid[]} grids
 * @param {number} deepest the depth of another product
 * @param {Plot} plot
 */
export function roomsOf(grids, deepest, plot) {
  const depth = Math.max(deepest, ...grids.map(({ depth }) => depth));
  return { spare: plot.take(Math.max(0, ...grids.map(({ room }) => room))), panel: plot.take(8 * depth + 32) };
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
 * [0, step, 2 step …], n numbers.
 * @param {number} n
 * @param {number} step
 */
export const ladder = (n, step = 1) => Array.from({ length: n }, (_, i) => i * step);

/**
 * The kernels of a convolution as they are after a blur: a file has them as they were before.
 * @param {NetworkFile} file
 * @param {Convolution} layer
 * @param {number} i its number
 */
function kernels(file, layer, i) {
  const values = file.tensor(`${i}.weight`);
  return layer.blur ? blurred(values, layer.kernel) : values;
}

/**
 * [out, in]: how strong a channel of the input is in one of the output, each output pixel seeing a part of the
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
  return sums;
}

// Memory that is given away piece by piece before it is there.
export class Plot {
  /** @type {{ at: number, values: Float32Array, columns: number }[]} */
  parts = []; // what shall lie where; a matrix of so many columns packed

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

  /**
   * @param {Float32Array} values
   * @param {number} columns of a matrix that shall be packed
   */
  lay(values, columns = 0) {
    const at = this.take(values.length + 3 * columns);
    this.parts.push({ at, values, columns });
    return at;
  }
}

/**
 * A layer with its numbers laid into the plot.
 * @param {Layer} layer
 * @param {number} i its number
 * @param {NetworkFile} file
 * @param {Plot} plot
 * @param {number} w where the one lies that it follows, if it does
 * @param {Map<number, number>} kept
 * @returns {PlacedLayer}
 */
function placed(layer, i, file, plot, w, kept) {
  if (layer.op === "affine") return { ...layer };
  if (layer.op === "concat") {
    const { plan } = file.note, size = layer.after ? sizeOf(plan[layer.after - 1].shape) : inputs(plan[0]);
    const place = kept.get(layer.after) ?? plot.take(size);
    kept.set(layer.after, place);
    return { ...layer, kept: place, size };
  }
  if (layer.op === "fourier") {
    const { in: k, count } = layer, frequencies = file.tensor(`${i}.frequencies`); // [in, count]
    return { ...layer, at: { weight: plot.lay(packed(frequencies, count, 1, ladder(k, count))), bias: 0 } };
  }
  const bias = plot.lay(file.tensor(`${i}.bias`)), values = file.tensor(`${i}.weight`);
  if (layer.op === "dense") {
    return { ...layer, at: { weight: plot.lay(values, layer.in), bias } };
  }
  if (layer.op === "conv") return { ...layer, bias, grid: gridOf(layer, kernels(file, layer, i), plot) };
  const style = layer.style ? modulation(layer, layer.style, i, file, plot, w) : null;
  return {
    ...layer,
    bias,
    kernels: () => kernels(file, layer, i),
    grid: gridOf(layer, values, plot),
    modulation: style,
  };
}

/**
 * @param {ConvolutionUp} layer
 * @param {number} length of w
 * @param {number} i
 * @param {NetworkFile} file
 * @param {Plot} plot
 * @param {number} w
 * @returns {Modulation}
 */
function modulation(layer, length, i, file, plot, w) {
  const weight = plot.lay(file.tensor(`${i}.style.weight`), length);
  const bias = plot.lay(file.tensor(`${i}.style.bias`));
  const power = plot.lay(powers(kernels(file, layer, i), layer), layer.in);
  return { w, length, weight, bias, power, gain: layer.gain ?? 0 };
}

/**
 * A network laid out once, with all the memory that it takes.
 * @param {NetworkFile} file
 * @param {WebAssembly.Module | null} module the compiled products; null: plain JavaScript
 * @returns {Network}
 */
export function compile(file, module) {
  const layers = file.note.plan, plot = new Plot();
  const most = (/** @type {(layer: PlacedLayer | Layer) => number} */ of) => Math.max(...layers.map(of));
  const width = inputs(layers[0]), layered = layers.some((layer) => layer.op === "conv_up" && layer.style);
  const start = layered ? layers.length * width : width, ws = plot.take(layered ? start : 0);
  const kept = /** @type {Map<number, number>} */ (new Map());
  const plan = layers.map((layer, i) => placed(layer, i, file, plot, ws + i * width, kept));
  const grids = plan.flatMap((layer) => ("grid" in layer ? layer.grid : []));
  const deepest = Math.max(0, ...plot.parts.map(({ columns }) => columns));
  const channels = most((layer) =>
    Math.max(width, "out" in layer ? Math.max(layer.in, layer.out) : "count" in layer ? layer.count : 0)
  );
  const [styles, squares, scales] = ladder(3).map(() => plot.take(layered ? channels : 0));
  const zeros = plot.take(channels), ones = plot.take(channels);
  const widest = Math.max(width, most((layer) => sizeOf(layer.shape)));
  // convolutions of several pictures at once would leave the cache: they take them one by one
  const alone = plan.some((layer) => "grid" in layer || "count" in layer);
  const batch = alone ? 1 : Math.min(Math.max(Math.floor(ROOM / widest), 1), MOST);
  const { spare, panel } = roomsOf(grids, deepest, plot), tables = plot.take(deepest + MOST);
  const places = /** @type {[number, number, number]} */ (ladder(3).map(() => plot.take(widest * batch)));

  const { memory, products } = reserved(Math.ceil(plot.used * 4 / PAGE), module);
  memory.fill(1, ones, ones + channels);
  for (const { at, values, columns } of plot.parts) {
    if (!columns) memory.set(values, at);
    for (let i = 0; columns && i < values.length; i += 4 * columns) {
      memory.set(values.subarray(i, i + 4 * columns), panel);
      products.take(panel, at + i, ones, 1, 4, columns, 1, 0, 0, 1, 4, columns);
    }
  }
  const laid = { plan, memory, start, width, layered, batch, places, spare, panel, tables, zeros, ones };
  return { ...laid, ws, styles, squares, scales, kept, ...products };
}

/**
 * The memory itself, with the products that work on it.
 * @param {number} pages
 * @param {WebAssembly.Module | null} module
 */
export function reserved(pages, module) {
  if (!module) {
    const memory = new Float32Array(new ArrayBuffer(pages * PAGE));
    return { memory, products: plainProducts(memory) };
  }
  const own = new WebAssembly.Memory({ initial: pages, maximum: pages });
  return { memory: new Float32Array(own.buffer), products: fastProducts(module, own) };
}
