// QR codes of texts such as links, as ISO/IEC 18004 says: bytes, error correction M, versions 1 to 15.

/** A module is 1 where it is dark. @typedef {Uint8Array[]} Matrix */

/** Modules of light around a code. */
export const QUIET = 4;
// Of each version from 1: codewords of error correction in a block, and blocks.
const CORRECTION = [10, 16, 26, 18, 24, 16, 18, 22, 22, 26, 30, 22, 22, 24, 24];
const BLOCKS = [1, 1, 1, 2, 2, 4, 4, 4, 5, 5, 5, 8, 9, 9, 10];
const BYTES_MODE = 4, PADS = [0xec, 0x11];
const FIELD = 0x11d, FORMAT = 0x537, FORMAT_MASK = 0x5412, VERSION = 0x1f25; // polynomials over two elements
const FINDER = "1011101";

const MASKS = [
  /** @type {(row: number, column: number) => boolean} */ (i, j) => (i + j) % 2 === 0,
  /** @type {(row: number, column: number) => boolean} */ (i) => i % 2 === 0,
  /** @type {(row: number, column: number) => boolean} */ (_, j) => j % 3 === 0,
  /** @type {(row: number, column: number) => boolean} */ (i, j) => (i + j) % 3 === 0,
  /** @type {(row: number, column: number) => boolean} */ (i, j) => ((i >> 1) + Math.floor(j / 3)) % 2 === 0,
  /** @type {(row: number, column: number) => boolean} */ (i, j) => (i * j) % 2 + (i * j) % 3 === 0,
  /** @type {(row: number, column: number) => boolean} */ (i, j) => ((i * j) % 2 + (i * j) % 3) % 2 === 0,
  /** @type {(row: number, column: number) => boolean} */ (i, j) => ((i + j) % 2 + (i * j) % 3) % 2 === 0,
];

/**
 * The code of a text, without its quiet zone.
 * @param {string} text
 * @returns {Matrix} square, of 21 to 77 modules
 * @throws {RangeError} the text has more than 412 bytes in UTF-8
 */
export function qrMatrix(text) {
  const bytes = new TextEncoder().encode(text);
  const version = BLOCKS.findIndex((_, i) => bytes.length <= room(i + 1)) + 1;
  if (!version) throw new RangeError(`${bytes.length} bytes are too many for a code`);
  const { matrix, isFree } = frame(version);
  place(matrix, isFree, codewords(bytes, version));
  const masked = MASKS.map((mask) => matrix.map((row, i) => row.map((bit, j) => bit ^ +(isFree[i][j] && mask(i, j)))));
  const penalties = masked.map(penalty), best = penalties.indexOf(Math.min(...penalties));
  writeFormat(masked[best], best);
  if (version >= 7) writeVersion(masked[best], version);
  return masked[best];
}

/**
 * The dark modules as the `d` of an SVG path, one unit a module.
 * @param {Matrix} matrix
 */
export const qrPath = (matrix) =>
  matrix.map((row, y) =>
    [...row.join("").matchAll(/1+/g)].map(({ 0: run, index }) => `M${index} ${y}h${run.length}v1h-${run.length}z`).join(
      "",
    )
  ).join("");

// ---- codewords --------------------------------------------------------------------------------------------------

/** @param {number} version */
function allCodewords(version) {
  const n = Math.floor(version / 7) + 2; // alignment patterns in a row
  let modules = (16 * version + 128) * version + 64;
  if (version >= 2) modules -= (25 * n - 10) * n - 55;
  if (version >= 7) modules -= 36;
  return modules >> 3;
}

/** @param {number} version */
const dataCodewords = (version) => allCodewords(version) - CORRECTION[version - 1] * BLOCKS[version - 1];

/** @param {number} version */
const lengthBits = (version) => version < 10 ? 8 : 16;

/**
 * Bytes of text that a version holds.
 * @param {number} version
 */
const room = (version) => (8 * dataCodewords(version) - 4 - lengthBits(version)) >> 3;

/**
 * Data and correction, interleaved.
 * @param {Uint8Array} bytes
 * @param {number} version
 */
function codewords(bytes, version) {
  const data = padded(bytes, version), count = BLOCKS[version - 1], correction = CORRECTION[version - 1];
  const short = Math.floor(data.length / count), long = data.length % count; // the last blocks have one more
  const blocks = Array.from({ length: count }, (_, i) => {
    const start = i * short + Math.max(0, i - (count - long));
    return data.slice(start, start + short + (i < count - long ? 0 : 1));
  });
  const generator = generatorOf(correction), corrections = blocks.map((block) => remainder(block, generator));
  return [...interleaved(blocks), ...interleaved(corrections)];
}

/** @param {number[][]} blocks */
const interleaved = (blocks) =>
  Array.from(
    { length: Math.max(...blocks.map(({ length }) => length)) },
    (_, i) => blocks.flatMap((block) => block.slice(i, i + 1)),
  ).flat();

/**
 * The mode, the length, the bytes, four bits of end, and what fills the rest.
 * @param {Uint8Array} bytes
 * @param {number} version
 */
function padded(bytes, version) {
  const head = [[BYTES_MODE, 4], [bytes.length, lengthBits(version)]];
  const bits = [...head, ...Array.from(bytes, (byte) => [byte, 8]), [0, 4]].flatMap(([value, count]) =>
    bitsOf(value, count)
  );
  const words = Array.from({ length: bits.length / 8 }, (_, i) => parseInt(bits.slice(8 * i, 8 * i + 8).join(""), 2));
  const pads = dataCodewords(version) - words.length;
  return [...words, ...Array.from({ length: pads }, (_, i) => PADS[i % 2])];
}

/**
 * @param {number} value
 * @param {number} count
 */
const bitsOf = (value, count) => Array.from({ length: count }, (_, i) => (value >> (count - 1 - i)) & 1);

/**
 * The product of two elements of the field of 256.
 * @param {number} a
 * @param {number} b
 */
function times(a, b) {
  let product = 0;
  for (let bit = 7; bit >= 0; bit--) {
    product = (product << 1) ^ ((product >> 7) * FIELD) ^ (((b >> bit) & 1) * a);
  }
  return product;
}

/**
 * The coefficients of (x - 1)(x - 2)(x - 4)... below the highest, which is 1.
 * @param {number} degree
 */
function generatorOf(degree) {
  let product = [1], root = 1;
  for (let i = 0; i < degree; i++) {
    const scaled = product.map((value) => times(value, root));
    product = [...product, 0].map((value, k) => value ^ (k ? scaled[k - 1] : 0));
    root = times(root, 2);
  }
  return product.slice(1);
}

/**
 * @param {number[]} data
 * @param {number[]} generator
 */
function remainder(data, generator) {
  const left = Array(generator.length).fill(0);
  for (const value of data) {
    const factor = value ^ left[0];
    left.shift();
    left.push(0);
    generator.forEach((coefficient, i) => left[i] ^= times(coefficient, factor));
  }
  return left;
}

// ---- the matrix -------------------------------------------------------------------------------------------------

/**
 * The patterns that every code of a version has; what is told of it later is light, and free is where data go.
 * @param {number} version
 * @returns {{ matrix: Matrix, isFree: boolean[][] }}
 */
function frame(version) {
  const size = 4 * version + 17, last = size - 1;
  const matrix = Array.from({ length: size }, () => new Uint8Array(size));
  const isFree = Array.from({ length: size }, () => Array(size).fill(true));
  /** @type {(i: number, j: number, bit: number) => void} */
  const set = (i, j, bit) => {
    if (i < 0 || j < 0 || i > last || j > last) return;
    [matrix[i][j], isFree[i][j]] = [bit, false];
  };
  for (let k = 0; k < size; k++) {
    set(6, k, +(k % 2 === 0));
    set(k, 6, +(k % 2 === 0));
  }
  for (const [i, j] of alignments(version)) squares(set, i, j, 2, (ring) => +(ring !== 1));
  for (const [i, j] of [[3, 3], [3, last - 3], [last - 3, 3]]) {
    squares(set, i, j, 4, (ring) => +(ring < 2 || ring === 3));
  }
  for (let k = 0; k < 9; k++) {
    if (k !== 6) {
      set(8, k, 0);
      set(k, 8, 0);
    }
    if (k < 8) {
      set(8, last - k, 0);
      set(last - k, 8, 0);
    }
  }
  for (let k = 0; k < (version < 7 ? 0 : 18); k++) {
    set(Math.floor(k / 3), last - 10 + k % 3, 0);
    set(last - 10 + k % 3, Math.floor(k / 3), 0);
  }
  return { matrix, isFree };
}

/**
 * Rings of squares around a module.
 * @param {(i: number, j: number, bit: number) => void} set
 * @param {number} i
 * @param {number} j
 * @param {number} radius
 * @param {(ring: number) => number} bitOf
 */
function squares(set, i, j, radius, bitOf) {
  for (let y = -radius; y <= radius; y++) {
    for (let x = -radius; x <= radius; x++) set(i + y, j + x, bitOf(Math.max(Math.abs(x), Math.abs(y))));
  }
}

/**
 * The middles of the alignment patterns.
 * @param {number} version
 */
function alignments(version) {
  if (version === 1) return [];
  const count = Math.floor(version / 7) + 2, last = 4 * version + 10;
  const step = 2 * Math.ceil((last - 6) / (2 * (count - 1)));
  const at = [6, ...Array.from({ length: count - 1 }, (_, i) => last - (count - 2 - i) * step)];
  /** @type {(i: number, j: number) => boolean} */
  const isCorner = (i, j) => (i === 6 && j === 6) || (i === 6 && j === last) || (i === last && j === 6);
  return at.flatMap((i) => at.map((j) => [i, j])).filter(([i, j]) => !isCorner(i, j));
}

/**
 * Writes codewords into the free modules: in pairs of columns from the right, up and down in turn.
 * @param {Matrix} matrix
 * @param {boolean[][]} isFree
 * @param {number[]} words
 */
function place(matrix, isFree, words) {
  const size = matrix.length, bits = words.flatMap((word) => bitsOf(word, 8));
  let next = 0, isUpward = true;
  for (let right = size - 1; right > 0; right -= right === 8 ? 3 : 2) { // column 6 is timing, and passed over
    if (right === 6) right = 5;
    for (let k = 0; k < size; k++) {
      const i = isUpward ? size - 1 - k : k;
      for (const j of [right, right - 1]) if (isFree[i][j]) matrix[i][j] = bits[next++] ?? 0;
    }
    isUpward = !isUpward;
  }
}

/**
 * How hard a code is to read: the fewer the better.
 * @param {Matrix} matrix
 */
function penalty(matrix) {
  const rows = matrix.map((row) => row.join(""));
  const lines = [...rows, ...rows.map((_, j) => rows.map((row) => row[j]).join(""))];
  const dark = rows.join("").replaceAll("0", "").length / rows.length ** 2;
  return lines.reduce((sum, line) => sum + runs(line) + finders(line), 0) + blocks(matrix) +
    10 * Math.floor(Math.abs(100 * dark - 50) / 5);
}

/** @param {string} line */
const runs = (line) => (line.match(/0{5,}|1{5,}/g) ?? []).reduce((sum, run) => sum + run.length - 2, 0);

/**
 * What looks like a finder pattern: with light on one side at least, which there is beyond the edge.
 * @param {string} line
 */
function finders(line) {
  let sum = 0;
  for (let at = line.indexOf(FINDER); at >= 0;) {
    const before = line.slice(Math.max(at - 4, 0), at), after = line.slice(at + 7, at + 11);
    const isFinder = !before.includes("1") || !after.includes("1");
    sum += isFinder ? 40 : 0;
    at = line.indexOf(FINDER, at + (isFinder ? 7 : 4));
  }
  return sum;
}

/**
 * Squares of four equal modules.
 * @param {Matrix} matrix
 */
function blocks(matrix) {
  let sum = 0;
  for (let i = 1; i < matrix.length; i++) {
    const above = matrix[i - 1], row = matrix[i];
    for (let j = 1; j < row.length; j++) {
      if (row[j] === row[j - 1] && row[j] === above[j] && row[j] === above[j - 1]) sum += 3;
    }
  }
  return sum;
}

/**
 * A number followed by its remainder.
 * @param {number} value
 * @param {number} polynomial
 * @param {number} degree of the polynomial
 */
function protect(value, polynomial, degree) {
  let left = value;
  for (let i = 0; i < degree; i++) left = (left << 1) ^ ((left >> (degree - 1)) * polynomial);
  return (value << degree) | left;
}

/**
 * Writes which mask was taken, twice. Correction M is told by two zeros.
 * @param {Matrix} matrix
 * @param {number} mask
 */
function writeFormat(matrix, mask) {
  const bits = protect(mask, FORMAT, 10) ^ FORMAT_MASK, size = matrix.length;
  for (let k = 0; k < 15; k++) {
    const bit = (bits >> k) & 1;
    if (k < 8) matrix[k + +(k > 5)][8] = matrix[8][size - 1 - k] = bit;
    else matrix[8][k > 8 ? 14 - k : 7] = matrix[size - 15 + k][8] = bit;
  }
  matrix[size - 8][8] = 1;
}

/**
 * Writes the version, twice.
 * @param {Matrix} matrix
 * @param {number} version
 */
function writeVersion(matrix, version) {
  const bits = protect(version, VERSION, 12), size = matrix.length;
  for (let k = 0; k < 18; k++) {
    const i = Math.floor(k / 3), j = size - 11 + k % 3;
    matrix[i][j] = matrix[j][i] = (bits >> k) & 1;
  }
}
