// A generator on its way: how far it is, what is drawn before it is all here, and what a broken line gives.
import { receive, watchFetching } from "../../gan/ui/browser/page/generators.js";
import { assert, assertEquals, assertRejects } from "./assert.js";

// A layer's weight of four 16-bit numbers and its scale, as they travel: the high bytes, then the low ones.
const NAMES = { "0.scale": ["F32", 0, 4], "0.weight": ["I16", 4, 12] };
const places = Object.fromEntries(
  Object.entries(NAMES).map(([name, [dtype, from, to]]) => [name, { dtype, shape: [1], data_offsets: [from, to] }]),
);
const header = new TextEncoder().encode(JSON.stringify({ __metadata__: { atelier: "{}" }, ...places }));
const start = new Uint8Array(8);
new DataView(start.buffer).setBigUint64(0, BigInt(header.length), true);
const FIRST = Uint8Array.of(...start, ...header, 1, 2, 3, 4, 10, 20, 30, 40), LAST = Uint8Array.of(11, 21, 31, 41);
const FILE = [...start, ...header, 1, 2, 3, 4, 11, 10, 21, 20, 31, 30, 41, 40];
const SKETCH = [...start, ...header, 1, 2, 3, 4, 128, 10, 128, 20, 128, 30, 128, 40];

const after = (/** @type {number} */ ms) => new Promise((done) => setTimeout(done, ms));

/**
 * An answer whose parts come one after the other.
 * @param {Uint8Array[]} parts
 * @param {number} wait milliseconds before each but the first
 * @param {number | null} all the bytes that it announces
 */
function answer(parts, wait, all = FIRST.length + LAST.length) {
  const body = new ReadableStream({
    async start(stream) {
      for (const [i, part] of parts.entries()) {
        if (i) await after(wait);
        stream.enqueue(part);
      }
      stream.close();
    },
  });
  return new Response(body, { headers: all === null ? {} : { "X-Atelier-Bytes": String(all) } });
}

const never = () => assert(false, "a sketch was made where the file was there at once");

Deno.test("a file that comes at once is the file, and nothing else", async () => {
  const cut = FIRST.length - 30;
  const parts = [FIRST.slice(0, 5), FIRST.slice(5, cut), Uint8Array.of(...FIRST.slice(cut), ...LAST)];
  assertEquals([...new Uint8Array(await receive("m", answer(parts, 5), never))], FILE);
  await after(400);
});

Deno.test("what comes slowly is drawn before all of it is there", async () => {
  const sketches = /** @type {number[][]} */ ([]), told = /** @type {unknown[]} */ ([]);
  const stop = watchFetching((progress) => told.push(progress));
  const take = (/** @type {ArrayBuffer} */ file) => sketches.push([...new Uint8Array(file)]);
  assertEquals([...new Uint8Array(await receive("m", answer([FIRST, LAST], 500), take))], FILE);
  stop();
  assertEquals(sketches, [SKETCH]);
  const all = FILE.length;
  assertEquals(told, [null, { name: "m", got: all - 4, all }, { name: "m", got: all, all }, null]);
});

Deno.test("half a file is none", async () => {
  await assertRejects(receive("m", answer([FIRST], 0), () => {}), "only in part");
});

Deno.test("an answer that does not say how long it is comes as it is", async () => {
  assertEquals([...new Uint8Array(await receive("m", answer([FIRST, LAST], 0, null), never))], [...FIRST, ...LAST]);
});

Deno.test("a line that breaks is told of in a sentence, not in the browser's own words", async () => {
  const broken = new ReadableStream({
    start: (stream) => stream.enqueue(FIRST),
    pull: (stream) => stream.error(new TypeError("network error")),
  });
  const headers = { "X-Atelier-Bytes": String(FILE.length) };
  await assertRejects(receive("m", new Response(broken, { headers }), () => {}), "only in part");
});

Deno.test("while another file is on its way, the end of one is not the end of all", async () => {
  const told = /** @type {({ name: string } | null)[]} */ ([]);
  const stop = watchFetching((progress) => told.push(progress));
  await Promise.all([
    receive("slow", answer([FIRST, LAST], 60), () => {}),
    receive("quick", answer([FIRST, LAST], 5), () => {}),
  ]);
  stop();
  const names = told.map((progress) => progress?.name);
  assertEquals(names.slice(names.lastIndexOf("quick") + 1), ["slow", "slow", undefined]);
});
