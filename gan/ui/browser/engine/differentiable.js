// A network that a gradient can go back through to ws: what its layers were given is kept, and their matrices are there
// the other way round too. It has a memory of its own, so that the network that draws stays as it is.
import { gridOf, packed } from "./convolutions.js";
import { ENDS } from "./ends.js";
import { sizeOf } from "./layers.js";
import { ladder, PAGE, Plot, reserved, roomsOf } from "./layout.js";

/** @import { Convolution, Dense } from "../core/safetensors.js" */
/** @import { PlacedConvolutionUp, PlacedLayer, PlacedLayers, Weights } from "./layers.js" */
/** @import { Network } from "./layout.js" */

/**
 * Where the numbers lie by which a gradient goes back from the styles to w.
 * @typedef {object} StylesBack
 * @property {number} weight packed [length of w, in]
 * @property {number} power packed [in, out]
 */

/**
 * Layers with what they need on the way back: `net`, where the layer computes, with places of its own for its styles;
 * `input` and `output`, places of what it was given and of what it made of that, after its activation. Back goes a
 * dense layer by its matrix the other way round, packed [in, out], a transposed convolution by the one with the same
 * kernel.
 * @typedef {{ net: Network, input: number, output: number }} Kept
 * @typedef {Kept & { layer: Dense & { at: Weights }, back: number }} KeptDense
 * @typedef {Kept & { layer: PlacedConvolutionUp, back: PlacedLayers["conv"], styles: StylesBack | null }}
 *   KeptConvolutionUp
 */

/**
 * @typedef {object} Differentiable
 * @property {Network} net
 * @property {(KeptDense | KeptConvolutionUp)[]} layers
 * @property {[number, number]} gradients places for those by what a layer made and by what it was given
 * @property {number} sums a place for two sums over a channel
 * @property {number} strengths a place for the gradients by the scales that undo the styles' strength
 * @property {number} pulls a place for what these come to at the styles
 * @property {number} styles a place for the gradients by the styles
 * @property {number} wsGradient a place for the gradient by ws
 */

/**
 * A packed matrix of a network the other way round: [rows, columns] -> [columns, rows].
 * @param {Network} net
 * @param {number} at
 * @param {number} rows
 * @param {number} columns
 */
function turned({ memory }, at, rows, columns) {
  return packed(memory.subarray(at), columns, 4, ladder(rows).map((r) => (r >> 2) * 4 * columns + (r & 3)));
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
  const { kernel, stride, padding, side, out, shape: [, high, wide], modulation, act } = layer;
  if (high !== wide || (modulation?.gain && act === "tanh")) {
    throw new RangeError("no gradient goes back through such a convolution");
  }
  /** @type {Convolution & { op: "conv", act: "none" }} */
  const down = {
    op: "conv",
    in: out,
    out: layer.in,
    kernel,
    stride,
    padding,
    side: high,
    shape: [layer.in, side, side],
    act: "none",
  };
  return {
    layer,
    net: modulation ? { ...net, styles: plot.take(layer.in), scales: plot.take(out) } : net,
    input,
    output,
    back: { ...down, bias: net.zeros, grid: gridOf(down, layer.kernels(), plot) },
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
  let output = plot.take(net.width);
  const layers = net.plan.map((layer) => {
    const input = output;
    output = plot.take(sizeOf(layer.shape));
    return kept(net, layer, input, output, plot);
  });
  const grids = layers.flatMap((one) => ("styles" in one ? [one.layer.grid, one.back.grid] : []));
  const room = roomsOf(grids, 0, plot);
  const places = {
    gradients: /** @type {[number, number]} */ ([plot.take(widest), plot.take(widest)]),
    sums: plot.take(2),
    strengths: plot.take(numbers),
    pulls: plot.take(numbers),
    styles: plot.take(numbers),
    wsGradient: plot.take(net.start),
  };
  const { memory, products } = reserved(Math.ceil(plot.used * 4 / PAGE), module);
  memory.set(net.memory);
  for (const { at, values } of plot.parts) memory.set(values, at);
  const there = { memory, ...room, ...products };
  return {
    net: { ...net, ...there },
    layers: layers.map((one) => ({ ...one, net: { ...one.net, ...there } })),
    ...places,
  };
}
