// A picture that a visitor gives: what its file says of itself before anything is decoded, the part of it that is
// taken, and that part as a network sees it.
import { resampled } from "./centring.js";
import { Trouble } from "./trouble.js";

/** @import { Sheet } from "./strokes.js" */

/**
 * What a file says of itself; sides in pixels.
 * @typedef {{ format: string, width: number, height: number, moves: boolean }} Header
 *
 * @typedef {object} Pixels
 * @property {Uint8ClampedArray} data [height, width, 4]
 * @property {number} width
 * @property {number} height
 *
 * The part that is taken: a square in pixels of the picture.
 * @typedef {{ x: number, y: number, size: number }} Crop
 */

export const HEAD = 1 << 19; // bytes of a file that are read to know it
export const SIDE = 640; // pixels: the longer side of what is kept of a picture
const MEMORY = 50e6, PIXEL = 4; // bytes that a decoded picture may take, and that each pixel takes
const LEAST = 4; // pixels of the shorter side
const NOTHING = 8; // levels of 256: a picture that differs by less shows nothing

// ---- the file's header ---------------------------------------------------------------------------------------------

/** @param {Uint8Array} bytes */
const viewOf = (bytes) => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

/**
 * @param {Uint8Array} bytes
 * @param {number} at
 * @param {number} count
 */
const letters = (bytes, at, count) => String.fromCharCode(...bytes.subarray(at, at + count));

/** @type {Record<string, (bytes: Uint8Array) => Omit<Header, "format"> | null>} */
const READERS = {
  PNG: (bytes) => ({ ...sides(bytes, 16, 20, 4), moves: find(bytes, "acTL", 256) > 0 }),
  GIF: (bytes) => ({ ...sides(bytes, 6, 8, 2, true), moves: find(bytes, "NETSCAPE2.0", 1024) > 0 }),
  BMP: (bytes) => ({ ...sides(bytes, 18, 22, 4, true), moves: false }),
  JPEG: jpeg,
  WebP: webp,
  AVIF: (bytes) => {
    const at = find(bytes, "ispe", bytes.length);
    return at < 0 ? null : { ...sides(bytes, at + 8, at + 12, 4), moves: letters(bytes, 8, 4) === "avis" };
  },
};

/**
 * Two whole numbers of a header; a height may be written as a negative one.
 * @param {Uint8Array} bytes
 * @param {number} across where the width stands
 * @param {number} down
 * @param {2 | 4} size bytes of each
 * @param {boolean} little whether the little end comes first
 */
function sides(bytes, across, down, size, little = false) {
  const view = viewOf(bytes);
  const read = (/** @type {number} */ at) =>
    size === 2 ? view.getUint16(at, little) : Math.abs(view.getInt32(at, little));
  return { width: read(across), height: read(down) };
}

/**
 * @param {Uint8Array} bytes
 * @param {string} text
 * @param {number} within how many bytes it is looked for
 */
function find(bytes, text, within) {
  const last = Math.min(bytes.length, within) - text.length;
  for (let i = 0; i <= last; i++) {
    if (bytes[i] === text.charCodeAt(0) && letters(bytes, i, text.length) === text) return i;
  }
  return -1;
}

/**
 * From segment to segment up to the one of the frame: SOF0 to SOF15 without DHT, JPG and DAC.
 * @param {Uint8Array} bytes
 */
function jpeg(bytes) {
  const view = viewOf(bytes);
  for (let at = 2; at + 9 < bytes.length;) {
    if (bytes[at] !== 0xff) return null;
    const kind = bytes[at + 1];
    if (kind === 0xff) at += 1;
    else if (kind >= 0xc0 && kind <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(kind)) {
      return { ...sides(bytes, at + 7, at + 5, 2), moves: false };
    } else at += 2 + view.getUint16(at + 2);
  }
  return null;
}

/** @param {Uint8Array} bytes of the lossy, the lossless or the extended form */
function webp(bytes) {
  const view = viewOf(bytes), form = letters(bytes, 12, 4);
  const three = (/** @type {number} */ at) => 1 + view.getUint16(at, true) + (bytes[at + 2] << 16);
  if (form === "VP8X") return { width: three(24), height: three(27), moves: (bytes[20] & 2) > 0 };
  if (form === "VP8L") {
    const bits = view.getUint32(21, true);
    return { width: 1 + (bits & 0x3fff), height: 1 + (bits >> 14 & 0x3fff), moves: false };
  }
  if (form !== "VP8 ") return null;
  return { width: view.getUint16(26, true) & 0x3fff, height: view.getUint16(28, true) & 0x3fff, moves: false };
}

/**
 * What kind of file it is; "" where no browser shows such.
 * @param {Uint8Array} bytes
 */
function formatOf(bytes) {
  const start = letters(bytes, 0, 4), kind = letters(bytes, 8, 4);
  if (start === "\x89PNG") return "PNG";
  if (start === "GIF8") return "GIF";
  if (start.startsWith("BM")) return "BMP";
  if (bytes[0] === 0xff && bytes[1] === 0xd8) return "JPEG";
  if (start === "RIFF" && kind === "WEBP") return "WebP";
  if (letters(bytes, 4, 4) === "ftyp") {
    return /^avi[fs]$/.test(kind) ? "AVIF" : /^(hei|hev|mif|msf)/.test(kind) ? "HEIC" : "";
  }
  return /^\s*(<\?xml[^>]*>\s*)?(<!--[^]*?-->\s*)*(<!DOCTYPE svg[^>]*>\s*)?<svg[\s>]/i.test(letters(bytes, 0, 1024))
    ? "SVG"
    : "";
}

/**
 * What a file says of itself, if it is a picture that can be opened within the memory that there is for it.
 * @param {Uint8Array} bytes its first ones, HEAD where it has as many
 * @returns {Header}
 */
export function checkedHeader(bytes) {
  if (!bytes.length) throw new Trouble("trouble_empty_file");
  const format = formatOf(bytes);
  if (format === "HEIC") throw new Trouble("trouble_heic");
  if (format === "SVG") throw new Trouble("trouble_svg");
  if (!format) throw new Trouble("trouble_no_picture");
  let found = null;
  try {
    found = READERS[format](bytes);
  } catch { /* the file ends within its header */ }
  if (!found || !found.width || !found.height) throw new Trouble("trouble_damaged", { format });
  const { width, height } = found;
  if (width * height * PIXEL > MEMORY) {
    const most = Math.floor(MEMORY / PIXEL / 1e5) / 10,
      count = Math.max(Math.round(width * height / 1e5) / 10, most + 0.1);
    throw new Trouble("trouble_large", { count: short(count), most });
  }
  checkSides(width, height);
  return { format, ...found };
}

/** @param {number} megapixels */
const short = (megapixels) => (megapixels < 100 ? Math.round(megapixels * 10) / 10 : Math.round(megapixels));

/**
 * @param {number} width
 * @param {number} height
 */
function checkSides(width, height) {
  if (Math.min(width, height) < LEAST) throw new Trouble("trouble_tiny", { width, height, least: LEAST });
}

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
export function withinPicture({ x, y, size }, picture) {
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

/** @param {Uint8ClampedArray} data @param {number} i */
const light = (data, i) => 0.299 * data[i] + 0.587 * data[i + 1] + 0.114 * data[i + 2];

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
