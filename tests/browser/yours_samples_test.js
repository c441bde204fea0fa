// Where answers of the Yours tab start from: samples near a guess, of other classes, and of large models fewer.
import { candidates, levelled, nearest, rowsOf, samplesOf, startsOf } from "../../gan/ui/browser/yours/samples.js";
import { assert, assertClose, assertEquals } from "./assert.js";

/** A model whose w is z itself, 2 numbers for each of 3 layers. */
const model = (
  /** @type {object} */ more = {},
) => /** @type {import("../../gan/ui/browser/core/model.js").Model} */ (/** @type {unknown} */ ({
  name: "plain",
  zDim: 2,
  wDim: 2,
  width: 6,
  layered: true,
  noise: "normal",
  maps: [],
  classes: [],
  macs: 1e6,
  ...more,
}));

const line = { w: Array.from({ length: 300 }, (_, i) => new Float32Array([i, 0])), classes: [] };
const ws = rowsOf(model(), [new Float32Array([20.4, 0])]);

Deno.test("a sample's row has its w for each layer", () => {
  assertClose(ws, [20.4, 0, 20.4, 0, 20.4, 0], 1e-5);
});

Deno.test("a fit begins at one w for all layers, further from the mean than the guess; of plain models at the guess", () => {
  const guess = new Float32Array([1, 5, 2, 6, 3, 7]), wAvg = [[0, 4], [2, 4]].map((w) => new Float32Array(w));
  assertClose(levelled(model({ wAvg }), guess), [2.4, 6.8, 2.4, 6.8, 2.4, 6.8], 1e-5);
  assert(levelled(model({ wAvg, layered: false }), guess) === guess);
});

Deno.test("samples are always the same ones", async () => {
  const plain = model(), { w, classes } = await samplesOf(plain), again = await samplesOf(plain);
  assert(w === again.w && w.length > 1000 && classes.every((c) => c === 0), "mapped once, all of the one class");
  assert(w.some((one) => one[0] > 1) && w.some((one) => one[0] < -1), "they are drawn");
});

Deno.test("another model of the same name has samples of its own", async () => {
  const [plain, other] = await Promise.all([model(), model({ classes: ["a", "b"] })].map(samplesOf));
  assertEquals([plain, other].map(({ classes }) => classes[1]), [0, 1]);
});

Deno.test("those nearest to the mean of a guess are drawn; half as many of a large model", () => {
  const near = nearest(model(), line, ws);
  assertEquals(near.slice(0, 3), [20, 21, 19]);
  assertEquals(near.length, 2 * nearest(model({ macs: 1e8 }), line, ws).length);
  assertEquals(candidates(model(), line, ws), [near]);
});

Deno.test("of a model with classes the nearest of each, the nearest class first", () => {
  const classes = line.w.map((_, i) => i % 3),
    groups = candidates(model({ classes: ["a", "b", "c"] }), { ...line, classes }, ws);
  assertEquals(groups.map((group) => group[0]), [20, 21, 19]);
  assertEquals(groups[0].slice(0, 3), [20, 23, 17]);
});

Deno.test("the best of each group starts, the best group first; of one group what lies apart", () => {
  const error = (/** @type {number} */ i) => Math.abs(i - 23);
  assertEquals(startsOf(model(), line, [[20, 26], [5, 24], [60]], error), [24, 20, 60]);
  const alone = startsOf(model(), line, [Array.from({ length: 40 }, (_, i) => i)], error);
  assertEquals(alone.length, 6);
  assertEquals(alone[0], 23);
  assert(alone.every((i) => error(i) <= 9), "none is among the worse ones");
  assert(Math.max(...alone) - Math.min(...alone) >= 16, "they lie apart");
});
