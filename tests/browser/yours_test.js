// Drawings, given pictures, damage and likeness: what the Yours tab does before and after any network.
import { centred, extent, framedStrokes, FRAMINGS, imageOfInk, resampled } from "../../gan/ui/browser/core/centring.js";
import {
  below,
  downscaled,
  greyed,
  holed,
  noisy,
  repeated,
  salted,
  seenByEncoder,
  shrunk,
  stainPlaces,
} from "../../gan/ui/browser/core/damage.js";
import {
  croppedImage,
  hasNothing,
  inkOf,
  keptSize,
  movedCrop,
  scaledCrop,
  wholeCrop,
} from "../../gan/ui/browser/core/given_picture.js";
import { alike, decibels, likenessWord, squaredError } from "../../gan/ui/browser/core/likeness.js";
import { luma } from "../../gan/ui/browser/core/luma.js";
import { checkedHeader, headerOf, isLarge } from "../../gan/ui/browser/core/picture_header.js";
import { exampleStrokes, putStroke, radiusOf, sheetOf } from "../../gan/ui/browser/core/strokes.js";
import { assert, assertClose, assertEquals, assertRejects, assertThrows } from "./assert.js";

/** @param {import("../../gan/ui/browser/core/strokes.js").Dot[]} dots */
const stroke = (dots, erases = false) => ({ dots, erases });
/** @param {Float32Array} values */
const total = (values) => values.reduce((sum, v) => sum + v, 0);

// ---- strokes -------------------------------------------------------------------------------------------------------

Deno.test("a dot of ink has the area of its circle, and a line that of its length besides", () => {
  const dot = sheetOf([stroke([[0.5, 0.5, 0.1]])], 100),
    line = sheetOf([stroke([[0.3, 0.5, 0.1], [0.7, 0.5, 0.1]])], 100);
  assertClose([total(dot.ink)], [Math.PI * 100], 3);
  assertClose([total(line.ink) - total(dot.ink)], [40 * 20], 5);
  assert(dot.ink[50 * 100 + 50] === 1 && dot.ink[0] === 0, "ink lies where the pen was alone");
});

Deno.test("a stroke drawn piece by piece is the stroke drawn at once", () => {
  const dots = exampleStrokes()[0].dots, whole = sheetOf([stroke(dots)], 64), grown = sheetOf([], 64);
  for (let i = 0; i < dots.length; i++) putStroke(grown, stroke(dots.slice(0, i + 1)), i);
  assertEquals(grown.ink, whole.ink);
});

Deno.test("an eraser takes ink away, and strokes after it bring new ink", () => {
  const dot = /** @type {[number, number, number]} */ ([0.5, 0.5, 0.2]);
  const gone = sheetOf([stroke([dot]), stroke([dot], true)], 40),
    back = sheetOf([stroke([dot], true), stroke([dot])], 40);
  assertClose([Math.max(...gone.ink.slice(20 * 40 + 18, 20 * 40 + 22))], [0], 0);
  assertClose([back.ink[20 * 40 + 20]], [1], 0);
});

Deno.test("a pen that is pressed harder draws a broader line; a mouse always draws the same", () => {
  const pen = [0.1, 0.5, 1].map((pressure) => radiusOf(0.1, { pointerType: "pen", pressure }));
  assert(pen[0] < pen[1] && pen[1] < pen[2], String(pen));
  assertClose([pen[1]], [0.05], 1e-9);
  assertClose([radiusOf(0.1, { pointerType: "mouse", pressure: 0.1 })], [0.05], 0);
});

// ---- centring ------------------------------------------------------------------------------------------------------

Deno.test("a part of a sheet is averaged exactly, and nothing lies outside of it", () => {
  const sheet = { side: 4, ink: Float32Array.from({ length: 16 }, (_, i) => i / 16) };
  assertClose(resampled(sheet, { x: 0, y: 0, size: 4 }, 2), [2.5, 4.5, 10.5, 12.5].map((v) => v / 16), 1e-6);
  assertClose(resampled(sheet, { x: 0, y: 0, size: 4 }, 4), sheet.ink, 1e-6);
  assertClose(resampled(sheet, { x: -4, y: 0, size: 8 }, 2), [0, 7.5 / 16, 0, 0], 1e-6);
});

Deno.test("small or large, here or there: MNIST's makers would have made one picture of it", () => {
  const drawn = (/** @type {number} */ scale, /** @type {number} */ x, /** @type {number} */ y) =>
    centred(
      sheetOf(
        exampleStrokes().map(({ dots }) =>
          stroke(dots.map(([a, b, r]) => [x + scale * (a - 0.5), y + scale * (b - 0.5), scale * r]))
        ),
        160,
      ),
      28,
      FRAMINGS.mnist,
    );
  const usual = drawn(1, 0.5, 0.5);
  for (const other of [drawn(0.5, 0.5, 0.5), drawn(0.6, 0.25, 0.7), drawn(1.3, 0.5, 0.5)]) {
    assert(squaredError(usual, other) < 0.004, `they differ by ${squaredError(usual, other)}`);
  }
  const found = extent({ side: 28, ink: usual });
  assertClose([found?.x ?? 0, found?.y ?? 0], [14, 14], 0.05);
  assertClose([(found?.bottom ?? 0) - (found?.top ?? 0)], [20], 1.01);
});

Deno.test("a thin pen and a broad one, small or large: the same strokes, as broad as the data's", () => {
  const drawn = (/** @type {number} */ scale, /** @type {number} */ pen) => {
    const strokes = exampleStrokes().map(({ dots }) =>
      stroke(dots.map(([a, b]) => [0.5 + scale * (a - 0.5), 0.4 + scale * (b - 0.5), pen]))
    );
    return framedStrokes(strokes, sheetOf(strokes, 160), 28, FRAMINGS.mnist);
  };
  const usual = drawn(1, 0.03), broad = drawn(1, 0.09), small = drawn(0.5, 0.045), thin = drawn(1, 0.012);
  assert(squaredError(broad, small) < 0.01, `broad and small differ by ${squaredError(broad, small)}`);
  assert(squaredError(usual, thin) < 0.01, `usual and thin differ by ${squaredError(usual, thin)}`);
  assert(total(broad) > 1.2 * total(thin), "a broad pen stays broader");
  const found = extent({ side: 28, ink: broad });
  assertClose([(found?.bottom ?? 0) - (found?.top ?? 0)], [20], 1.01);
  assertClose([found?.x ?? 0, found?.y ?? 0], [14, 14], 0.4);
  const erased = [...exampleStrokes(), stroke([[0.5, 0.5, 0.1]], true)], sheet = sheetOf(erased, 160);
  assertEquals(framedStrokes(erased, sheet, 28, FRAMINGS.mnist), centred(sheet, 28, FRAMINGS.mnist));
});

Deno.test("a dot stays a dot, and an empty sheet empty", () => {
  const dot = centred(sheetOf([stroke([[0.2, 0.3, 0.01]])], 160), 28, FRAMINGS.mnist);
  assert(total(dot) > 0 && total(dot) < 28 * 28 / 8, `${total(dot)} pixels of ink`);
  assertEquals(total(centred(sheetOf([], 160), 28, FRAMINGS.mnist)), 0);
  assertEquals([...imageOfInk(new Float32Array([0, 1]), 3)], [-1, 1, -1, 1, -1, 1]);
});

// ---- likeness ------------------------------------------------------------------------------------------------------

Deno.test("equal pictures are wholly alike, an even grey not at all, and what is unknown does not count", () => {
  const picture = new Float32Array([-1, 1, -1, 1]), grey = new Float32Array(4);
  assertEquals([alike(picture, 0), alike(picture, squaredError(picture, grey))], [1, 0]);
  assertEquals(squaredError(picture, new Float32Array([-1, 1, 1, -1]), new Float32Array([1, 1, 0, 0])), 0);
  assertClose([decibels(4), decibels(0.04), decibels(0)], [0, 20, 60], 1e-9);
  assertEquals([1, 0.92, 0.8, 0.6, 0.1].map(likenessWord), ["same", "very", "near", "rough", "far"]);
});

// ---- damage --------------------------------------------------------------------------------------------------------

const SHAPE = [1, 8, 8], IMAGE = Float32Array.from({ length: 64 }, (_, i) => (i % 7) / 3 - 1);

Deno.test("a hole hides what it covers and nothing else", () => {
  const hidden = Float32Array.from({ length: 64 }, (_, i) => (i < 16 ? 0.7 : i < 24 ? 0.4 : 0));
  const { picture, known, certain } = holed(IMAGE, SHAPE, hidden);
  assertEquals([total(known), certain], [48, true]);
  assertEquals(picture.slice(16), IMAGE.slice(16));
  assertEquals(total(picture.slice(0, 16)), 0);
});

Deno.test("noise has its level, salt and pepper its share; both are the same for the same seed", () => {
  const flat = new Float32Array(4096), shape = [1, 64, 64];
  const noise = noisy(flat, shape, 0.1, 7).picture, salt = salted(flat, shape, 0.3, 7).picture;
  assertClose([Math.sqrt(squaredError(noise, flat))], [0.2], 0.01);
  assertClose(
    [salt.filter((v) => v === 1).length / 4096, salt.filter((v) => v === -1).length / 4096],
    [0.15, 0.15],
    0.02,
  );
  assertEquals(noise, noisy(flat, shape, 0.1, 7).picture);
  assert(noise.some((v, i) => v !== noisy(flat, shape, 0.1, 8).picture[i]), "another seed gives another noise");
  assertEquals(noisy(IMAGE, SHAPE, 0, 1).picture, IMAGE);
});

Deno.test("a tiny picture has a mean for each block, a grey one its luma", () => {
  assertClose(shrunk(IMAGE, SHAPE, 2).slice(0, 1), [(IMAGE[0] + IMAGE[1] + IMAGE[8] + IMAGE[9]) / 4], 1e-6);
  const found = downscaled(IMAGE, SHAPE, 4);
  assertClose(shrunk(found.picture, SHAPE, 4), shrunk(IMAGE, SHAPE, 4), 1e-6);
  assertEquals(repeated(new Float32Array([1, 2, 3, 4]), [1, 4, 4], 2).slice(0, 5), new Float32Array([1, 1, 2, 2, 1]));
  const red = new Float32Array([1, 1, 1, 1, ...new Float32Array(8)]), grey = greyed(red, [3, 2, 2]);
  assertClose(grey.picture, new Float32Array(12).fill(0.299), 1e-6);
  assertClose(luma(red, [3, 2, 2]), [0.299, 0.299, 0.299, 0.299], 1e-6);
});

Deno.test("an encoder is shown a blank where nothing is known, and what is known behind it", () => {
  const seen = seenByEncoder(holed(IMAGE, SHAPE, Float32Array.from({ length: 64 }, (_, i) => Number(i === 3))));
  assertEquals([seen.length, seen[3], seen[64 + 3], total(seen.slice(64))], [128, 0, 0, 63]);
});

Deno.test("stains lie on the picture, and a normal distribution is what it is", () => {
  for (let seed = 1; seed < 20; seed++) {
    for (const [x, y, r] of stainPlaces(seed)) assert(x > 0.1 && x < 0.9 && y > 0.1 && y < 0.9 && r > 0.05, `${seed}`);
  }
  assertClose([-1.959964, 0, 1].map(below), [0.025, 0.5, 0.8413447], 1e-6);
});

// ---- what a file says of itself ------------------------------------------------------------------------------------

const bytes = (/** @type {(number | string)[]} */ ...parts) =>
  Uint8Array.from(parts.flatMap((part) => (typeof part === "string" ? [...part].map((c) => c.charCodeAt(0)) : [part])));
/** @param {number} value @param {number} count */
const big = (value, count) => Array.from({ length: count }, (_, i) => value >>> 8 * (count - 1 - i) & 255);
/** @param {number} value @param {number} count */
const little = (value, count) => big(value, count).reverse();
const png = (/** @type {number} */ width, /** @type {number} */ height) =>
  bytes("\x89PNG\r\n\x1a\n", ...big(13, 4), "IHDR", ...big(width, 4), ...big(height, 4), 8, 2, 0, 0, 0);

/** @param {string} kind @param {(number | string)[]} content */
const box = (kind, ...content) => {
  const held = bytes(...content);
  return [...big(8 + held.length, 4), kind, ...held];
};

/** Of 640 x 480 pixels in tiles, whose own size comes first. @param {string} brand */
function avif(brand, version = 0, wide = 0) {
  const id = (/** @type {number} */ value) => big(value, version ? 4 : 2);
  const size = (/** @type {number} */ width, /** @type {number} */ height) =>
    box("ispe", ...big(0, 4), ...big(width, 4), ...big(height, 4));
  const link = (/** @type {number} */ place) => (wide ? big(place | 0x8000, 2) : [place | 0x80]);
  const sizes = box("ipco", ...box("pixi", 0, 0, 0, 0), ...size(64, 64), ...size(640, 480));
  const links = box(
    "ipma",
    ...[version, 0, 0, wide, ...big(2, 4)],
    ...[...id(1), 2, ...link(1), ...link(2)],
    ...[...id(5), 2, ...link(1), ...link(3)],
  );
  const item = box("pitm", version, 0, 0, 0, ...id(5));
  const meta = box("meta", 0, 0, 0, 0, ...item, ...box("iprp", ...sizes, ...links));
  return bytes(...box("ftyp", brand, 0, 0, 0, 0), ...meta, ...box("mdat", 1, 2, 3));
}

Deno.test("the size of a picture is read from its header, whatever its form", () => {
  const size = (/** @type {Uint8Array} */ file) => {
    const { format, width, height, moves } = checkedHeader(file);
    return [format, width, height, moves];
  };
  assertEquals(size(png(300, 200)), ["PNG", 300, 200, false]);
  const gif = bytes("GIF89a", ...little(40, 2), ...little(30, 2), 0, 0, 0, 0x21, 0xff, 11, "NETSCAPE2.0");
  assertEquals(size(gif), ["GIF", 40, 30, true]);
  const jpeg = bytes(0xff, 0xd8, 0xff, 0xe0, ...big(16, 2), ...new Array(14).fill(0), 0xff, 0xc2, ...big(17, 2), 8);
  assertEquals(size(bytes(...jpeg, ...big(480, 2), ...big(640, 2), 4, 0, 0)), ["JPEG", 640, 480, false]);
  const extended = bytes(
    "RIFF",
    0,
    0,
    0,
    0,
    "WEBPVP8X",
    ...little(10, 4),
    2,
    0,
    0,
    0,
    ...little(99, 3),
    ...little(49, 3),
  );
  assertEquals(size(extended), ["WebP", 100, 50, true]);
  const bmp = bytes("BM", ...new Array(16).fill(0), ...little(20, 4), ...little(-10, 4));
  assertEquals(size(bmp), ["BMP", 20, 10, false]);
  for (const [version, flags] of [[0, 0], [1, 1]]) {
    assertEquals(size(avif("avif", version, flags)), ["AVIF", 640, 480, false]);
  }
  assertEquals(size(avif("avis")), ["AVIF", 640, 480, true]);
});

Deno.test("a file whose size stands behind much else is read until it is known", async () => {
  const segment = bytes(0xff, 0xe2, 0xff, 0xff, ...new Array(0xfffd).fill(0)); // of a colour profile, or a preview
  const frame = bytes(0xff, 0xc0, 0, 11, 8, ...big(300, 2), ...big(400, 2), 1, 0, 0);
  const parts = [bytes(0xff, 0xd8), ...new Array(9).fill(segment), frame];
  assertEquals((await headerOf(new Blob(parts))).width, 400);
  await assertRejects(headerOf(new Blob(parts.slice(0, -1))), "trouble_damaged");
  await assertRejects(headerOf(new Blob([bytes("a text")])), "trouble_no_picture");
});

Deno.test("what cannot be opened is refused by its header, with a sentence of its own", () => {
  const refused = /** @type {[Uint8Array, string][]} */ ([
    [bytes(), "trouble_empty_file"],
    [bytes("a text, and no picture at all"), "trouble_no_picture"],
    [bytes("%PDF-1.7"), "trouble_no_picture"],
    [bytes('<?xml version="1.0"?>\n<svg xmlns="x">'), "trouble_svg"],
    [bytes(...big(24, 4), "ftypheic", 0, 0, 0, 0), "trouble_heic"],
    [png(10_000, 10_000), "trouble_large"],
    [png(1, 1), "trouble_tiny"],
    [png(0, 5), "trouble_damaged"],
    [bytes("\x89PNG\r\n"), "trouble_damaged"],
    [bytes(0xff, 0xd8, 0xff, 0xe0, 0, 16), "trouble_damaged"],
  ]);
  for (const [file, key] of refused) assertThrows(() => checkedHeader(file), key);
  assertEquals(checkedHeader(png(4032, 3024)).width, 4032);
  assertThrows(() => checkedHeader(png(4200, 3024)), "trouble_large 12.7 12.5");
});

Deno.test("a large photograph is let through where it can be decoded smaller", () => {
  const jpeg = (/** @type {number} */ frame) =>
    bytes(0xff, 0xd8, 0xff, frame, 0, 11, 8, ...big(6000, 2), ...big(8000, 2), 1, 0, 0);
  for (const frame of [0xc0, 0xc1]) {
    assertEquals(checkedHeader(jpeg(frame)).width, 8000);
    assertThrows(() => checkedHeader(jpeg(frame), 26e6), "trouble_large 48 12.5"); // its own bytes take memory too
  }
  assertThrows(() => checkedHeader(jpeg(0xc2)), "trouble_large 48 12.5"); // in several passes: whole before it is small
  assertEquals([{ width: 4032, height: 3024 }, { width: 8000, height: 6000 }].map(isLarge), [false, true]);
});

// ---- the part that is taken ----------------------------------------------------------------------------------------

Deno.test("a picture is kept small, and its frame stays within it", () => {
  assertEquals(keptSize({ width: 6400, height: 640 }), { width: 640, height: 64 });
  assertEquals(keptSize({ width: 30, height: 20 }), { width: 30, height: 20 });
  const picture = { width: 100, height: 60 }, whole = wholeCrop(picture);
  assertEquals(whole, { x: 20, y: 0, size: 60 });
  assertEquals(movedCrop(whole, 90, -5, picture), { x: 40, y: 0, size: 60 });
  assertEquals(scaledCrop(whole, 2, picture), whole);
  assertEquals(scaledCrop(whole, 0.5, picture), { x: 35, y: 15, size: 30 });
  assertEquals(scaledCrop(whole, 0.001, picture).size, 4);
});

/** A picture that is black but for a white right half. */
function halves(/** @type {number} */ width, /** @type {number} */ height) {
  const data = new Uint8ClampedArray(4 * width * height).fill(255);
  for (let i = 0; i < width * height; i++) if (i % width < width / 2) data.fill(0, 4 * i, 4 * i + 3);
  return { data, width, height };
}

Deno.test("a network sees the part within the frame, grey or in colours", () => {
  const picture = halves(40, 20);
  assertClose(croppedImage(picture, { x: 10, y: 0, size: 20 }, [1, 2, 2]), [-1, 1, -1, 1], 1e-6);
  assertClose(croppedImage(picture, { x: 0, y: 0, size: 20 }, [1, 2, 2]), [-1, -1, -1, -1], 1e-6);
  picture.data.fill(0);
  for (let i = 0; i < 800; i++) picture.data[4 * i + 1] = 255;
  assertClose(croppedImage(picture, { x: 3.5, y: 2.5, size: 9 }, [3, 1, 1]), [-1, 1, -1], 1e-6);
  assert(hasNothing(picture), "an even green");
  picture.data[5] = 244;
  assert(!hasNothing(picture), "a pixel that is darker");
});

Deno.test("dark writing on light and light writing on dark are the same ink", () => {
  const made = (/** @type {number} */ ground, /** @type {number} */ ink) => {
    const data = new Uint8ClampedArray(4 * 40 * 40).fill(ground);
    for (let y = 10; y < 30; y++) for (let x = 18; x < 22; x++) data.fill(ink, 4 * (40 * y + x), 4 * (40 * y + x) + 3);
    return inkOf({ data, width: 40, height: 40 }, { x: 0, y: 0, size: 40 }, 40).ink;
  };
  const dark = made(230, 40), light = made(25, 200);
  assertClose([dark[20 * 40 + 20], light[20 * 40 + 20], dark[0], light[0]], [1, 1, 0, 0], 1e-6);
  assertClose([total(dark), total(light)], [80, 80], 1e-3);
});
