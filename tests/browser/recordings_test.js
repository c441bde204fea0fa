// Recorded runs: frames filled in, found by steps and stages, what lies between two of them, and where a latent lies.
import { decodeBytes, decodePlaces, decodeSigned, encodeBytes } from "../../gan/ui/browser/core/encoding.js";
import {
  curveUpTo,
  frameAt,
  placeOf,
  placeOfLatent,
  placesOf,
  wholeRecording,
} from "../../gan/ui/browser/core/recordings.js";
import { assertClose, assertEquals } from "./assert.js";

const words = (/** @type {number[]} */ ...numbers) => encodeBytes(Uint16Array.from(numbers));
const bytes = (/** @type {number[]} */ ...numbers) => encodeBytes(Uint8Array.from(numbers));
const signed = (/** @type {number[]} */ ...numbers) => encodeBytes(Int8Array.from(numbers));

const lane = (/** @type {number} */ at, /** @type {any} */ more = {}) => ({
  fakes: words(at, 2 * at),
  opinions: bytes(at / 100),
  field: bytes(at / 100, 0),
  arrows: { count: 1, by: signed(at / 100, -at / 100), longest: at },
  figures: { fair: at },
  ...more,
});

/** @type {any} */
const TAKE = {
  scene: {},
  frames: [0, 10, 30].map((steps) => ({ steps, lanes: [lane(100 * steps)] })),
  curve: [{ steps: 5, lanes: [[1]] }, { steps: 10, lanes: [[2]] }, { steps: 20, lanes: [[3]] }],
};
/** @type {any} */
const ROUND = {
  scene: {},
  curve: [],
  frames: [
    { steps: 7, lanes: [lane(1)] },
    ...[0, 1, 2].map((index) => ({ steps: 7, lanes: [lane(1)], stage: { index } })),
  ],
};

Deno.test("what a frame leaves out is as in the frame before", () => {
  const { takes: { run } } = wholeRecording(
    /** @type {any} */ ({
      takes: {
        run: {
          frames: [{ steps: 0, lanes: [{ a: 1, b: 2 }] }, { steps: 1, lanes: [{ b: 3 }] }, { steps: 2, lanes: [{}] }],
        },
      },
    }),
  );
  assertEquals(run.frames.map(({ lanes: [one] }) => one), [{ a: 1, b: 2 }, { a: 1, b: 3 }, { a: 1, b: 3 }]);
});

Deno.test("a moment's place is that of the last frame before it", () => {
  assertEquals([-1, 0, 9, 10, 29, 30, 99].map((steps) => placeOf(TAKE, steps)), [0, 0, 0, 1, 1, 2, 2]);
  assertEquals(placesOf(TAKE, { start: 10, end: 30 }), [1, 2]);
});

Deno.test("a round's stretch is one of stages", () => {
  assertEquals(placesOf(ROUND, { start: 0, end: 2 }), [1, 3]);
  assertEquals(frameAt(ROUND, 2).stage.index, 1);
});

Deno.test("curves end at the moment", () => {
  assertEquals(curveUpTo(TAKE, 10).map(({ steps }) => steps), [5, 10]);
  assertEquals(curveUpTo(TAKE, 0), []);
});

Deno.test("a recorded frame is shown as it is", () => {
  assertEquals(frameAt(TAKE, 1), TAKE.frames[1]);
  assertEquals([frameAt(TAKE, -3), frameAt(TAKE, 99)], [TAKE.frames[0], TAKE.frames[2]]);
});

Deno.test("between two frames everything is on the straight way, and figures are those measured last", () => {
  const { steps, lanes: [now] } = frameAt(TAKE, 1.25);
  assertEquals(steps, 10);
  assertEquals(new Uint16Array(decodeBytes(now.fakes).buffer), Uint16Array.from([1500, 3000]));
  assertEquals([decodeBytes(now.opinions), decodeBytes(now.field)], [Uint8Array.from([15]), Uint8Array.from([15, 0])]);
  assertEquals(decodeSigned(now.arrows.by), Int8Array.from([15, -15]));
  assertEquals([now.arrows.longest, now.figures.fair], [1500, 1000]);
});

Deno.test("stages of a round, and pictures, jump", () => {
  assertEquals(frameAt(ROUND, 1.5), ROUND.frames[1]);
  const pictures = /** @type {any} */ ({
    frames: [{ steps: 0, lanes: [{ fakes: bytes(0) }] }, { steps: 1, lanes: [{ fakes: bytes(9) }] }],
  });
  assertEquals(frameAt(pictures, 0.5).lanes[0].fakes, bytes(0));
});

Deno.test("bytes come back as they went", () => {
  assertEquals(decodeBytes(bytes(0, 7, 255)), Uint8Array.from([0, 7, 255]));
  assertEquals(decodeSigned(signed(-128, 0, 127)), Int8Array.from([-128, 0, 127]));
  assertClose(decodePlaces(words(0, 65535, 65535, 0)), [0, 0, 1, 1], 0);
  assertEquals(encodeBytes(Uint16Array.from([1, 2, 3]).subarray(1, 2)), words(2));
});

Deno.test("a latent lies where its corner of the bent sheet does, and between four corners in their middle", () => {
  // a sheet of 2 x 2: the first number goes down the rows, the second along them; its latents are the middles of halves
  const at = Float32Array.from([0, 0, 0, 1, 1, 0, 1, 1]);
  assertClose(placeOfLatent(at, 2, [0.25, 0.25]), [0, 0], 1e-6);
  assertClose(placeOfLatent(at, 2, [0.25, 0.75]), [0, 1], 1e-6);
  assertClose(placeOfLatent(at, 2, [0.75, 0.25]), [1, 0], 1e-6);
  assertClose(placeOfLatent(at, 2, [0.5, 0.5]), [0.5, 0.5], 1e-6);
  assertClose(placeOfLatent(at, 2, [0, 1]), [0, 1], 1e-6);
});
