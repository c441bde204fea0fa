// The layers of a network: each reads `from`, writes `to` and uses `spare`, places in the network's memory.
// Columns are pictures: a value of `count` pictures lies together, [values, count], so that a layer of any number of
// pictures is one product. A place is the number of the first of some numbers in that memory.

import { SLOPE } from "./products.js";

/** @import { Activation, Affine, Concat, Convolution, Dense, Fourier } from "../core/safetensors.js" */
/** @import { Grid } from "./convolutions.js" */
/** @import { Network } from "./layout.js" */

/**
 * A layer as the plan of a file describes it.
 * @typedef {Convolution & { op: "conv" }} ConvolutionDown
 * @typedef {Convolution & { op: "conv_up" }} ConvolutionUp
 * @typedef {Dense | ConvolutionDown | ConvolutionUp | Affine | Fourier | Concat} Layer
 */

/**
 * Where the numbers of a layer lie.
 * @typedef {object} Weights
 * @property {number} weight the packed matrix of its product, where it has a single one
 * @property {number} bias [out]; zeros where a layer has none
 */

/**
 * Where the numbers lie by which a layer follows a w of its own.
 * @typedef {object} Modulation
 * @property {number} w [length]
 * @property {number} length of w
 * @property {number} weight packed [in, length], from w to the style of each channel
 * @property {number} bias [in]
 * @property {number} power packed [out, in], how strong a channel of the input is in one of the output
 * @property {number} gain what multiplies the scales that undo the styles' strength; 0: there are none
 */

/**
 * The layers of a network, by name, with the places of their numbers.
 * @typedef {{ grid: Grid, bias: number }} Placed
 * @typedef {{ kernels: () => Float32Array, modulation: Modulation | null }} Transposed
 * @typedef {ConvolutionUp & Placed & Transposed} PlacedConvolutionUp
 * @typedef {{
 *   dense: Dense & { at: Weights },
 *   conv: ConvolutionDown & Placed,
 *   conv_up: PlacedConvolutionUp,
 *   affine: Affine,
 *   fourier: Fourier & { at: Weights },
 *   concat: Concat & { kept: number, size: number },
 * }} PlacedLayers
 * @typedef {PlacedLayers[keyof PlacedLayers]} PlacedLayer
 */

const TINY = 1e-8; // keeps the square root of a sum of squares away from 0

/**
 * How many numbers a shape holds.
 * @param {number[]} shape
 */
export const sizeOf = (shape) => shape.reduce((a, b) => a * b, 1);

/**
 * How many weights a convolution has between two channels.
 * @param {Pick<Convolution, "kernel" | "line">} layer
 */
export const taps = ({ kernel, line }) => kernel * (line ? 1 : kernel);

/**
 * How many values a channel of its input has.
 * @param {Pick<Convolution, "side" | "line">} layer
 */
export const areaOf = ({ side, line }) => side * (line ? 1 : side);

/**
 * The next multiple of four.
 * @param {number} n
 */
export const fours = (n) => n + 3 & ~3;

/**
 * What numbers below 0 are multiplied by in a layer's end.
 * @param {{ act?: Activation }} layer
 */
const slopeOf = ({ act }) => (act === "leaky" ? SLOPE : 1);

/**
 * Works out the styles of the layer's own w.
 *
 * Karras et al. 2020, arXiv:1912.04958, equations 1 and 3.
 * @param {Network} net
 * @param {Pick<ConvolutionUp, "in" | "out">} layer
 * @param {Modulation} modulation
 * @returns {number} where the scales that undo the styles' strength lie; ones where nothing does
 */
function modulate(net, layer, { w, length, weight, bias, power, gain }) {
  const { memory, styles, squares, scales, zeros, ones } = net;
  net.dots(weight, w, styles, bias, layer.in, length, 1);
  if (!gain) return ones;
  for (let c = 0; c < layer.in; c++) memory[squares + c] = memory[styles + c] ** 2;
  net.dots(power, squares, scales, zeros, layer.out, layer.in, 1);
  for (let o = scales; o < scales + layer.out; o++) memory[o] = gain / Math.sqrt(memory[o] + TINY);
  return scales;
}

/**
 * @param {Network} net
 * @param {PlacedLayers["conv" | "conv_up"]} layer
 * @param {number} from
 * @param {number} to
 * @param {number} spare
 * @param {Modulation | null} modulation
 */
function convolve(net, layer, from, to, spare, modulation) {
  const { memory, ones, panel } = net, { bias, out, shape, grid } = layer, slope = slopeOf(layer);
  const scales = modulation ? modulate(net, layer, modulation) : ones, styles = modulation ? net.styles : ones;
  memory.fill(0, spare, spare + grid.size);
  for (const { at, behind, stride, line, lines, n } of grid.copies) {
    const [first, last] = [from + at, spare + behind];
    net.take(first, last, styles, stride, 1, line, grid.wide, grid.area, grid.channel, layer.in, lines, n);
  }
  const end = grid.raised ? spare + grid.raised : to;
  for (const part of grid.parts) {
    net.product(part, spare, end + part.first, scales, bias, panel, grid.raised ? 1 : slope);
  }
  if (grid.raised) net.blur(end, to, out, shape[1], slope);
}

/**
 * What each layer does, by name, with its activation if that is leaky. Of several pictures at once only the others are
 * asked than convolutions and those of Fourier features.
 * @type {{ readonly [Op in keyof PlacedLayers]:
 *   (net: Network, layer: PlacedLayers[Op], from: number, to: number, spare: number, count: number) => void }}
 */
export const LAYERS = {
  dense: (net, layer, from, to, _spare, count) => {
    const { in: k, out: m } = layer, { weight, bias } = layer.at, { memory, tables, ones, panel } = net;
    if (count === 1) {
      net.dots(weight, from, to, bias, m, k, slopeOf(layer));
      return;
    }
    const whole = new Int32Array(memory.buffer), spots = tables + k;
    for (let q = 0; q < k; q++) whole[tables + q] = 4 * q * count;
    let n = 0;
    for (let j = 0; j < count; j += 4, n++) {
      whole.fill(4 * Math.max(Math.min(j, count - 4), 0), spots + 2 * n, spots + 2 * n + 2);
    }
    const part = { weight, taps: tables, spots, m, k, n, plane: count, step: 1, lanes: 4 };
    net.product(part, from, to, ones, bias, panel, slopeOf(layer));
  },
  conv_up: (net, layer, from, to, spare) => convolve(net, layer, from, to, spare, layer.modulation),
  conv: (net, layer, from, to, spare) => convolve(net, layer, from, to, spare, null),
  affine: (net, layer, from, to, _spare, count) => {
    const n = sizeOf(layer.shape) * count;
    for (let i = 0; i < n; i++) net.memory[to + i] = net.memory[from + i] * layer.scale + layer.shift;
  },
  fourier: (net, layer, from, to) => {
    const { memory } = net, n = layer.count, end = to + layer.in + n;
    net.dots(layer.at.weight, from, to + layer.in, net.zeros, n, layer.in, 1);
    memory.copyWithin(to, from, from + layer.in);
    for (let i = end - n; i < end; i++) {
      memory[i + n] = Math.cos(memory[i]);
      memory[i] = Math.sin(memory[i]);
    }
  },
  concat: ({ memory }, { kept, size, shape }, from, to, _spare, count) => {
    const own = (sizeOf(shape) - size) * count;
    memory.copyWithin(to, from, from + own);
    memory.copyWithin(to + own, kept, kept + size * count);
  },
};
