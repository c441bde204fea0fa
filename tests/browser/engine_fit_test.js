// Gradients of tiny networks against differences of what the definitions give, and fits, without a page.
import { decodeBytes } from "../../gan/ui/browser/core/encoding.js";
import { backward, forward } from "../../gan/ui/browser/engine/backward.js";
import { ahead, begin, look, reaches } from "../../gan/ui/browser/engine/descent.js";
import { differentiable } from "../../gan/ui/browser/engine/differentiable.js";
import { addPulls, advance, begun, compared, difference, fitted } from "../../gan/ui/browser/engine/fitting.js";
import { compile } from "../../gan/ui/browser/engine/layout.js";
import { MATMUL } from "../../gan/ui/browser/engine/matmul.js";
import { pictures } from "../../gan/ui/browser/engine/network.js";
import { assert, assertClose, assertEquals, assertThrows } from "./assert.js";
import { expected, fileOf, numbers, PLANS } from "./tiny_networks.js";

/** @import { Given } from "../../gan/ui/browser/engine/fitting.js" */
/** @import { Layer } from "../../gan/ui/browser/engine/layers.js" */

const MODULES = { "WebAssembly": new WebAssembly.Module(decodeBytes(MATMUL)), "plain JavaScript": null };
const GENERATORS = ["a perceptron", "pictures that grow", "pictures by style"];
const STYLE = PLANS["pictures by style"], SHAPE = [1, 4, 4], ROWS = 15;

/**
 * @param {string} plan of PLANS
 * @param {WebAssembly.Module | null} module
 */
const opened = (plan, module = null) => differentiable(compile(fileOf(PLANS[plan]), module), module);

/** @param {Partial<Given>} own */
function given(own = {}) {
  const target = pictures(compile(fileOf(STYLE), null), numbers(ROWS, 9), null), known = new Float32Array(16).fill(1);
  /** @type {Given} */
  const whole = {
    ws: numbers(2 * ROWS, 1),
    target,
    known,
    shrink: 1,
    grey: false,
    steps: 30,
    pull: { layers: 0, mean: 0, start: 0 },
  };
  return { ...whole, ...own };
}

const SPREAD = { mean: numbers(5, 3), sd: numbers(5, 4).map((v) => 1 + v / 2) };

/**
 * @param {Given} asked
 * @param {number[]} pieces steps of each
 */
function run(asked, pieces = [asked.steps]) {
  const network = opened("pictures by style"), progress = begun(asked, SPREAD, ROWS);
  for (const count of pieces) advance(network, SHAPE, asked, SPREAD, progress, count);
  return { progress, ...fitted(progress, SPREAD) };
}

// ---- the way back ---------------------------------------------------------------------------------------------------

for (const [way, module] of Object.entries(MODULES)) {
  for (const name of GENERATORS) {
    Deno.test(`${name} by ${way}: a network that keeps what it is given makes the same`, () => {
      const network = opened(name, module),
        ws = numbers(network.net.start, 2),
        own = compile(fileOf(PLANS[name]), module);
      for (let turn = 0; turn < 2; turn++) assertClose(forward(network, ws), pictures(own, ws, null), 1e-6);
    });

    Deno.test(`${name} by ${way}: the gradient is what small changes come to`, () => {
      const network = opened(name, module), { start } = network.net, ws = numbers(start, 2), tiny = 1e-6;
      const image = forward(network, ws), weights = numbers(image.length, 6);
      const along = (/** @type {number[]} */ row) =>
        expected(PLANS[name], row).reduce((s, v, i) => s + v * weights[i], 0);
      const slopes = Array.from(ws, (_, i) => {
        const [above, below] = [tiny, -tiny].map((step) => along(Array.from(ws, (v, j) => (i === j ? v + step : v))));
        return (above - below) / (2 * tiny);
      });
      const largest = Math.max(...slopes.map(Math.abs));
      for (let turn = 0; turn < 2; turn++) assertClose(backward(network, weights), slopes, 1e-4 * largest);
    });
  }
}

Deno.test("the network that draws keeps its own memory", () => {
  const net = compile(fileOf(STYLE), null), before = net.memory.slice(), network = differentiable(net, null);
  forward(network, numbers(ROWS, 1));
  backward(network, numbers(16, 1));
  assertEquals(net.memory, before);
});

Deno.test("a ws that overflows leaves nothing behind", () => {
  for (const module of Object.values(MODULES)) {
    for (const name of GENERATORS) {
      const network = opened(name, module), { start } = network.net, ws = numbers(start, 2);
      const n = forward(network, ws).length, before = backward(network, numbers(n, 3)).slice();
      forward(network, new Float32Array(start).fill(3e38));
      backward(network, new Float32Array(n).fill(NaN));
      forward(network, ws);
      assertEquals(backward(network, numbers(n, 3)).slice(), before);
    }
  }
});

Deno.test("a layer that no gradient goes back through is refused", () => {
  for (const name of ["a critic of pictures", "a critic of points"]) assertThrows(() => opened(name), "no gradient");
  const plan = STYLE.map((layer) => /** @type {Layer} */ ({ ...layer, act: "tanh" }));
  assertThrows(() => differentiable(compile(fileOf(plan), null), null), "no gradient");
});

// ---- the error ------------------------------------------------------------------------------------------------------

Deno.test("pictures are compared whole, in blocks or by luma", () => {
  const image = Float32Array.from({ length: 12 }, (_, i) => i), shape = [3, 2, 2];
  assertEquals(compared(image, shape, 1, false), image);
  assertEquals(compared(image, shape, 2, false), Float32Array.of(1.5, 5.5, 9.5));
  assertClose(compared(image, shape, 2, true), [0.299 * 1.5 + 0.587 * 5.5 + 0.114 * 9.5], 1e-6);
  assertEquals(compared(image, [1, 2, 6], 1, true), image); // one channel is its own luma
  assertEquals(compared(image, [1, 2, 6], 2, true), Float32Array.of(3.5, 5.5, 7.5));
});

Deno.test("the error is the mean over what is known, and so is its gradient", () => {
  const image = numbers(3 * 16, 1), shape = [3, 4, 4], tiny = 1e-2; // of a square the middle difference is exact
  for (
    const [shrink, grey, each] of /** @type {[1 | 2 | 4, boolean, boolean][]} */ ([
      [1, false, true],
      [1, false, false],
      [2, false, true],
      [4, true, true],
      [2, true, true],
    ])
  ) {
    const size = 16 / shrink ** 2 * (grey ? 1 : 3), target = numbers(size, 5);
    const known = numbers(each ? size : 16 / shrink ** 2, 7).map((v) => Math.abs(v));
    const asked = given({ target, known, shrink, grey });
    const { error, gradient } = difference(image, shape, asked), seen = compared(image, shape, shrink, grey);
    let total = 0, sum = 0;
    for (let i = 0; i < size; i++) {
      total += known[i % known.length];
      sum += known[i % known.length] * (seen[i] - target[i]) ** 2;
    }
    assertClose([error], [sum / Math.max(total, 1)], 1e-5);
    const slopes = Array.from(image, (_, i) => {
      const [above, below] = [tiny, -tiny].map((step) => {
        return difference(image.map((v, j) => (i === j ? v + step : v)), shape, asked).error;
      });
      return (above - below) / (2 * tiny);
    });
    assertClose(gradient, slopes, 1e-5);
  }
});

Deno.test("pulls lead to the mean of the layers, of all, and back to where it began", () => {
  const u = Float32Array.of(1, 2, 3, 6), from = Float32Array.of(1, 0, 3, 8); // two layers of two numbers
  const pulled = (/** @type {number} */ layers, /** @type {number} */ mean, start = 0) => {
    const gradient = new Float32Array(4), loss = addPulls(gradient, u, from, 2, { layers, mean, start });
    return [loss, ...gradient];
  };
  assertClose(pulled(0, 0, 1), [2, 0, 1, 0, -1], 1e-6); // the mean of (u - from)^2
  assertClose(pulled(0, 1), [12.5, 0.5, 1, 1.5, 3], 1e-6); // the mean of u^2
  assertClose(pulled(1, 0), [2.5, -0.5, -1, 0.5, 1], 1e-6); // the mean of (u - mean of layers)^2
  assertClose(pulled(2, 3), [42.5, 0.5, 1, 5.5, 11], 1e-6);
});

// ---- downhill -------------------------------------------------------------------------------------------------------

/**
 * A bowl that is much steeper one way than the other: [loss, slope].
 * @param {Float32Array} at
 * @returns {[number, Float32Array]}
 */
function bowl(at) {
  const steep = at.map((_, i) => 3 ** i);
  return [at.reduce((sum, v, i) => sum + steep[i] * (v - 0.1) ** 2 / 2, 0), at.map((v, i) => steep[i] * (v - 0.1))];
}

Deno.test("a direction is the slope times what the BFGS formula makes of the last twenty pairs", () => {
  const n = 6, descent = begin(new Float32Array(n), ...bowl(new Float32Array(n)), 3), { reach } = descent;
  const product = (/** @type {number[][]} */ a, /** @type {number[][]} */ b) =>
    a.map((row) => b[0].map((_, j) => row.reduce((sum, v, k) => sum + v * b[k][j], 0)));
  for (let step = 0; step < 24; step++) {
    look(descent, ...bowl(ahead(descent)));
    let H = Array.from(reach, (far, i) => Array.from({ length: n }, (_, j) => (i === j ? descent.scale * far : 0)));
    const pairs = descent.pairs.filter((pair) => pair !== null);
    if (!descent.pairs[descent.pairs.length - 1]) continue; // it looks nearer by
    for (const { move, change, inverse } of pairs) { // H = V' H V + move move' / product, V = 1 - change move' / product
      const V = H.map((_, i) => H.map((_, j) => (i === j ? 1 : 0) - inverse * change[i] * move[j]));
      const turned = V.map((_, i) => V.map((row) => row[i]));
      H = product(product(turned, H), V).map((row, i) => row.map((v, j) => v + inverse * move[i] * move[j]));
    }
    const wish = H.map((row) => -row.reduce((sum, v, j) => sum + v * descent.slope[j], 0));
    const far = Math.sqrt(wish.reduce((sum, v) => sum + v * v, 0) / n), part = Math.min(0.1 / far, 1);
    assertClose(descent.move, wish.map((v) => v * part), 1e-3 * far * part);
    assert(pairs.length <= 20, "it remembers more than twenty");
  }
  assert(descent.pairs.length === 20, "pairs were lost");
});

Deno.test("numbers of a flat part go further", () => {
  const flat = 1 / 0.03;
  assertClose(reaches(Float32Array.of(4, -4, 1, -1, 0, 0), 3), [1, 1, 4, 4, flat, flat], 1e-4);
  assertClose(reaches(new Float32Array(2), 1), [flat, flat], 1e-4);
  const far = 0.02 * Math.sqrt(1.5);
  const { move } = begin(new Float32Array(6), 1, Float32Array.of(4, -4, 1, -1, 0, 0), 3);
  assertClose(move, [-far, far, -far, far, 0, 0], 1e-6);
});

Deno.test("a bowl's bottom is found, and no step leads up", () => {
  const start = numbers(6, 2), descent = begin(start, ...bowl(start), 3);
  let loss = descent.loss;
  const first = loss;
  for (let step = 0; step < 40; step++) {
    look(descent, ...bowl(ahead(descent)));
    assert(descent.loss <= loss, `${descent.loss} after ${loss}`);
    loss = descent.loss;
  }
  assert(loss < 1e-6 * first, `${loss} of ${first}`);
  assertClose(bowl(descent.at)[1], descent.slope, 1e-6);
});

Deno.test("a first move is short, none is long, and where one leads up it is tried nearer by", () => {
  const size = (/** @type {Float32Array} */ row) => Math.hypot(...row) / Math.sqrt(row.length);
  const at = new Float32Array(4), descent = begin(at, 1, Float32Array.of(5, 0, 0, 0), 1);
  assertClose([size(descent.move)], [0.02], 1e-6);
  for (const bad of [1, 2, Infinity, NaN]) {
    const { move } = descent;
    assertEquals(look(descent, bad, new Float32Array(4).fill(NaN)), false);
    assertClose(descent.move, move.map((v) => 0.4 * v), 1e-9);
    assertEquals([descent.loss, descent.at], [1, at]);
  }
  assertEquals(look(descent, 0.5, Float32Array.of(5 - 1e-4, 0, 0, 0)), true); // hardly curved: the bottom is far
  assertClose([size(descent.move)], [0.1], 1e-6);
  assertEquals(begin(at, 1, new Float32Array(4), 1).move.map(Math.abs), at); // nothing leads down
});

// ---- fits -----------------------------------------------------------------------------------------------------------

Deno.test("a fit finds a picture of the network's own, from each start", () => {
  const asked = given({ steps: 300 }), { errors, ws, progress } = run(asked), net = compile(fileOf(STYLE), null);
  const before = run(given({ steps: 0 })).errors;
  assertEquals(progress.step, 300);
  errors.forEach((error, i) => assert(error < before[i] / 20, `${error} after ${before[i]}`));
  const made = pictures(net, ws, null);
  for (let i = 0; i < 2; i++) {
    assertClose([difference(made.slice(16 * i, 16 * i + 16), SHAPE, asked).error], [errors[i]], 1e-6);
  }
});

Deno.test("a step goes down the error and its pulls, in deviations of w", () => {
  const asked = given({ ws: numbers(ROWS, 1), steps: 7, pull: { layers: 0.3, mean: 0.2, start: 0.1 } });
  const network = opened("pictures by style"), start = begun(asked, SPREAD, ROWS).u;
  const seen = (/** @type {Float32Array} */ u) => {
    const ws = Float32Array.from(u, (value, i) => SPREAD.mean[i % 5] + SPREAD.sd[i % 5] * value);
    const { error, gradient } = difference(forward(network, ws), SHAPE, asked);
    const slope = backward(network, gradient).map((g, i) => g * SPREAD.sd[i % 5]);
    return { error, loss: error + addPulls(slope, u, start, 5, asked.pull), slope };
  };
  const first = seen(start), descent = begin(start, first.loss, first.slope, 3), errors = [first.error];
  for (let step = 0; step < 7; step++) {
    const { error, loss, slope } = seen(ahead(descent));
    if (look(descent, loss, slope)) errors.push(error);
  }
  const { progress, ws } = run(asked);
  assertClose(progress.descents[0].at, descent.at, 1e-6);
  assertClose(progress.errors, errors.slice(-1), 1e-6);
  assertClose(ws, Array.from(descent.at, (v, i) => SPREAD.mean[i % 5] + SPREAD.sd[i % 5] * v), 1e-6);
  assert(errors.length > 3, "hardly a step led down");
});

Deno.test("starts do not mix: each goes as it goes alone", () => {
  const both = run(given()), ws = numbers(2 * ROWS, 1);
  for (let i = 0; i < 2; i++) {
    const alone = run(given({ ws: ws.slice(i * ROWS, (i + 1) * ROWS) }));
    assertEquals(alone.ws, both.ws.slice(i * ROWS, (i + 1) * ROWS));
    assertEquals(alone.errors[0], both.errors[i]);
  }
});

Deno.test("a fit in pieces is the fit in one, and the piece of its last step judges it", () => {
  const asked = given(), whole = run(asked), part = run(asked, [7, 1, 21]).progress;
  assertEquals([part.step, part.done], [29, false]);
  assertEquals(run(asked, [7, 1, 21, 1]), whole);
  assertEquals([whole.progress.step, whole.progress.done], [30, true]);
});

Deno.test("a pull leaves the layers nearer to each other, and ws nearer to the mean or to the start", () => {
  const none = { layers: 0, mean: 0, start: 0 };
  const spreads = [none, { ...none, layers: 5 }, { ...none, mean: 5 }, { ...none, start: 5 }].map((pull) => {
    const { progress } = run(given({ steps: 100, pull })), u = progress.descents[0].at;
    let all = 0, apart = 0;
    const gone = u.reduce((sum, v, i) => sum + (v - progress.u[i]) ** 2, 0);
    for (let i = 0; i < 5; i++) {
      const layers = [u[i], u[5 + i], u[10 + i]], middle = layers.reduce((a, b) => a + b) / 3;
      for (const v of layers) [all, apart] = [all + v * v, apart + (v - middle) ** 2];
    }
    return { all, apart, gone };
  });
  assert(spreads[1].apart < spreads[0].apart / 4, "the layers stay apart");
  assert(spreads[2].all < spreads[0].all / 4, "ws stay far from the mean");
  assert(spreads[3].gone < spreads[0].gone / 4, "ws go far from their start");
});

Deno.test("what is not known has no say", () => {
  const known = Float32Array.from({ length: 16 }, (_, i) => (i < 8 ? 1 : 0)), { target } = given();
  const changed = target.map((v, i) => (i < 8 ? v : -v));
  assertEquals(run(given({ known })), run(given({ known, target: changed })));
});
