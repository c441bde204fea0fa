// Ends of a generator that choose: what the engine makes of its last sums.
import { choice, sign } from "../../gan/ui/browser/engine/ends.js";
import { compile } from "../../gan/ui/browser/engine/layout.js";
import { pictures } from "../../gan/ui/browser/engine/network.js";
import { differentiable } from "../../gan/ui/browser/engine/differentiable.js";
import { assertEquals, assertThrows } from "./assert.js";
import { fileOf, numbers } from "./tiny_networks.js";

Deno.test("one of each group is chosen at every place, the first of equals", () => {
  // channels 2 + 2 + 1, two places
  const memory = Float32Array.of(9, 1, 4, 2, 4, 3, 7, 5, 0, 0.5, -3, 9);
  choice(memory, 1, [5, 2, 1], 1, [2, 2]);
  assertEquals([...memory], [9, 0, 1, 1, 0, 0, 1, 1, 0, 1, 0, 9]);
});

Deno.test("several samples lie together", () => {
  const memory = Float32Array.of(1, 5, 2, 4); // channel 0 of samples a and b, then channel 1
  choice(memory, 0, [2, 1, 1], 2, [2]);
  assertEquals([...memory], [0, 1, 1, 0]);
});

Deno.test("signs are those of a value and its mirror image together", () => {
  const memory = Float32Array.of(1, -3, 2, 0);
  sign(memory, 0, [1, 2, 2], 1, []);
  assertEquals([...memory], [1, -1, -1, -1]);
});

Deno.test("a network ends in choices, and no gradient goes back through them", () => {
  /** @type {import("../../gan/ui/browser/engine/layers.js").Layer[]} */
  const plan = [{ op: "dense", in: 3, out: 8, act: "choice", groups: [3], shape: [4, 2, 1] }];
  const net = compile(fileOf(plan), null), made = pictures(net, numbers(6, 1), null, 1);
  assertEquals(made.length, 16);
  for (const sample of [made.subarray(0, 8), made.subarray(8)]) {
    for (const place of [0, 1]) assertEquals(sample[place] + sample[2 + place] + sample[4 + place], 1);
  }
  assertThrows(() => differentiable(net, null), "no gradient goes back through a choice");
});
