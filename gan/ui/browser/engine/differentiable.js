// A network that a gradient can go back through to ws: what its layers were given is kept, and their matrices are there
// the other way round too. It has a memory of its own, so that the network that draws stays as it is.
import { ENDS } from "./ends.js";
import { fours, sizeOf } from "./layers.js";
import { flipped, PAGE, Plot, reserved, widened } from "./layout.js";
import { fastMoves, plainMoves } from "./moves.js";

/** @import { Convolution, Dense } from "../core/safetensors.js" */
/** @import { ConvolutionDown, PlacedConvolutionUp, PlacedLayer, Weights } from "./layers.js" */
/** @import { Network } from "./layout.js" */
/** @import { Moves } from "./moves.js" */

/**
 * Where the numbers lie by which a gradient goes back from the styles to w.
 * @typedef {object} StylesBack
 * @property {number} weight [length of w, fours(in)]
 * @property {number} power [in, fours(out)]
 */

/**
 * Layers with what they need on the way back: `net`, where the layer computes, with places of its own for its styles;
 * `input` and `output`, places of what it was given and of what it made of that, after its activation; and `back`, the
 * matrix of its product the other way round: [in, fours(out)] of a dense layer, [in, out k k] of a convolution, whose
 * gradient is gathered by `down`, a convolution with the same kernel.
 * @typedef {{ net: Network, input: number, output: number, back: number }} Kept
 * @typedef {Kept & { layer: Dense & { at: Weights } }} KeptDense
 * @typedef {Kept & { layer: PlacedConvolutionUp, down: ConvolutionDown, styles: StylesBack | null }} KeptConvolutionUp
 */

/**
 * @typedef {object} Differentiable
 * @property {Network} net
 * @property {Moves} moves
 * @property {(KeptDense | KeptConvolutionUp)[]} layers
 * @property {[number, number]} gradients places for those by what a layer made and by what it was given
 * @property {number} changed a place for what a layer was given, times its styles
 * @property {number} panel a place for what products use
 * @property {number} zeros the bias of every product
 * @property {number} sums a place for two sums over a channel
 * @property {number} strengths a place for the gradients by the scales that undo the styles' strength
 * @property {number} pulls a place for what these come to at the styles
 * @property {number} styles a place for the gradients by the styles
 * @property {number} wsGradient a place for the gradient by ws
 */

/**
 * A matrix of a network the other way round: [rows, fours(columns)] -> [fours(columns), fours(rows)].
 * @param {Network} net
 * @param {number} at
 * @param {number} rows
 * @param {number} columns
 */
function turned({ memory }, at, rows, columns) {
  const wide = fours(columns);
  return widened(flipped(memory.subarray(at, at + rows * wide), rows, wide), wide, rows);
}

/**
 * @param {Network} net
 * @param {PlacedConvolutionUp} layer
 * @param {number} input
 * @param {number} output
 * @param {Plot} plot
 * @returns {KeptConvolutionUp}
 */
function keptConvolution(net, layer, input, output, plot) {
  const { at: { weight }, kernel, stride, padding, side, out, shape: [, high, wide], modulation, act } = layer;
  if (high !== wide || (modulation?.gain && act === "tanh")) {
    throw new RangeError("no gradient goes back through such a convolution");
  }
  const rows = out * kernel ** 2, matrix = net.memory.subarray(weight, weight + rows * layer.in);
  const size = { kernel, stride, padding, side: high, shape: [layer.in, side, side] };
  return {
    layer,
    net: modulation ? { ...net, styles: plot.take(layer.in), scales: plot.take(out) } : net,
    input,
    output,
    back: plot.lay(flipped(matrix, rows, layer.in)),
    down: { op: "conv", in: out, out: layer.in, act: "none", ...size },
    styles: modulation && {
      weight: plot.lay(turned(net, modulation.weight, layer.in, modulation.length)),
      power: plot.lay(turned(net, modulation.power, out, layer.in)),
    },
  };
}

/**
 * @param {Network} net
 * @param {PlacedLayer} layer
 * @param {number} input
 * @param {number} output
 * @param {Plot} plot
 * @returns {KeptDense | KeptConvolutionUp}
 * @throws {RangeError} no gradient goes back through such a layer
 */
function kept(net, layer, input, output, plot) {
  if (layer.act && ENDS[layer.act]) throw new RangeError(`no gradient goes back through a ${layer.act}`);
  if (layer.op === "conv_up") return keptConvolution(net, layer, input, output, plot);
  if (layer.op !== "dense") throw new RangeError(`no gradient goes back through a layer that is ${layer.op}`);
  return { layer, net, input, output, back: plot.lay(turned(net, layer.at.weight, layer.out, layer.in)) };
}

/**
 * A network made differentiable.
 * @param {Network} net of dense layers and transposed convolutions
 * @param {WebAssembly.Module | null} module the compiled products; null: plain JavaScript
 * @returns {Differentiable}
 */
export function differentiable(net, module) {
  const plot = new Plot(net.memory.length);
  const most = (/** @type {(layer: PlacedLayer) => number} */ of) => Math.max(...net.plan.map(of));
  const numbers = most((layer) => ("out" in layer ? Math.max(layer.in, layer.out) : 0));
  const widest = Math.max(net.width, most((layer) => sizeOf(layer.shape)));
  const depth = most((layer) => (layer.op === "conv_up" ? layer.out * layer.kernel ** 2 : 0));
  let output = plot.take(net.width);
  const layers = net.plan.map((layer) => {
    const input = output;
    output = plot.take(sizeOf(layer.shape));
    return kept(net, layer, input, output, plot);
  });
  const places = {
    gradients: /** @type {[number, number]} */ ([plot.take(widest), plot.take(widest)]),
    changed: plot.take(widest),
    panel: plot.take(8 * depth),
    zeros: plot.take(Math.max(numbers, net.width)),
    sums: plot.take(2),
    strengths: plot.take(numbers),
    pulls: plot.take(numbers),
    styles: plot.take(numbers),
    wsGradient: plot.take(net.start),
  };
  const { memory, products, own } = reserved(Math.ceil(plot.used * 4 / PAGE), module);
  memory.set(net.memory);
  for (const [at, values] of plot.parts) memory.set(values, at);
  const moves = own ? fastMoves(own, memory) : plainMoves(memory), there = { memory, ...products };
  return {
    net: { ...net, ...there },
    moves,
    layers: layers.map((one) => ({ ...one, net: { ...one.net, ...there } })),
    ...places,
  };
}
