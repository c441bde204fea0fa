// The moves of a way back by WebAssembly against those in JavaScript: every stride, edge and remainder.
import { fastMoves, plainMoves } from "../../gan/ui/browser/engine/moves.js";
import { assert, assertClose } from "./assert.js";
import { numbers } from "./tiny_networks.js";

/** @import { ConvolutionDown, ConvolutionUp } from "../../gan/ui/browser/engine/layers.js" */
/** @import { Moves } from "../../gan/ui/browser/engine/moves.js" */

const FROM = 1000, TO = 6000, BIAS = 14000, SCALES = 14100, SUMS = 14200;
const SLACK = 3; // numbers behind the last one that may be changed

// What both make of the same memory.
function both() {
  const own = new WebAssembly.Memory({ initial: 1 }), fast = new Float32Array(own.buffer);
  fast.set(numbers(fast.length, 1));
  const plain = fast.slice();
  return /** @type {[Float32Array, Moves][]} */ ([[fast, fastMoves(own, fast)], [plain, plainMoves(plain)]]);
}

/**
 * The same in both memories, but for SLACK numbers behind those that were written.
 * @param {Float32Array[]} memories
 * @param {number} end
 */
function assertAlike([fast, plain], end) {
  assertClose(fast.subarray(0, end), plain.subarray(0, end), 1e-4);
  assert(fast.subarray(end + SLACK).every((v, i) => v === plain[end + SLACK + i]), "more than the patches was changed");
}

/**
 * Kernels whose convolutions up and down are each other's adjoint, on maps of many sizes.
 * @returns {[number, number, number, number][]} kernel, stride, padding, side of the smaller map
 */
function kernels() {
  const found = /** @type {[number, number, number, number][]} */ ([]);
  for (
    const [kernel, stride, padding] of [[1, 1, 0], [3, 1, 1], [5, 1, 2], [4, 2, 1], [5, 2, 2], [3, 2, 1], [3, 3, 0]]
  ) {
    for (const side of [1, 2, 3, 4, 5, 7, 9]) found.push([kernel, stride, padding, side]);
  }
  return found;
}

Deno.test("patches are taken alike", () => {
  for (const [kernel, stride, padding, side] of kernels()) {
    /** @type {ConvolutionDown} */
    const layer = {
      op: "conv",
      in: 2,
      out: 1,
      kernel,
      stride,
      padding,
      side: side * stride,
      act: "none",
      shape: [1, side, side],
    };
    const [a, b] = both().map(([memory, { gather }]) => {
      gather(layer, FROM, TO);
      return memory;
    });
    assertAlike([a, b], TO + 2 * kernel ** 2 * side ** 2);
  }
});

Deno.test("patches are put together alike, with scales and without", () => {
  for (const [kernel, stride, padding, side] of kernels()) {
    const wide = side * stride;
    /** @type {ConvolutionUp} */
    const layer = { op: "conv_up", in: 1, out: 2, kernel, stride, padding, side, act: "none", shape: [2, wide, wide] };
    for (const scales of [0, SCALES]) {
      const [a, b] = both().map(([memory, { scatter }]) => {
        scatter(layer, FROM, TO, BIAS, scales);
        return memory;
      });
      assertAlike([a, b], TO + 2 * wide ** 2);
    }
  }
});

Deno.test("to take apart is the adjoint of to put together", () => {
  for (const [kernel, stride, padding, side] of kernels()) {
    const wide = side * stride, patches = kernel ** 2 * side ** 2, [[memory, { gather, scatter }]] = both();
    memory[BIAS] = 0;
    const put = memory.slice(FROM, FROM + patches), image = memory.slice(TO, TO + wide ** 2);
    const size = { kernel, stride, padding, act: /** @type {const} */ ("none") };
    gather({ op: "conv", in: 1, out: 1, side: wide, shape: [1, side, side], ...size }, TO, FROM);
    const taken = memory.slice(FROM, FROM + patches);
    memory.set(put, FROM);
    scatter({ op: "conv_up", in: 1, out: 1, side, shape: [1, wide, wide], ...size }, FROM, TO, BIAS, 0);
    const dot = (/** @type {Float32Array} */ a, /** @type {Float32Array} */ b) =>
      a.reduce((sum, v, i) => sum + v * b[i], 0);
    assertClose([dot(memory.subarray(TO, TO + wide ** 2), image)], [dot(put, taken)], 1e-3);
  }
});

Deno.test("gradients are bent and weighed alike", () => {
  for (const n of [1, 2, 3, 4, 5, 7, 8, 49]) {
    const [a, b] = both().map(([memory, { bend, weigh }]) => {
      memory[FROM] = 0; // is not above 0
      bend(TO, FROM, n, 0.2, 1.5, SUMS);
      const sum = weigh(TO, FROM + 100, n, -0.5);
      return { memory, sum };
    });
    assertClose([a.sum], [b.sum], 1e-5);
    assertClose(a.memory.subarray(SUMS, SUMS + 2), b.memory.subarray(SUMS, SUMS + 2), 1e-5);
    assertClose(a.memory.subarray(TO, TO + n), b.memory.subarray(TO, TO + n), 1e-6);
    assert(a.memory.subarray(TO + n, SUMS).every((v, i) => v === b.memory[TO + n + i]), "more than n were changed");
    assert(a.memory[TO] !== numbers(TO + 1, 1)[TO], "nothing was done");
  }
});
