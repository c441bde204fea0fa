// Latents of a visitor's own as text: ws in 8 bits, short enough for a link; the twin of gan/explore/own_latents.py, to
// the last bit. For each row two float16, little end first, the lowest and the highest of its numbers, then a byte q
// for each number w = low + (high - low) q / 255; all rows one after another, as base64url without padding.
import { decodeBytes, encodeBytes } from "./encoding.js";
import { Trouble } from "./trouble.js";

/** @typedef {import("./model.js").Model} Model */

const MOST = 20_000; // characters
const LARGEST = 65_504; // the largest float16
const STEPS = 255;
const ENDS = 4; // bytes of a row's two ends
const FORM = new RegExp(`^[A-Za-z0-9_-]{2,${MOST}}$`);

// ---- float16 --------------------------------------------------------------------------------------------------------

const BITS = 10, LEAST = -14; // of its mantissa, and its smallest exponent

/**
 * The nearest of two whole numbers; a true half goes to the even one.
 * @param {number} value
 */
function rounded(value) {
  const down = Math.floor(value), rest = value - down;
  return rest > 0.5 || (rest === 0.5 && down % 2 === 1) ? down + 1 : down;
}

/**
 * Never those of minus nought.
 * @param {number} value at most LARGEST in size
 */
function halfBits(value) {
  const size = Math.abs(value);
  let exponent = LEAST;
  while (size >= 2 ** (exponent + 1)) exponent++;
  // What is carried over from the mantissa goes into the exponent, and numbers below the smallest need no case.
  const bits = (exponent - LEAST) * 2 ** BITS + rounded(size * 2 ** (BITS - exponent));
  return value < 0 ? bits | 0x8000 : bits;
}

/** @param {number} bits */
function halfValue(bits) {
  const sign = bits & 0x8000 ? -1 : 1, exponent = (bits >> BITS) & 31, mantissa = bits & (2 ** BITS - 1);
  if (exponent === 31) return mantissa ? NaN : sign * Infinity;
  if (exponent === 0) return sign * mantissa * 2 ** (LEAST - BITS);
  return sign * (2 ** BITS + mantissa) * 2 ** (exponent - 1 + LEAST - BITS);
}

// ---- text -----------------------------------------------------------------------------------------------------------

/**
 * The text of ws; each number comes back to about 1/510 of its row's range.
 * @param {Float32Array} ws rows of numbers
 * @param {number} width numbers in a row
 */
export function packWs(ws, width) {
  const size = ENDS + width, content = new Uint8Array(ws.length / width * size), view = new DataView(content.buffer);
  for (let row = 0, at = 0; row < ws.length; row += width, at += size) {
    const own = ws.subarray(row, row + width);
    if (!own.every((value) => Math.abs(value) <= LARGEST)) throw new Trouble("trouble_own_numbers");
    const ends = [Math.min(...own), Math.max(...own)].map(halfBits);
    const [low, high] = ends.map(halfValue);
    ends.forEach((bits, i) => view.setUint16(at + 2 * i, bits, true));
    own.forEach((value, i) => {
      const place = high > low ? (value - low) * STEPS / (high - low) : 0;
      content[at + ENDS + i] = Math.min(Math.max(Math.floor(place + 0.5), 0), STEPS);
    });
  }
  return encodeBytes(content).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

/**
 * A value of a link or a file, if it may be a latent of one's own; "": there is none.
 * @param {unknown} value
 */
export function readOwn(value) {
  const fits = value === "" || (typeof value === "string" && FORM.test(value) && value.length % 4 !== 1);
  if (!fits) throw new Trouble("trouble_own", { most: MOST });
  return value;
}

/**
 * ws of a text.
 * @param {string} text
 * @param {number} width numbers in a row
 */
export function unpackWs(text, width) {
  const content = decodeBytes(readOwn(text).replaceAll("-", "+").replaceAll("_", "/")), size = ENDS + width;
  if (!content.length || content.length % size) {
    throw new Trouble("trouble_own_rows", { count: content.length, size });
  }
  const ws = new Float32Array(content.length / size * width), view = new DataView(content.buffer);
  for (let row = 0, at = 0; at < content.length; row += width, at += size) {
    const [low, high] = [0, 2].map((i) => halfValue(view.getUint16(at + i, true)));
    if (!(Number.isFinite(high - low) && low <= high)) throw new Trouble("trouble_own_numbers");
    for (let i = 0; i < width; i++) ws[row + i] = low + (high - low) * content[at + ENDS + i] / STEPS;
  }
  return ws;
}

// ---- a model's ------------------------------------------------------------------------------------------------------

/**
 * ws of a text: as many numbers as say a picture of the model.
 * @param {Pick<Model, "name" | "wDim" | "width">} model
 * @param {string} text
 */
export function ownWs({ name, wDim, width }, text) {
  const ws = unpackWs(text, wDim);
  if (ws.length !== width) {
    throw new Trouble("trouble_own_model", { model: name, rows: width / wDim, own: ws.length / wDim, width: wDim });
  }
  return ws;
}

/**
 * Whether a model can draw a latent of one's own: whether it is as long as the model's.
 * @param {Pick<Model, "name" | "wDim" | "width">} model
 * @param {string} text
 */
export function fitsOwn(model, text) {
  try {
    return ownWs(model, text).length > 0;
  } catch {
    return false;
  }
}
