// The engine's networks, its jobs and its search among real pictures, without a page.
import { decodeBytes } from "../../gan/ui/browser/core/encoding.js";
import { SAMPLING } from "../../gan/ui/browser/core/sampling.js";
import { JobQueue, pieces, single } from "../../gan/ui/browser/engine/jobs.js";
import { fours, sizeOf } from "../../gan/ui/browser/engine/layers.js";
import { compile } from "../../gan/ui/browser/engine/layout.js";
import { MATMUL } from "../../gan/ui/browser/engine/matmul.js";
import { criticRank, pictures } from "../../gan/ui/browser/engine/network.js";
import { nearest } from "../../gan/ui/browser/engine/reference.js";
import { assert, assertClose, assertEquals, assertRejects, assertThrows } from "./assert.js";
import { expected, fileOf, numbers, PLANS } from "./tiny_networks.js";

const CLOSE = 1e-5;
const MODULES = { "WebAssembly": new WebAssembly.Module(decodeBytes(MATMUL)), "plain JavaScript": null };

/**
 * A test of a tiny network by each way to compute.
 * @param {string} what
 * @param {string} plan of PLANS
 * @param {(net: ReturnType<typeof compile>) => void} check
 */
function testBoth(what, plan, check) {
  for (const [way, module] of Object.entries(MODULES)) {
    Deno.test(`${plan} by ${way}: ${what}`, () => check(compile(fileOf(PLANS[plan]), module)));
  }
}

/**
 * @param {Float32Array} rows
 * @param {number} width
 */
function split(rows, width) {
  return Array.from({ length: rows.length / width }, (_, i) => Array.from(rows.subarray(i * width, (i + 1) * width)));
}

// ---- layers ---------------------------------------------------------------------------------------------------------

Deno.test("sizes", () => {
  assertEquals([[], [7], [3, 2, 2]].map(sizeOf), [1, 7, 12]);
  assertEquals([0, 1, 4, 5].map(fours), [0, 4, 4, 8]);
});

// ---- networks -------------------------------------------------------------------------------------------------------

for (const [name, plan] of Object.entries(PLANS)) {
  testBoth("rows of any number come to what the definitions give", name, (net) => {
    for (const count of [1, 2, 5]) {
      const rows = numbers(count * net.start, count);
      assertClose(pictures(net, rows, null), split(rows, net.start).flatMap((row) => expected(plan, row)), CLOSE);
    }
  });

  testBoth("the features of every layer", name, (net) => {
    const row = numbers(net.start, 3);
    for (let after = 1; after <= plan.length; after++) {
      assertClose(pictures(net, row, null, after), expected(plan, Array.from(row), after), CLOSE);
    }
    assertEquals(pictures(net, row, null, 0), row.slice(0, net.width));
  });
}

Deno.test("more rows than a batch holds", () => {
  const net = compile(fileOf(PLANS["a perceptron"]), null), count = net.batch + 3;
  const all = pictures(net, numbers(count * 5, 1), null), last = pictures(net, numbers(count * 5, 1).slice(-5), null);
  assertClose(all.subarray(-9), last, CLOSE);
});

Deno.test("laying a network out leaves the file's plan as it is", () => {
  const file = fileOf(PLANS["pictures by style"]), before = structuredClone(file.note.plan);
  compile(file, null);
  assertEquals(file.note.plan, before);
});

testBoth("a mix blends the features of its layer", "pictures that grow", (net) => {
  const plan = PLANS["pictures that grow"], rows = numbers(10, 1), w = numbers(10, 2);
  for (const stage of [1, 2, 3]) {
    const mixed = split(rows, 5).flatMap((row, i) => {
      const second = expected(plan, split(w, 5)[i], stage);
      return expected(plan, row, stage).map((v, k) => v + 0.25 * (second[k] - v));
    });
    assertClose(pictures(net, rows, { stage, share: 0.25, w }, stage), mixed, CLOSE);
  }
  const between = rows.map((v, i) => v + 0.25 * (w[i] - v));
  assertClose(pictures(net, rows, { stage: 0, share: 0.25, w }), pictures(net, between, null), CLOSE);
  assertClose(pictures(net, rows, { stage: 2, share: 1, w }), pictures(net, w, null), CLOSE);
  assertEquals(pictures(net, rows, { stage: 2, share: 1, w }, 1), pictures(net, rows, null, 1)); // not yet there
});

testBoth("a mix blends the ws of its layer and of those behind it", "pictures by style", (net) => {
  const rows = numbers(30, 1), w = numbers(30, 2);
  const mixed = rows.map((v, i) => (i % 15 < 5 ? v : v + 0.25 * (w[i] - v)));
  assertClose(pictures(net, rows, { stage: 1, share: 0.25, w }), pictures(net, mixed, null), CLOSE);
});

// ---- ranks ----------------------------------------------------------------------------------------------------------

Deno.test("a rank is the share of real logits below an image's own", () => {
  const plan = PLANS["a critic of points"], points = numbers(6, 4);
  const logits = split(points, 2).map((point) => expected(plan, point)[0]);
  const real = Float32Array.from(logits).sort().map((v, i) => (i < 2 ? v - 0.01 : v + 0.01));
  const ranks = criticRank(compile(fileOf(plan), null), real, points, 3, 0);
  assertClose(ranks, logits.map((logit) => real.filter((v) => v < logit).length / 3), 1e-7);
  assertClose(ranks.slice().sort(), [1 / 3, 2 / 3, 2 / 3], 1e-7);
});

/**
 * A critic that is one layer.
 * @param {number} inputs
 * @param {number} logits
 * @param {number[]} weight
 */
function linearCritic(inputs, logits, weight) {
  const tensors = /** @type {Record<string, Float32Array>} */ ({
    "0.weight": Float32Array.from(weight),
    "0.bias": new Float32Array(logits),
  });
  /** @type {{ plan: import("../../gan/ui/browser/engine/layers.js").Layer[] }} */
  const note = { plan: [{ op: "dense", in: inputs, out: logits, act: "none", shape: [logits] }] };
  return compile({ note, tensor: (name) => tensors[name] }, null);
}

Deno.test("a critic that takes the class beside the image is given it", () => {
  const net = linearCritic(4, 1, [0, 0, 1, 2]), real = Float32Array.of(0.5, 1.5, 2.5, 3.5);
  assertEquals(criticRank(net, real, new Float32Array(4), 2, 0), Float32Array.of(0.25, 0.25));
  assertEquals(criticRank(net, real, new Float32Array(4), 2, 1), Float32Array.of(0.5, 0.5));
});

Deno.test("of a critic with a logit for each class that of the class counts", () => {
  const net = linearCritic(2, 2, [1, 0, 0, 1]), real = Float32Array.of(0, 1, 2, 3);
  const images = Float32Array.of(1, 2.5); // a logit that equals a real one is not above it
  assertEquals(criticRank(net, real, images, 1, 0), Float32Array.of(0.25));
  assertEquals(criticRank(net, real, images, 1, 1), Float32Array.of(0.75));
});

// ---- real pictures --------------------------------------------------------------------------------------------------

Deno.test("the nearest real pictures, the nearest first", () => {
  const pixels = Uint8Array.of(0, 10, 20, 250, 200, 100, 30, 30, 30, 40, 40, 40); // 2 of 1 x 2 in 3 colours
  const image = Float32Array.of(-1, 1, -1, 0.5, -1, -0.25); // [3, 1, 2]: one channel after the other
  const of = { kind: "pictures", shape: [3, 1, 2], unit: 1, traits: {} };
  const [first, second] = nearest({ pixels, shape: [2, 1, 2, 3] }, image, 2, of);
  assertEquals([first.index, second.index], [0, 1]);
  assertEquals(second.pixels, pixels.slice(6));
  const levels = [0, 0, 0, 255, 191.25, 95.625];
  const square = levels.reduce((sum, level, i) => sum + (pixels[i] - level) ** 2, 0) / 6;
  assertClose([first.distance], [Math.sqrt(square) / 255], 1e-6);
  assertEquals(nearest({ pixels, shape: [2, 1, 2, 3] }, image, 1, of).length, 1);
});

Deno.test("a medium says itself how far real samples are away", () => {
  /** @type {import("../../gan/ui/browser/core/stored_rows.js").Reading} */
  const reading = {
    distances: ({ traits }, [asked], rows, size) =>
      Array.from({ length: rows.length / size }, (_, i) => Math.abs(rows[i * size] - asked * Number(traits.times))),
    sample: (_, row) => Float32Array.from(row),
  };
  SAMPLING.steps = { ...SAMPLING.pictures, reading };
  const found = nearest(
    { pixels: Uint8Array.of(9, 0, 4, 1, 7, 2), shape: [3, 2] },
    Float32Array.of(2),
    2,
    { kind: "steps", shape: [1], unit: 1, traits: { times: 3 } },
  );
  assertEquals(found, [
    { index: 2, distance: 1, pixels: Uint8Array.of(7, 2) },
    { index: 1, distance: 2, pixels: Uint8Array.of(4, 1) },
  ]);
});

// ---- jobs -----------------------------------------------------------------------------------------------------------

/**
 * A job of some pieces that writes down when each of them is made.
 * @param {string[]} log
 * @param {string} label
 * @param {number} count
 * @returns {Generator<Promise<number>, string, number>}
 */
function* job(log, label, count) {
  let sum = 0;
  for (let i = 0; i < count; i++) {
    log.push(`${label}${i}`);
    sum += yield Promise.resolve(10 ** i);
  }
  return `${label} ${sum}`;
}

Deno.test("jobs take turns, a piece each", async () => {
  const queue = new JobQueue(), log = /** @type {string[]} */ ([]);
  const results = await Promise.all([queue.add("a", job(log, "a", 3)), queue.run(job(log, "b", 2))]);
  assertEquals(results, ["a 111", "b 11"]);
  assertEquals(log, ["a0", "b0", "a1", "b1", "a2"]);
});

Deno.test("of a task the newest job alone goes on", async () => {
  const queue = new JobQueue(), log = /** @type {string[]} */ ([]), jobs = ["old", "newer", "newest"];
  const results = await Promise.all(jobs.map((label) => queue.add("strip", job(log, label, 2))));
  assertEquals(results, [null, null, "newest 11"]);
  assertEquals(log, ["old0", "newest0", "newest1"]);
});

Deno.test("a job is replaced while a piece of it is made, and one of another task is not", async () => {
  const queue = new JobQueue(), log = /** @type {string[]} */ ([]), gate = Promise.withResolvers();
  function* gated() {
    yield gate.promise;
    log.push("the old one goes on");
    return "old";
  }
  const old = queue.add("strip", gated()), other = queue.add("film", job(log, "other", 2));
  const now = queue.add("strip", job(log, "now", 1));
  assertEquals(await old, null); // at once
  gate.resolve(0);
  assertEquals(await Promise.all([other, now]), ["other 11", "now 1"]);
  assertEquals(log, ["other0", "now0", "other1"]);
});

Deno.test("jobs without a task replace nothing", async () => {
  const queue = new JobQueue(), log = /** @type {string[]} */ ([]);
  const jobs = ["a", "b", "c"].map((label) => queue.add("", job(log, label, 1)));
  assertEquals(await Promise.all([...jobs, queue.run(job(log, "d", 1))]), ["a 1", "b 1", "c 1", "d 1"]);
});

Deno.test("a job that fails says so, and the others go on", async () => {
  const queue = new JobQueue(), fail = () => Promise.reject(new Error("no memory"));
  const failing = queue.add("a", single(fail)), next = queue.add("b", single(() => Promise.resolve(3)));
  await assertRejects(failing, "no memory");
  assertEquals(await next, 3);
  assertEquals(await queue.add("a", single(() => Promise.resolve(4))), 4);
});

Deno.test("pieces are rows, a few at a time, and come back in order", async () => {
  const asked = /** @type {number[][]} */ ([]);
  const make = (/** @type {number} */ from, /** @type {number} */ to) => {
    asked.push([from, to]);
    return Promise.resolve(Float32Array.from({ length: 2 * (to - from) }, (_, i) => 2 * from + i));
  };
  assertEquals(await new JobQueue().run(pieces(5, 2, 2, make)), Float32Array.from({ length: 10 }, (_, i) => i));
  assertEquals(asked, [[0, 2], [2, 4], [4, 5]]);
});

// ---- the claims themselves ------------------------------------------------------------------------------------------

Deno.test("a claim that does not hold is an error", async () => {
  assertEquals({ a: [1, Float32Array.of(2)] }, { a: [1, Float32Array.of(2)] });
  assertThrows(() => assertEquals([1, 2], [1, 3]), "is not");
  assertThrows(() => assertEquals([1], Float32Array.of(1)));
  assertThrows(() => assertEquals({ a: 1 }, { a: 1, b: undefined }));
  assertThrows(() => assertClose([1], [1.1], 0.01), "number 0");
  assertThrows(() => assertClose([NaN], [1], 9));
  assertThrows(() => assertClose([1], [1, 2], 9), "1 numbers");
  assertThrows(() => assertThrows(() => 1), "instead of an error");
  assertThrows(() => assertThrows(() => assert(false, "this"), "that"), "does not say");
  await assertRejects(assertRejects(Promise.resolve(1)), "instead of an error");
});
