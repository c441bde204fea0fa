// A generator's file as it travels: the higher half of each weight's bytes first, the lower halves at the end.
// What is there before those draws pictures that are almost right. The twin of gan/explore/wire.py.

/** @typedef {import("./safetensors.js").Place} Place */

const LAYER = /^\d+\.weight$/; // the tensors that are split
const HALF = new Map([["I16", 1], ["F32", 2]]); // bytes of a weight's lower half
const MIDDLE = 128; // stands for a low byte that is not there

/**
 * The tensors in the order of the file.
 * @param {Uint8Array} bytes that hold the header
 * @param {number} length of the header
 */
function placesOf(bytes, length) {
  const { __metadata__: _, ...places } = JSON.parse(new TextDecoder().decode(bytes.subarray(8, 8 + length)));
  const found = /** @type {[string, Place][]} */ (Object.entries(places));
  return found.sort(([, a], [, b]) => a.data_offsets[0] - b.data_offsets[0]).map(([name, { dtype, data_offsets }]) => ({
    size: data_offsets[1] - data_offsets[0],
    half: LAYER.test(name) ? HALF.get(dtype) ?? 0 : 0,
  }));
}

/**
 * How many bytes of a file on its way are enough for pictures; as many as there are where nothing is split, Infinity as
 * long as that is not known.
 * @param {Uint8Array} bytes of the whole length
 * @param {number} got how many of them have come
 */
export function enough(bytes, got) {
  if (got < 8) return Infinity;
  const length = Number(new DataView(bytes.buffer).getBigUint64(0, true));
  if (got < 8 + length) return Infinity;
  const low = placesOf(bytes, length).reduce((sum, { size, half }) => sum + (half ? size / 2 : 0), 0);
  return bytes.length - low;
}

/**
 * The file itself.
 * @param {Uint8Array} bytes in the order of travel
 * @param {number} got how many have come, at least `enough`
 * @returns {ArrayBuffer}
 */
export function joinedFile(bytes, got = bytes.length) {
  const length = Number(new DataView(bytes.buffer).getBigUint64(0, true)), file = new Uint8Array(bytes.length);
  let from = 8 + length, to = from, low = enough(bytes, got);
  file.set(bytes.subarray(0, from));
  for (const { size, half } of placesOf(bytes, length)) {
    if (half) {
      for (let i = to; i < to + size; i += half) {
        for (const end = i + half; i < end; i++, low++) file[i] = low < got ? bytes[low] : MIDDLE;
        file.set(bytes.subarray(from, from += half), i);
      }
    } else {
      file.set(bytes.subarray(from, from + size), to);
      from += size;
    }
    to += size;
  }
  return file.buffer;
}
