// The walk that the page opens with, as a line: closed, slow at its seam, inside one cell of the seed plane.
import { placeOf } from "../../gan/ui/browser/explore/petal.js";
import { assert, assertEquals } from "./assert.js";

const places = Array.from({ length: 1001 }, (_, i) => placeOf(i / 1000));
const step = (/** @type {number} */ i) => Math.hypot(places[i + 1][0] - places[i][0], places[i + 1][1] - places[i][1]);

Deno.test("a round begins and ends at the seed itself", () => {
  assertEquals([places[0], places[1000]], [[0, 0], [0, 0]]);
});

Deno.test("it stays in the seed's cell and goes far into it", () => {
  assert(places.flat().every((v) => v >= 0 && v <= 0.999), "it left the cell");
  assert(Math.max(...places.map(([x, y]) => Math.min(x, y))) > 0.5, "it stayed near the seed");
});

Deno.test("it never jumps, and rests where it closes", () => {
  const steps = Array.from({ length: 1000 }, (_, i) => step(i));
  assert(Math.max(...steps) < 0.005, "it jumped");
  assert(steps[0] < 0.001 && steps[999] < 0.001, "it has a seam");
});

Deno.test("it comes back another way", () => {
  assert(Math.abs(places[250][0] - places[750][0]) > 0.1, "it went there and back");
});
