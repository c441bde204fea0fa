// The engine's arithmetic by WebAssembly, with fused multiply-adds and without, and in JavaScript: every size and edge.
import { decodeBytes } from "../../gan/ui/browser/core/encoding.js";
import { backward, forward } from "../../gan/ui/browser/engine/backward.js";
import { blurred } from "../../gan/ui/browser/engine/blur.js";
import { packed } from "../../gan/ui/browser/engine/convolutions.js";
import { differentiable } from "../../gan/ui/browser/engine/differentiable.js";
import { compile } from "../../gan/ui/browser/engine/layout.js";
import { MATMUL } from "../../gan/ui/browser/engine/matmul.js";
import { pictures } from "../../gan/ui/browser/engine/network.js";
import { fastProducts, plainProducts, suited } from "../../gan/ui/browser/engine/products.js";
import { assert, assertClose, assertEquals } from "./assert.js";
import { expected, fileOf, numbers } from "./tiny_networks.js";

/** @import { Layer } from "../../gan/ui/browser/engine/layers.js" */
/** @import { Products } from "../../gan/ui/browser/engine/products.js" */

const BYTES = decodeBytes(MATMUL), FUSED = suited(BYTES) ?? BYTES;
const MODULES = [FUSED, BYTES].map((bytes) => new WebAssembly.Module(bytes));
const A = 1000, B = 3000, TO = 6000, BIAS = 14000, SCALES = 14100, SUMS = 14200;
const SLACK = 3; // numbers behind the last one that may be changed

/**
 * What each way makes of the same memory: [JavaScript's, those of WebAssembly].
 * @template Result
 * @param {(products: Products, memory: Float32Array) => Result} act
 * @returns {{ memory: Float32Array, result: Result }[]}
 */
function each(act) {
  const plain = new Float32Array(16384), start = numbers(plain.length, 1);
  plain.set(start);
  const found = [{ memory: plain, result: act(plainProducts(plain), plain) }];
  for (const module of MODULES) {
    const own = new WebAssembly.Memory({ initial: 1 }), memory = new Float32Array(own.buffer);
    memory.set(start);
    found.push({ memory, result: act(fastProducts(module, own), memory) });
  }
  return found;
}

/**
 * The same in all memories up to `end`, and nothing changed from SLACK numbers behind it up to `last`.
 * @param {{ memory: Float32Array }[]} made
 * @param {number} end
 */
function assertAlike(made, end, last = SUMS) {
  const start = numbers(16384, 1);
  for (const { memory } of made) {
    assertClose(memory.subarray(0, end), made[0].memory.subarray(0, end), 1e-4);
    for (let i = end + SLACK; i < last; i++) assert(memory[i] === start[i], `${i} was changed`);
  }
}

Deno.test("multiply-adds are fused where the browser knows it, and what knows no SIMD gets nothing", () => {
  assert(FUSED !== BYTES && FUSED.length === BYTES.length, "nothing was fused");
  assert(BYTES.filter((byte, i) => byte !== FUSED[i]).length > 60, "little was fused");
  const { validate } = WebAssembly;
  try {
    WebAssembly.validate = (bytes) => bytes === BYTES;
    assertEquals(suited(BYTES), BYTES);
    WebAssembly.validate = () => false;
    assertEquals(suited(BYTES), null);
  } finally {
    WebAssembly.validate = validate;
  }
});

Deno.test("a matrix and a vector of any size", () => {
  for (const m of [1, 3, 4, 5, 7, 8, 9, 17]) {
    for (const k of [1, 3, 4, 5, 9]) {
      const values = numbers(m * k, 4),
        columns = Array.from({ length: k }, (_, q) => q),
        laid = packed(values, m, k, columns);
      const made = each((products, memory) => {
        memory.set(laid, A);
        products.dots(A, B, TO, BIAS, m, k, 0.2);
      });
      const x = numbers(16384, 1),
        wanted = Array.from({ length: m }, (_, r) => {
          const sum = columns.reduce((all, q) => all + values[r * k + q] * x[B + q], x[BIAS + r]);
          return sum < 0 ? sum / 5 : sum;
        });
      for (const { memory } of made) {
        assertClose(memory.subarray(TO, TO + m), wanted, 1e-5);
        assert(memory[TO + m] === x[TO + m], "more was written");
      }
    }
  }
});

/**
 * Convolutions of both kinds on maps and lines of many sizes.
 * @returns {Layer[]}
 */
function convolutions() {
  const found = /** @type {Layer[]} */ ([]), rest = { act: /** @type {const} */ ("leaky"), in: 2, out: 5 };
  for (const [kernel, stride, padding] of [[1, 1, 0], [3, 1, 1], [4, 2, 1], [5, 2, 2], [3, 3, 0]]) {
    for (const small of [1, 3, 4, 5, 9]) {
      for (const line of small > 1 ? [false, true] : [false]) { // a line of one value is a map
        const large = small * stride, shape = (/** @type {number} */ side) => [5, side, line ? 1 : side];
        const size = { kernel, stride, padding, line, ...rest };
        found.push({ op: "conv_up", side: small, shape: shape(large), ...size });
        found.push({ op: "conv", side: large, shape: shape(small), ...size });
      }
    }
  }
  return found;
}

Deno.test("convolutions of every kernel, stride, edge and remainder", () => {
  for (const layer of convolutions()) {
    const file = fileOf([layer]);
    for (const module of [null, ...MODULES]) {
      const net = compile(file, module), row = numbers(net.start, 3);
      for (let turn = 0; turn < 2; turn++) {
        assertClose(pictures(net, row, null), expected([layer], Array.from(row)), 1e-4);
      }
    }
  }
});

Deno.test("a blur makes what blurred kernels make, there and back", () => {
  for (const op of /** @type {const} */ (["conv_up", "conv"])) {
    for (const small of [1, 2, 3, 4, 5, 8]) {
      const [side, made] = op === "conv_up" ? [small, 2 * small] : [2 * small, small];
      const size = { op, in: 3, out: 5, stride: 2, side, act: /** @type {const} */ ("leaky"), shape: [5, made, made] };
      const layer = /** @type {Layer} */ ({ ...size, kernel: 6, padding: 2 });
      const { tensors } = fileOf([/** @type {Layer} */ ({ ...size, kernel: 4, padding: 1 })]);
      const tensor = (/** @type {string} */ name) => tensors[name];
      const kernels = { ...tensors, "0.weight": blurred(tensors["0.weight"], 6) };
      const whole = compile({ note: { plan: [layer] }, tensor: (name) => Reflect.get(kernels, name) }, null);
      const row = numbers(whole.start, 3), wanted = pictures(whole, row, null);
      for (const module of [null, ...MODULES]) {
        const net = compile({ note: { plan: [/** @type {Layer} */ ({ ...layer, blur: true })] }, tensor }, module);
        for (let turn = 0; turn < 2; turn++) assertClose(pictures(net, row, null), wanted, 1e-5);
        if (op === "conv") continue;
        const [own, other] = [differentiable(net, module), differentiable(whole, null)];
        assertClose(forward(own, row), forward(other, row), 1e-5);
        assertClose(backward(own, numbers(wanted.length, 5)), backward(other, numbers(wanted.length, 5)), 1e-4);
      }
    }
  }
});

Deno.test("planes are blurred and bent", () => {
  for (const side of [1, 2, 3, 4, 5, 8, 9]) {
    const made = each((products) => products.blur(B, TO, 2, side, 0.2)), x = numbers(16384, 1).subarray(B);
    assertAlike(made, TO + 2 * side ** 2);
    let sum = 0; // the first value of the second plane
    const line = side + 2, first = line ** 2;
    for (let i = 0; i < 3; i++) {
      for (let j = 0; j < 3; j++) sum += [1, 2, 1][i] * [1, 2, 1][j] * x[first + i * line + j];
    }
    assertClose([made[0].memory[TO + side ** 2]], [sum / (sum < 0 ? 80 : 16)], 1e-6);
  }
});

Deno.test("lines are taken apart and laid together", () => {
  for (const [stride, step, n] of [[1, 1, 3], [1, 1, 4], [1, 1, 9], [2, 1, 5], [1, 4, 6]]) {
    const made = each((products) => products.take(B, TO, SCALES, stride, step, 40, 50, 200, 300, 2, 3, n));
    const x = numbers(16384, 1), last = TO + 300 + 100 + (n - 1) * step;
    for (const { memory } of made) {
      assertClose([memory[last]], [x[SCALES + 1] * x[B + 200 + 80 + (n - 1) * stride]], 1e-6);
      assert(
        memory[last + 1] === x[last + 1] && memory[TO + 50 + n * step] === x[TO + 50 + n * step],
        "more was written",
      );
    }
    assertAlike(made, last + 1);
  }
});

Deno.test("the hyperbolic tangent of some numbers, and of hardly any others", () => {
  const given = [-1e30, -9, -2, -1e-4, 0, 0.3, 1, 5, 7.9, 8, 100];
  const made = each((products, memory) => {
    memory.set(given, TO);
    products.tanh(TO, given.length);
  });
  for (const { memory } of made) assertClose(memory.subarray(TO, TO + given.length), given.map(Math.tanh), 3e-7);
  assertAlike(made, TO + given.length);
});

Deno.test("gradients are bent and weighed alike", () => {
  for (const n of [1, 2, 3, 4, 5, 7, 8, 49]) {
    const made = each((products, memory) => {
      memory[B] = 0; // is not above 0
      products.bend(TO, B, SUMS, n, 0.2, 1.5);
      return products.weigh(TO, B + 100, n, -0.5);
    });
    for (const { memory, result } of made) {
      assertClose([result], [made[0].result], 1e-5);
      assertClose(memory.subarray(SUMS, SUMS + 2), made[0].memory.subarray(SUMS, SUMS + 2), 1e-5);
      assert(memory[TO] !== numbers(TO + 1, 1)[TO], "nothing was done");
    }
    assertAlike(made, TO + n - SLACK);
  }
});
