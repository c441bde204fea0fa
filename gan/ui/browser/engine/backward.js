// The gradient of what a network makes, by ws alone: no weight has one. Each layer is run back by its product the other
// way round. A convolution is the adjoint of a transposed one: what scatters on the way there gathers on the way back.
import { LAYERS, sizeOf } from "./layers.js";
import { SLOPE } from "./products.js";

/** @import { Differentiable, KeptConvolutionUp, KeptDense } from "./differentiable.js" */
/** @import { Activation } from "../core/safetensors.js" */

// ---- there ----------------------------------------------------------------------------------------------------------

/**
 * Runs a network on one ws, and keeps what each layer is given.
 * @param {Differentiable} network
 * @param {Float32Array} ws [start]
 * @returns {Float32Array} the image [C, H, W] row by row, which lies in the network's memory until it runs again
 */
export function forward({ net, layers }, ws) {
  const { memory, width } = net;
  if (net.layered) memory.set(ws, net.ws);
  memory.set(ws.subarray(0, width), layers[0].input);
  for (const kept of layers) {
    const { layer, input, output } = kept;
    if (layer.op === "dense") LAYERS.dense(kept.net, layer, input, output, net.spare, 1);
    else LAYERS.conv_up(kept.net, layer, input, output, net.spare, 1);
    if (layer.act === "tanh") net.tanh(output, sizeOf(layer.shape));
  }
  const { layer, output } = layers[layers.length - 1];
  return memory.subarray(output, output + sizeOf(layer.shape));
}

// ---- and back -------------------------------------------------------------------------------------------------------

/**
 * Turns the gradient by what an activation made into that by what it was given.
 * @param {Differentiable} network
 * @param {Activation} act
 * @param {number} gradient
 * @param {number} output
 * @param {number} n
 */
function throughActivation({ net, sums }, act, gradient, output, n) {
  if (act === "leaky") net.bend(gradient, output, sums, n, SLOPE, 1);
  else if (act === "tanh") { for (let i = 0; i < n; i++) net.memory[gradient + i] *= 1 - net.memory[output + i] ** 2; }
}

/**
 * As `throughActivation`, and further through the scales d that undo the styles' strength.
 *
 * What d multiplied is (y - bias) / d, y before the activation: its product with the gradient, summed, is that by d.
 * For leaky and no activation the slope times y is what the activation made, so y itself need not be kept.
 * @param {Differentiable} network
 * @param {KeptConvolutionUp} kept
 * @param {number} gain
 * @param {number} gradient
 */
function throughScales({ sums, strengths }, { net, layer, output }, gain, gradient) {
  const { memory, scales } = net, { out, act, bias } = layer, area = layer.shape[1] ** 2;
  const below = act === "leaky" ? SLOPE : 1;
  for (let o = 0; o < out; o++) {
    const scale = memory[scales + o];
    net.bend(gradient + o * area, output + o * area, sums, area, below, scale);
    memory[strengths + o] = (memory[sums] - memory[bias + o] * memory[sums + 1]) * (scale / gain) ** 2;
  }
}

/**
 * Turns the gradient by the styled input of a layer into that by the input itself, and writes that by its w.
 *
 * With d = gain / sqrt(sum of s^2 power) the gradient by a style s is that of what it multiplies, summed over the
 * channel, less s times the sum of (gradient by d) d^3 / gain^2 power.
 *
 * Karras et al. 2020, arXiv:1912.04958, equations 1 and 3.
 * @param {Differentiable} network
 * @param {KeptConvolutionUp} kept
 * @param {number} gradient
 * @param {number} place of the gradient by w
 */
function throughStyles({ strengths, pulls, styles }, { net, layer, input, styles: back }, gradient, place) {
  const { modulation } = layer, { memory, zeros } = net, area = layer.side ** 2;
  if (!modulation || !back) return;
  if (modulation.gain) net.dots(back.power, strengths, pulls, zeros, layer.in, layer.out, 1);
  for (let c = 0; c < layer.in; c++) {
    const style = memory[net.styles + c], sum = net.weigh(gradient + c * area, input + c * area, area, style);
    memory[styles + c] = modulation.gain ? sum - style * memory[pulls + c] : sum;
  }
  net.dots(back.weight, styles, place, zeros, modulation.length, layer.in, 1);
}

/**
 * @param {Differentiable} network
 * @param {KeptDense} kept
 * @param {number} gradient by what it made
 * @param {number} to the place of that by what it was given
 */
function backDense(network, { net, layer, output, back }, gradient, to) {
  throughActivation(network, layer.act, gradient, output, layer.out);
  net.dots(back, gradient, to, net.zeros, layer.in, layer.out, 1);
}

/**
 * @param {Differentiable} network
 * @param {KeptConvolutionUp} kept
 * @param {number} gradient by what it made
 * @param {number} to the place of that by what it was given
 * @param {number} place of the gradient by its w, where it has one
 */
function backConvolutionUp(network, kept, gradient, to, place) {
  const { net, layer, output, back } = kept, gain = layer.modulation?.gain;
  if (gain) throughScales(network, kept, gain, gradient);
  else throughActivation(network, layer.act, gradient, output, sizeOf(layer.shape));
  LAYERS.conv(net, back, gradient, to, net.spare, 1);
  throughStyles(network, kept, to, place);
}

/**
 * The gradient by ws, from that by the image of the last `forward`.
 * @param {Differentiable} network
 * @param {Float32Array} gradient [C, H, W] row by row
 * @returns {Float32Array} [start], which lies in the network's memory until it runs again
 */
export function backward(network, gradient) {
  const { net: { memory, start, width }, layers, wsGradient } = network;
  let [from, to] = network.gradients;
  memory.set(gradient, from);
  memory.fill(0, wsGradient, wsGradient + start);
  for (let i = layers.length - 1; i >= 0; i--) {
    const kept = layers[i];
    if ("styles" in kept) backConvolutionUp(network, kept, from, to, wsGradient + i * width);
    else backDense(network, kept, from, to);
    [from, to] = [to, from];
  }
  for (let i = 0; i < width; i++) memory[wsGradient + i] += memory[from + i];
  return memory.subarray(wsGradient, wsGradient + start);
}
