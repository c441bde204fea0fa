// Small graphs and clips, as pure functions: what is true of them, and what they are said to be.
import { frameOf, swingOf } from "../../gan/ui/browser/core/clips.js";
import { factsOf, graphOf, graphSays, partsOf, places } from "../../gan/ui/browser/core/graphs.js";
import { clipDistances, graphDistances } from "../../gan/ui/browser/core/stored_rows.js";
import { assertEquals } from "./assert.js";

const SIZE = 6, MODEL = { kind: "graphs", shape: [1, SIZE, SIZE], unit: 1, traits: {} };

/** A sample of some nodes, the first ones, and edges. */
function sample(nodes, edges) {
  const values = new Float32Array(SIZE * SIZE).fill(-1);
  for (let i = 0; i < nodes; i++) values[i * SIZE + i] = 1;
  for (const [i, j] of edges) values[i * SIZE + j] = values[j * SIZE + i] = 1;
  return values;
}

const facts = (nodes, edges) => Object.values(factsOf(graphOf(MODEL, sample(nodes, edges))));

Deno.test("what is true of a graph: nodes, edges, parts, whether it is a tree or cliques", () => {
  assertEquals(facts(3, [[0, 1], [1, 2]]), [3, 2, 1, true, false]);
  assertEquals(facts(6, [[0, 1], [1, 2], [0, 2], [3, 4], [4, 5], [3, 5]]), [6, 6, 2, false, true]);
  assertEquals(facts(4, [[0, 1], [1, 2], [2, 3], [0, 3]]), [4, 4, 1, false, false]);
  assertEquals(facts(2, [[0, 1]]), [2, 1, 1, true, true]);
  assertEquals(facts(0, []), [0, 0, 0, false, false]);
});

Deno.test("an edge to a node that is not there is none, and parts are told apart", () => {
  assertEquals(facts(2, [[0, 1], [1, 4]]), [2, 1, 1, true, true]);
  assertEquals(partsOf(graphOf(MODEL, sample(5, [[0, 3], [3, 4]]))), [[0, 3, 4], [1], [2]]);
  assertEquals(graphSays(MODEL, sample(4, [[0, 1], [1, 2]])), "a graph of 2 parts: 4 nodes, 2 edges");
});

Deno.test("a graph has one drawing, and an edge draws its nodes together", () => {
  const apart = places(graphOf(MODEL, sample(6, []))), joined = places(graphOf(MODEL, sample(6, [[0, 3]])));
  const far = (at) => Math.hypot(at[0][0] - at[3][0], at[0][1] - at[3][1]);
  assertEquals(places(graphOf(MODEL, sample(6, []))), apart);
  assertEquals([far(joined) < 0.8 * far(apart), apart.every(([x, y]) => Math.hypot(x, y) <= 1)], [true, true]);
});

Deno.test("graphs are as far apart as nodes and pairs that differ", () => {
  const row = (values) => [...values].map((value) => Number(value > 0));
  const rows = Uint8Array.from([sample(3, [[0, 1]]), sample(4, [[0, 1], [1, 2]])].flatMap(row));
  assertEquals(graphDistances(MODEL, sample(3, [[0, 1]]), rows, SIZE * SIZE), [0, 2]);
});

const CLIP = { kind: "clips", shape: [4, 3, 5], unit: 1, traits: {} };

/** A clip of a white column that stands in these places. */
function column(...places) {
  const clip = new Float32Array(4 * 15).fill(-1);
  places.forEach((at, frame) => [0, 1, 2].forEach((row) => clip[frame * 15 + row * 5 + at] = 1));
  return clip;
}

Deno.test("a loop's frames follow one another round and round", () => {
  const at = (number) => [0, 1, 2, 3, 4].find((x) => frameOf(CLIP, column(2, 3, 2, 0), number).data[4 * x] === 255);
  assertEquals([0, 1, 2, 3, 4, 5].map(at), [2, 3, 2, 0, 2, 3]);
});

Deno.test("how far a clip swings, to the left and to the right of where it begins", () => {
  assertEquals(swingOf(CLIP, column(2, 3, 2, 0)), { left: 2, right: 1 });
  assertEquals(swingOf(CLIP, new Float32Array(60).fill(-1)), { left: 0, right: 0 });
});

Deno.test("clips are as far apart as their greys, black from white by 1", () => {
  const rows = Uint8Array.from([new Uint8Array(60).fill(255), new Uint8Array(60)].flatMap((row) => [...row]));
  assertEquals(clipDistances(CLIP, new Float32Array(60).fill(1), rows, 60), [0, 1]);
});
