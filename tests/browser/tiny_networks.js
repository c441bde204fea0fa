// Networks of a few numbers with every kind of layer, and what they make, worked out from the definitions alone.

/** @import { Dense } from "../../gan/ui/browser/core/safetensors.js" */
/** @import { ConvolutionDown, ConvolutionUp, Layer } from "../../gan/ui/browser/engine/layers.js" */

/**
 * @param {number} count
 * @param {number} start
 */
export function numbers(count, start) {
  return Float32Array.from({ length: count }, (_, i) => Math.sin(start + 1.7 * i));
}

/**
 * The tensors of a plan, all different.
 * @param {Layer[]} plan
 */
function tensorsOf(plan) {
  /** @type {Record<string, Float32Array>} */
  const tensors = {};
  plan.forEach((layer, i) => {
    if (layer.op === "affine" || layer.op === "concat") return;
    if (layer.op === "fourier") tensors[`${i}.frequencies`] = numbers(layer.in * layer.count, i);
    else {
      const kernel = layer.op === "dense" ? 1 : layer.kernel * (layer.line ? 1 : layer.kernel);
      tensors[`${i}.weight`] = numbers(layer.in * layer.out * kernel, i).map((v) => v / 2);
      tensors[`${i}.bias`] = numbers(layer.out, 5 + i);
    }
    if (layer.op !== "conv_up" || !layer.style) return;
    tensors[`${i}.style.weight`] = numbers(layer.in * layer.style, 7 + i);
    tensors[`${i}.style.bias`] = numbers(layer.in, 8 + i).map((v) => v + 1);
  });
  return tensors;
}

/** @param {Layer[]} plan */
export function fileOf(plan) {
  const tensors = tensorsOf(plan);
  return { note: { plan }, tensors, tensor: (/** @type {string} */ name) => tensors[name] };
}

/** @type {Record<string, Layer[]>} */
export const PLANS = {
  "a perceptron": [
    { op: "dense", in: 5, out: 7, act: "leaky", shape: [7] },
    { op: "dense", in: 7, out: 9, act: "tanh", shape: [1, 3, 3] },
  ],
  "pictures that grow": [
    { op: "dense", in: 5, out: 12, act: "leaky", shape: [3, 2, 2] },
    { op: "conv_up", in: 3, out: 2, kernel: 4, stride: 2, padding: 1, side: 2, act: "leaky", shape: [2, 4, 4] },
    { op: "conv_up", in: 2, out: 3, kernel: 5, stride: 2, padding: 2, side: 4, act: "tanh", shape: [3, 8, 8] },
  ],
  "pictures by style": [
    { op: "dense", in: 5, out: 12, act: "leaky", shape: [3, 2, 2] },
    {
      op: "conv_up",
      in: 3,
      out: 2,
      kernel: 4,
      stride: 2,
      padding: 1,
      side: 2,
      style: 5,
      gain: 1.4,
      act: "leaky",
      shape: [2, 4, 4],
    },
    {
      op: "conv_up",
      in: 2,
      out: 1,
      kernel: 3,
      stride: 1,
      padding: 1,
      side: 4,
      style: 5,
      gain: 0,
      act: "tanh",
      shape: [1, 4, 4],
    },
  ],
  "a critic of pictures": [
    { op: "affine", scale: 0.5, shift: 0.5, shape: [2, 5, 5] },
    { op: "conv", in: 2, out: 3, kernel: 4, stride: 2, padding: 1, side: 5, act: "leaky", shape: [3, 2, 2] },
    { op: "dense", in: 12, out: 1, act: "none", shape: [1] },
  ],
  "a line that grows": [
    { op: "dense", in: 5, out: 12, act: "leaky", shape: [3, 4, 1] },
    {
      op: "conv_up",
      in: 3,
      out: 3,
      kernel: 3,
      stride: 1,
      padding: 1,
      side: 4,
      line: true,
      act: "leaky",
      shape: [3, 4, 1],
    },
    {
      op: "conv_up",
      in: 3,
      out: 2,
      kernel: 2,
      stride: 2,
      padding: 0,
      side: 4,
      line: true,
      act: "tanh",
      shape: [2, 8, 1],
    },
  ],
  "a critic of lines": [
    {
      op: "conv",
      in: 2,
      out: 3,
      kernel: 4,
      stride: 2,
      padding: 1,
      side: 8,
      line: true,
      act: "leaky",
      shape: [3, 4, 1],
    },
    {
      op: "conv",
      in: 3,
      out: 3,
      kernel: 3,
      stride: 1,
      padding: 1,
      side: 4,
      line: true,
      act: "leaky",
      shape: [3, 4, 1],
    },
    { op: "dense", in: 12, out: 1, act: "none", shape: [1] },
  ],
  "a critic of points": [
    { op: "fourier", in: 2, count: 3, shape: [8] },
    { op: "dense", in: 8, out: 1, act: "none", shape: [1] },
  ],
};

// ---- the definitions ------------------------------------------------------------------------------------------------

/**
 * @param {ArrayLike<number>} x
 * @param {ArrayLike<number>} weight [out, in] row by row
 * @param {ArrayLike<number>} bias
 */
function linear(x, weight, bias) {
  return Array.from(bias, (b, o) => Array.from(x).reduce((sum, v, i) => sum + weight[o * x.length + i] * v, b));
}

/**
 * What a convolution does across its input: of a line, nothing.
 * @param {ConvolutionDown | ConvolutionUp} layer
 */
const across = ({ kernel, stride, padding, side, line }) => (line ? [1, 1, 0, 1] : [kernel, stride, padding, side]);

/**
 * @param {number[]} x [in, side, side], of a line [in, side, 1]
 * @param {ConvolutionDown} layer
 * @param {ArrayLike<number>} weight [out, in, k, k], of a line [out, in, k, 1]
 * @param {ArrayLike<number>} bias
 */
function convolved(x, layer, weight, bias) {
  const { in: channels, out, kernel: k, stride, padding, side, shape: [, high, wide] } = layer, result = [];
  const [kw, step, edge, width] = across(layer);
  for (let o = 0; o < out; o++) {
    for (let y = 0; y < high; y++) {
      for (let at = 0; at < wide; at++) {
        let sum = bias[o];
        for (let c = 0; c < channels; c++) {
          for (let ky = 0; ky < k; ky++) {
            for (let kx = 0; kx < kw; kx++) {
              const row = y * stride - padding + ky, column = at * step - edge + kx;
              if (Math.min(row, column) < 0 || row >= side || column >= width) continue;
              sum += weight[((o * channels + c) * k + ky) * kw + kx] * x[(c * side + row) * width + column];
            }
          }
        }
        result.push(sum);
      }
    }
  }
  return result;
}

/**
 * The output value at (y, x) sees the input values at (row, column) with y = row stride - padding + ky, and so across.
 * @param {number[]} x [in, side, side], of a line [in, side, 1]
 * @param {ConvolutionUp} layer
 * @param {ArrayLike<number>} weight [in, out, k, k], of a line [in, out, k, 1]
 * @param {ArrayLike<number>} bias
 */
function convolvedUp(x, layer, weight, bias) {
  const { in: channels, out, kernel: k, stride, padding, side, shape: [, high, wide] } = layer, result = [];
  const [kw, step, edge, width] = across(layer);
  for (let o = 0; o < out; o++) {
    for (let y = 0; y < high; y++) {
      for (let at = 0; at < wide; at++) {
        let sum = bias[o];
        for (let c = 0; c < channels; c++) {
          for (let value = 0; value < side * width; value++) {
            const row = Math.floor(value / width), column = value % width;
            const ky = y + padding - row * stride, kx = at + edge - column * step;
            if (Math.min(ky, kx) < 0 || ky >= k || kx >= kw) continue;
            sum += weight[((c * out + o) * k + ky) * kw + kx] * x[(c * side + row) * width + column];
          }
        }
        result.push(sum);
      }
    }
  }
  return result;
}

/**
 * The weight of a layer as its w makes it: scaled by the styles, and back by their strength.
 * @param {Record<string, Float32Array>} tensors
 * @param {ConvolutionUp} layer
 * @param {number} i
 * @param {ArrayLike<number>} w
 */
function styledWeight(tensors, { in: channels, out, kernel, stride, gain }, i, w) {
  const weight = tensors[`${i}.weight`], each = kernel ** 2;
  const styles = linear(w, tensors[`${i}.style.weight`], tensors[`${i}.style.bias`]);
  const scaled = Array.from(weight, (v, at) => v * styles[Math.floor(at / each / out)]);
  if (!gain) return scaled;
  return scaled.map((v, at) => {
    const o = Math.floor(at / each) % out;
    let power = 0;
    for (let c = 0; c < channels; c++) for (let k = 0; k < each; k++) power += scaled[(c * out + o) * each + k] ** 2;
    return v * gain / Math.sqrt(power / stride ** 2 + 1e-8);
  });
}

/**
 * What one row comes to after the first `after` layers.
 * @param {Layer[]} plan
 * @param {number[]} row [in], or ws [layers, w_dim]
 * @param {number} after
 */
export function expected(plan, row, after = plan.length) {
  const { tensors } = fileOf(plan), styled = plan.some((layer) => "style" in layer);
  const size = /** @type {Dense} */ (plan[0]).in;
  let x = styled ? row.slice(0, size) : row;
  const seen = [x]; // after so many layers
  for (const [i, layer] of plan.slice(0, after).entries()) {
    const weight = tensors[`${i}.weight`], bias = tensors[`${i}.bias`];
    if (layer.op === "affine") x = x.map((v) => v * layer.scale + layer.shift);
    else if (layer.op === "concat") x = [...x, ...seen[layer.after]];
    else if (layer.op === "fourier") {
      const { count } = layer, frequencies = tensors[`${i}.frequencies`], point = x; // [in, count]
      const turns = Array.from({ length: count }, (_, k) => {
        return point.reduce((sum, v, n) => sum + v * frequencies[n * count + k], 0);
      });
      x = [...x, ...turns.map(Math.sin), ...turns.map(Math.cos)];
    } else if (layer.op === "dense") x = linear(x, weight, bias);
    else if (layer.op === "conv") x = convolved(x, layer, weight, bias);
    else if (layer.op === "conv_up") {
      const own = layer.style ? styledWeight(tensors, layer, i, row.slice(i * size, (i + 1) * size)) : weight;
      x = convolvedUp(x, layer, own, bias);
    }
    if (layer.act === "leaky") x = x.map((v) => (v < 0 ? v / 5 : v));
    if (layer.act === "tanh") x = x.map(Math.tanh);
    seen.push(x);
  }
  return x;
}
