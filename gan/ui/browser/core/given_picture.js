// A picture that a visitor gives, once it is decoded: the part of it that is taken, and that part as a network sees it.
import { resampled } from "./centring.js";
import { LUMA } from "./luma.js";
import { LEAST } from "./picture_header.js";

/** @import { Sheet } from "./strokes.js" */

/**
 * @typedef {object} Pixels
 * @property {Uint8ClampedArray} data [height, width, 4]
 * @property {number} width
 * @property {number} height
 *
 * The part that is taken: a square in pixels of the picture.
 * @typedef {{ x: number, y: number, size: number }} Crop
 */

export const SIDE = 640; // pixels: the longer side of what is kept of a picture
const NOTHING = 8; // levels of 256: a picture that differs by less shows nothing

/**
 * The size that is kept of a picture, in whole pixels.
 * @param {{ width: number, height: number }} picture
 */
export function keptSize({ width, height }) {
  const scale = Math.min(1, SIDE / Math.max(width, height));
  const side = (/** @type {number} */ v) => Math.max(1, Math.round(v * scale));
  return { width: side(width), height: side(height) };
}

// ---- the part that is taken ----------------------------------------------------------------------------------------

/**
 * The largest square in the middle.
 * @param {{ width: number, height: number }} picture
 * @returns {Crop}
 */
export function wholeCrop({ width, height }) {
  const size = Math.min(width, height);
  return { x: (width - size) / 2, y: (height - size) / 2, size };
}

/**
 * A square within the picture, of a size that it can have.
 * @param {Crop} crop
 * @param {{ width: number, height: number }} picture
 * @returns {Crop}
 */
function withinPicture({ x, y, size }, picture) {
  const whole = Math.min(picture.width, picture.height), side = Math.min(Math.max(size, whole / 16, LEAST), whole);
  const middle = [x + size / 2, y + size / 2], room = [picture.width - side, picture.height - side];
  const [left, top] = middle.map((v, i) => Math.min(Math.max(v - side / 2, 0), room[i]));
  return { x: left, y: top, size: side };
}

/**
 * Moved by pixels of the picture.
 * @param {Crop} crop
 * @param {number} dx
 * @param {number} dy
 * @param {{ width: number, height: number }} picture
 */
export const movedCrop = ({ x, y, size }, dx, dy, picture) => withinPicture({ x: x + dx, y: y + dy, size }, picture);

/**
 * So many times as large, around its middle.
 * @param {Crop} crop
 * @param {number} times
 * @param {{ width: number, height: number }} picture
 */
export const scaledCrop = ({ x, y, size }, times, picture) =>
  withinPicture({ x: x + size * (1 - times) / 2, y: y + size * (1 - times) / 2, size: size * times }, picture);

// ---- as a network sees it -----------------------------------------------------------------------------------------

/**
 * One channel of a part as a sheet of `side` pixels, 0 to 1.
 * @param {Pixels} pixels
 * @param {Crop} crop
 * @param {number} side
 * @param {(data: Uint8ClampedArray, i: number) => number} read the value of the pixel whose red is number i, in 0..255
 * @returns {Sheet}
 */
function channel({ data, width, height }, { x, y, size }, side, read) {
  const left = Math.floor(x), top = Math.floor(y), reach = Math.ceil(size) + 1;
  const ink = new Float32Array(reach * reach);
  for (let row = 0; row < reach; row++) {
    const from = Math.min(top + row, height - 1) * width;
    for (let column = 0; column < reach; column++) {
      ink[row * reach + column] = read(data, 4 * (from + Math.min(left + column, width - 1))) / 255;
    }
  }
  return { side, ink: resampled({ side: reach, ink }, { x: x - left, y: y - top, size }, side) };
}

const [RED, GREEN, BLUE] = LUMA;

/** @param {Uint8ClampedArray} data @param {number} i */
const light = (data, i) => RED * data[i] + GREEN * data[i + 1] + BLUE * data[i + 2];

/**
 * The part of a picture at a model's size, [C, R, R] in [-1, 1].
 * @param {Pixels} pixels
 * @param {Crop} crop
 * @param {number[]} shape [C, R, R]
 */
export function croppedImage(pixels, crop, [channels, side]) {
  const reads = channels < 3
    ? [light]
    : [0, 1, 2].map((c) => (/** @type {Uint8ClampedArray} */ d, /** @type {number} */ i) => d[i + c]);
  const image = new Float32Array(channels * side * side);
  for (let c = 0; c < channels; c++) {
    const { ink } = channel(pixels, crop, side, reads[c % reads.length]);
    image.set(ink.map((v) => 2 * v - 1), c * side * side);
  }
  return image;
}

/**
 * The part of a scan as a sheet of ink: light writing on dark and dark writing on light give the same, the ground is 0
 * and the darkest ink 1.
 * @param {Pixels} pixels
 * @param {Crop} crop
 * @param {number} side
 * @returns {Sheet}
 */
export function inkOf(pixels, crop, side) {
  const { ink } = channel(pixels, crop, side, light);
  const edge = ink.filter((_, i) => isEdge(i, side)).sort(), ground = edge[edge.length >> 1];
  const turned = ground > 0.5 ? ink.map((v) => 1 - v) : ink, paper = ground > 0.5 ? 1 - ground : ground;
  const ranked = turned.slice().sort(), top = ranked[Math.floor(0.99 * (ranked.length - 1))];
  const grain = paper + GRAIN * (top - paper); // what is hardly lighter than the ground is its grain
  return { side, ink: turned.map((v) => Math.min(Math.max((v - grain) / Math.max(top - grain, 1e-3), 0), 1)) };
}

const GRAIN = 0.2;

/** @param {number} i @param {number} side */
const isEdge = (i, side) => i < side || i >= side * (side - 1) || i % side === 0 || i % side === side - 1;

/**
 * Whether all of a picture is of one colour, as far as anybody can see.
 * @param {Pixels} pixels
 */
export function hasNothing({ data }) {
  const least = [255, 255, 255], most = [0, 0, 0];
  for (let i = 0; i < data.length; i += 4) {
    for (let c = 0; c < 3; c++) {
      if (data[i + c] < least[c]) least[c] = data[i + c];
      if (data[i + c] > most[c]) most[c] = data[i + c];
    }
  }
  return most.every((v, c) => v - least[c] < NOTHING);
}
