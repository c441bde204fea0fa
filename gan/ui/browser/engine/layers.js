// The layers of a network: each reads `from`, writes `to` and uses `spare`, places in the network's memory.
// Columns are pictures: a value of `count` pictures lies together, [values, count], so that a layer of any number of
// pictures is one product. A place is the number of the first of some numbers in that memory.

/** @import { Affine, Concat, Convolution, Dense, Fourier } from "../core/safetensors.js" */
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
 * @property {number} weight the matrix of its product, row by row
 * @property {number} stride numbers from a row to the next, where the product is one of dots
 * @property {number} bias [out]; zeros where a layer has none
 * @property {number} zeros the bias of a product that has none
 */

/**
 * Where the numbers lie by which a layer follows a w of its own.
 * @typedef {object} Modulation
 * @property {number} w [length]
 * @property {number} length of w
 * @property {number} weight [in, fours(length)], from w to the style of each channel
 * @property {number} bias [in]
 * @property {number} power [out, fours(in)], how strong a channel of the input is in one of the output
 * @property {number} gain what multiplies the scales that undo the styles' strength; 0: there are none
 * @property {number} zeros the bias of a product that has none
 */

/**
 * The layers of a network, by name, with the places of their numbers.
 * @typedef {ConvolutionUp & { at: Weights, modulation: Modulation | null }} PlacedConvolutionUp
 * @typedef {{
 *   dense: Dense & { at: Weights },
 *   conv: ConvolutionDown & { at: Weights },
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
 * What a convolution does across its input, where `kernel`, `stride`, `padding` and `side` say it of the way down.
 * @param {Convolution} layer
 */
const across = ({ kernel, stride, padding, side, line }) => (
  line
    ? { wideKernel: 1, step: 1, edge: 0, width: 1 }
    : { wideKernel: kernel, step: stride, edge: padding, width: side }
);

/**
 * The next multiple of four.
 * @param {number} n
 */
export const fours = (n) => n + 3 & ~3;

/**
 * [out k k, r r count] -> [out, R R count]: every input value's patch is added where it lies, by its channel's scale if
 * there are any; and the bias.
 * @param {Float32Array} memory
 * @param {ConvolutionUp} layer
 * @param {number} from
 * @param {number} to
 * @param {number} bias [out]
 * @param {number} count
 * @param {number} scales [out]; 0: there are none
 */
export function scatter(memory, layer, from, to, bias, count, scales) {
  const { kernel, stride, padding, side, shape: [out, high, wide] } = layer, size = high * wide * count;
  const { wideKernel, step, edge, width } = across(layer);
  for (let o = 0; o < out; o++) memory.fill(memory[bias + o], to + o * size, to + (o + 1) * size);
  for (let o = 0; o < out; o++) {
    for (let ky = 0; ky < kernel; ky++) {
      for (let kx = 0; kx < wideKernel; kx++) {
        const scale = scales ? memory[scales + o] : 1;
        const patch = from + ((o * kernel + ky) * wideKernel + kx) * side * width * count;
        const first = Math.max(Math.ceil((edge - kx) / step), 0);
        const last = Math.min(Math.floor((wide - 1 + edge - kx) / step), width - 1);
        for (let iy = 0; iy < side; iy++) {
          const y = iy * stride - padding + ky;
          if (y < 0 || y >= high) continue;
          const line = to + ((o * high + y) * wide - edge + kx) * count, values = patch + iy * width * count;
          if (count === 1) {
            let at = line + first * step;
            for (let i = first; i <= last; i++, at += step) memory[at] += scale * memory[values + i];
          } else {for (let i = first; i <= last; i++) {
              const at = line + i * step * count, value = values + i * count;
              for (let b = 0; b < count; b++) memory[at + b] += scale * memory[value + b];
            }}
        }
      }
    }
  }
}

/**
 * Multiplies the channels of one picture by the styles of the layer's own w.
 *
 * Karras et al. 2020, arXiv:1912.04958, equations 1 and 3.
 * @param {Network} net
 * @param {ConvolutionUp} layer
 * @param {Modulation} modulation
 * @param {number} from
 * @returns {number} where the scales that undo the styles' strength lie; 0 where nothing does
 */
export function modulate(net, layer, { w, length, weight, bias, power, gain, zeros }, from) {
  const { memory, styles, squares, scales } = net, area = layer.side ** 2;
  net.dots(weight, w, styles, bias, layer.in, fours(length));
  for (let c = 0; c < layer.in; c++) {
    const s = memory[styles + c];
    memory[squares + c] = s * s;
    for (let i = from + c * area, end = i + area; i < end; i++) memory[i] *= s;
  }
  if (!gain) return 0;
  net.dots(power, squares, scales, zeros, layer.out, fours(layer.in));
  for (let o = scales; o < scales + layer.out; o++) memory[o] = gain / Math.sqrt(memory[o] + TINY);
  return scales;
}

/**
 * [in, r r count] -> [in k k, R R count]: under each output value the input values that it sees, 0 beyond the edges.
 * @param {Float32Array} memory
 * @param {ConvolutionDown} layer
 * @param {number} from
 * @param {number} to
 * @param {number} count
 */
export function gather(memory, layer, from, to, count) {
  const { kernel, stride, padding, side, in: channels, shape: [, high, wide] } = layer, line = wide * count;
  const { wideKernel, step, edge, width } = across(layer);
  let at = to;
  for (let c = 0; c < channels; c++) {
    for (let ky = 0; ky < kernel; ky++) {
      for (let kx = 0; kx < wideKernel; kx++) {
        // the output values of a line that see a value of the input
        const first = Math.max(Math.ceil((edge - kx) / step), 0) * count;
        const end = Math.max(Math.min(Math.floor((width - 1 + edge - kx) / step) + 1, wide) * count, first);
        for (let oy = 0; oy < high; oy++, at += line) {
          const y = oy * stride - padding + ky;
          if (y < 0 || y >= side) {
            for (let i = at; i < at + line; i++) memory[i] = 0;
            continue;
          }
          const values = from + ((c * side + y) * width - edge + kx) * count;
          for (let i = 0; i < first; i++) memory[at + i] = 0;
          if (count === 1) { for (let i = first; i < end; i++) memory[at + i] = memory[values + i * step]; }
          else {for (let i = first; i < end; i++) {
              memory[at + i] = memory[values + (Math.floor(i / count) * step) * count + i % count];
            }}
          for (let i = end; i < line; i++) memory[at + i] = 0;
        }
      }
    }
  }
}

/**
 * Replaces n numbers by their hyperbolic tangent; faster than Math.tanh, and as good once it is rounded to float32.
 * @param {Float32Array} memory
 * @param {number} from
 * @param {number} n
 */
export function tanh(memory, from, n) {
  for (let i = from; i < from + n; i++) memory[i] = 1 - 2 / (Math.exp(2 * memory[i]) + 1);
}

/**
 * What each layer does, by name, before its activation.
 * @type {{ readonly [Op in keyof PlacedLayers]:
 *   (net: Network, layer: PlacedLayers[Op], from: number, to: number, spare: number, count: number) => void }}
 */
export const LAYERS = {
  dense: (net, layer, from, to, _spare, count) => {
    const { weight, bias, stride } = layer.at;
    if (count > 1) net.product(weight, stride, from, to, bias, net.panel, layer.out, layer.in, count);
    else {
      net.memory.fill(0, from + layer.in, from + stride);
      net.dots(weight, from, to, bias, layer.out, stride);
    }
  },
  conv_up: (net, layer, from, to, spare, count) => {
    const { weight, bias, zeros } = layer.at, rows = layer.out * taps(layer);
    const scales = layer.modulation ? modulate(net, layer, layer.modulation, from) : 0;
    net.product(weight, layer.in, from, spare, zeros, net.panel, rows, layer.in, areaOf(layer) * count);
    scatter(net.memory, layer, spare, to, bias, count, scales);
  },
  conv: (net, layer, from, to, spare, count) => {
    const { weight, bias } = layer.at, depth = layer.in * taps(layer), [, high, wide] = layer.shape;
    gather(net.memory, layer, from, spare, count);
    net.product(weight, depth, spare, to, bias, net.panel, layer.out, depth, high * wide * count);
  },
  affine: (net, layer, from, to, _spare, count) => {
    const n = sizeOf(layer.shape) * count;
    for (let i = 0; i < n; i++) net.memory[to + i] = net.memory[from + i] * layer.scale + layer.shift;
  },
  fourier: (net, layer, from, to, spare, count) => {
    const { memory } = net, { weight, zeros } = layer.at, own = layer.in * count, n = layer.count * count;
    net.product(weight, layer.in, from, spare, zeros, net.panel, layer.count, layer.in, count);
    memory.copyWithin(to, from, from + own);
    for (let i = 0; i < n; i++) {
      memory[to + own + i] = Math.sin(memory[spare + i]);
      memory[to + own + n + i] = Math.cos(memory[spare + i]);
    }
  },
  concat: ({ memory }, { kept, size, shape }, from, to, _spare, count) => {
    const own = (sizeOf(shape) - size) * count;
    memory.copyWithin(to, from, from + own);
    memory.copyWithin(to + own, kept, kept + size * count);
  },
};
