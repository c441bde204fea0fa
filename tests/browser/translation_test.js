// Networks whose layers take earlier features as well, and what they are given, against the definitions.
import { decodeBytes } from "../../gan/ui/browser/core/encoding.js";
import { bicubic, givenOf, withKnown } from "../../gan/ui/browser/core/translation.js";
import { compile } from "../../gan/ui/browser/engine/layout.js";
import { MATMUL } from "../../gan/ui/browser/engine/matmul.js";
import { translated } from "../../gan/ui/browser/engine/translation.js";
import { assert, assertClose, assertEquals, assertThrows } from "./assert.js";
import { expected, fileOf, numbers } from "./tiny_networks.js";

/** @import { Layer } from "../../gan/ui/browser/engine/layers.js" */

const MODULES = { "WebAssembly": new WebAssembly.Module(decodeBytes(MATMUL)), "plain JavaScript": null };
const NET = /** @type {Layer[]} */ ([
  { op: "conv", in: 2, out: 3, kernel: 4, stride: 2, padding: 1, side: 4, act: "leaky", shape: [3, 2, 2] },
  { op: "conv_up", in: 3, out: 3, kernel: 3, stride: 1, padding: 1, side: 2, act: "leaky", shape: [3, 2, 2] },
  { op: "concat", after: 1, shape: [6, 2, 2] },
  { op: "conv_up", in: 6, out: 1, kernel: 4, stride: 2, padding: 1, side: 2, act: "leaky", shape: [1, 4, 4] },
  { op: "concat", after: 0, shape: [3, 4, 4] },
  { op: "conv_up", in: 3, out: 2, kernel: 3, stride: 1, padding: 1, side: 4, act: "tanh", shape: [2, 4, 4] },
]);

for (const [how, module] of Object.entries(MODULES)) {
  Deno.test(`features of the way down stand beside those of the way up, ${how}`, () => {
    const net = compile(fileOf(NET), module);
    for (const start of [1, 2]) {
      const picture = numbers(32, start);
      assertClose(translated(net, picture), expected(NET, [...picture]), 1e-5);
    }
    assertThrows(() => translated(net, numbers(31, 1)), "32 values");
  });
}

Deno.test("a picture without features is enlarged as it is, and stays within its range", () => {
  assertClose(bicubic(new Float32Array(2 * 3 * 5).fill(0.3), [2, 3, 5], 4), Array(2 * 12 * 20).fill(0.3), 1e-6);
  const wild = bicubic(Float32Array.of(-1, 1, 1, -1, 1, -1, -1, 1, -1), [1, 3, 3], 3);
  assertEquals([Math.min(...wild), Math.max(...wild)], [-1, 1]);
  const slope = bicubic(Float32Array.from({ length: 64 }, (_, i) => (i % 8) / 8), [1, 8, 8], 2);
  for (let x = 5; x < 11; x++) assert(Math.abs(slope[8 * 16 + x] - (x / 2 - 0.25) / 8) < 1e-6, `${x}`);
});

Deno.test("what a model takes of a damaged picture", () => {
  const model = { name: "m", factor: 1, shape: [1, 2, 2], values: 4 }, image = Float32Array.of(0.1, 0.2, 0.3, 0.4);
  assertEquals(givenOf({ ...model, task: "denoise" }, image, null), image);
  const known = Float32Array.of(1, 0, 0, 1), holes = { ...model, task: "inpaint" };
  assertEquals(givenOf(holes, image, known), Float32Array.of(0.1, 0, 0, 0.4, 1, 0, 0, 1));
  assertEquals(withKnown(Float32Array.of(9, 8, 7, 6), image, known), Float32Array.of(0.1, 8, 7, 0.4).map(Math.fround));
  assertEquals(givenOf({ ...model, task: "enlarge", factor: 2 }, image.slice(0, 1), null).length, 4);
  assertThrows(() => givenOf({ ...model, task: "" }, image, null), "no repair");
  assertThrows(() => givenOf({ ...model, task: "denoise" }, image.slice(1), null), "other sides");
  assertThrows(() => givenOf({ ...model, task: "denoise" }, image, known), "what is known");
  assertThrows(() => givenOf(holes, image, null), "what is known");
});
