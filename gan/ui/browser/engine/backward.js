// The gradient of what a network makes, by ws alone: no weight has one. Each layer is run back by its product the other
// way round. A convolution is the adjoint of a transposed one, so what scatters on the way there gathers on the way back.
import { fours, gather, LAYERS, sizeOf, tanh } from "./layers.js";
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
export function forward({ net, layers, changed }, ws) {
  const { memory, width } = net;
  if (net.layered) memory.set(ws, net.ws);
  memory.set(ws.subarray(0, width), layers[0].input);
  for (const kept of layers) {
    const { layer, input, output } = kept, n = sizeOf(layer.shape);
    if (layer.op === "dense") LAYERS.dense(kept.net, layer, input, output, net.spare, 1);
    else {
      const styled = layer.modulation !== null, from = styled ? changed : input; // styles change what they are given
      if (styled) memory.copyWithin(changed, input, input + layer.in * layer.side ** 2);
      LAYERS.conv_up(kept.net, layer, from, output, net.spare, 1);
    }
    if (layer.act === "leaky") net.leaky(output, n);
    else if (layer.act === "tanh") tanh(memory, output, n);
  }
  const { layer, output } = layers[layers.length - 1];
  return memory.subarray(output, output + sizeOf(layer.shape));
}

// ---- and back -------------------------------------------------------------------------------------------------------

/**
 * Turns the gradient by what an activation made into that by what it was given.
 * @param {Float32Array} memory
 * @param {Activation} act
 * @param {number} gradient
 * @param {number} output
 * @param {number} n
 */
function throughActivation(memory, act, gradient, output, n) {
  if (act === "leaky") {
    for (let i = 0; i < n; i++) memory[gradient + i] *= memory[output + i] > 0 ? 1 : SLOPE;
  } else if (act === "tanh") {
    for (let i = 0; i < n; i++) memory[gradient + i] *= 1 - memory[output + i] ** 2;
  }
}

/**
 * As `throughActivation`, and further through the scales d that undo the styles' strength.
 *
 * What d multiplied is (y - bias) / d, y before the activation: its product with the gradient, summed, is that by d. For
 * leaky and no activation the slope times y is what the activation made, so y itself need not be kept.
 * @param {Differentiable} network
 * @param {KeptConvolutionUp} kept
 * @param {number} gain
 * @param {number} gradient
 */
function throughScales({ strengths }, { net, layer, output }, gain, gradient) {
  const { memory, scales } = net, { out, act, at: { bias } } = layer, area = layer.shape[1] ** 2;
  const below = act === "leaky" ? SLOPE : 1;
  for (let o = 0, i = 0; o < out; o++) {
    const scale = memory[scales + o];
    let along = 0, sum = 0;
    for (const end = i + area; i < end; i++) {
      const made = memory[output + i], outer = memory[gradient + i], inner = made > 0 ? outer : below * outer;
      along += outer * made;
      sum += inner;
      memory[gradient + i] = inner * scale;
    }
    memory[strengths + o] = (along - memory[bias + o] * sum) * (scale / gain) ** 2;
  }
  memory.fill(0, strengths + out, strengths + fours(out));
}

/**
 * Turns the gradient by the styled input of a layer into that by the input itself, and writes that by its w.
 *
 * With d = gain / sqrt(sum of s^2 power) the gradient by a style is that of what it multiplies, summed over the channel,
 * less s times the sum of (gradient by d) d^3 / gain^2 power. Karras et al. 2020, arXiv:1912.04958, equations 1 and 3.
 * @param {Differentiable} network
 * @param {KeptConvolutionUp} kept
 * @param {number} gradient
 * @param {number} place of the gradient by w
 */
function throughStyles({ zeros, strengths, pulls, styles }, { net, layer, input, styles: back }, gradient, place) {
  const { modulation } = layer, { memory } = net, area = layer.side ** 2;
  if (!modulation || !back) return;
  if (modulation.gain) net.dots(back.power, strengths, pulls, zeros, layer.in, fours(layer.out));
  for (let c = 0, i = 0; c < layer.in; c++) {
    const style = memory[net.styles + c];
    let sum = 0;
    for (const end = i + area; i < end; i++) {
      sum += memory[gradient + i] * memory[input + i];
      memory[gradient + i] *= style;
    }
    memory[styles + c] = modulation.gain ? sum - style * memory[pulls + c] : sum;
  }
  memory.fill(0, styles + layer.in, styles + fours(layer.in));
  net.dots(back.weight, styles, place, zeros, modulation.length, fours(layer.in));
}

/**
 * @param {Differentiable} network
 * @param {KeptDense} kept
 * @param {number} gradient by what it made
 * @param {number} to the place of that by what it was given
 */
function backDense({ net, zeros }, { layer, output, back }, gradient, to) {
  const { memory } = net, stride = fours(layer.out);
  throughActivation(memory, layer.act, gradient, output, layer.out);
  memory.fill(0, gradient + layer.out, gradient + stride);
  net.dots(back, gradient, to, zeros, layer.in, stride);
}

/**
 * @param {Differentiable} network
 * @param {KeptConvolutionUp} kept
 * @param {number} gradient by what it made
 * @param {number} to the place of that by what it was given
 * @param {number} place of the gradient by its w, where it has one
 */
function backConvolutionUp(network, kept, gradient, to, place) {
  const { net, zeros, panel } = network, { layer, output, back, down } = kept, gain = layer.modulation?.gain;
  const depth = layer.out * layer.kernel ** 2, area = layer.side ** 2;
  if (gain) throughScales(network, kept, gain, gradient);
  else throughActivation(net.memory, layer.act, gradient, output, sizeOf(layer.shape));
  const patches = layer.kernel === 1 && layer.stride === 1 ? gradient : net.spare; // of a single value: itself
  if (patches !== gradient) gather(net.memory, down, gradient, patches, 1);
  net.product(back, depth, patches, to, zeros, panel, layer.in, depth, area);
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
    if ("down" in kept) backConvolutionUp(network, kept, from, to, wsGradient + i * width);
    else backDense(network, kept, from, to);
    [from, to] = [to, from];
  }
  for (let i = 0; i < width; i++) memory[wsGradient + i] += memory[from + i];
  return memory.subarray(wsGradient, wsGradient + start);
}
