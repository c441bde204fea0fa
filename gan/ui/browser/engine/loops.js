// Samples that are several pictures, each of a w of its own: these lie on a closed way about the sample's w, as
// gan/networks/style.py makes them.

/** @typedef {Pick<ReturnType<typeof import("../core/safetensors.js").readTensors>, "note" | "rows">} File */

/**
 * @typedef {object} Loop
 * @property {number} pictures of a sample
 * @property {Float32Array[]} sine a row for each number of w: what each number adds to it, and a constant; times sin(t)
 * @property {Float32Array[]} cosine as well, times cos(t)
 */

/**
 * The loop of a generator's file; null where a sample is one picture.
 * @param {File} file
 * @returns {Loop | null}
 */
export function loopOf({ note, rows }) {
  const pictures = note.pictures ?? 1;
  return pictures > 1 ? { pictures, sine: rows("loop.sine"), cosine: rows("loop.cosine") } : null;
}

/**
 * A product of a matrix with w, its constant added.
 * @param {Float32Array[]} matrix
 * @param {Float32Array} w
 */
const times = (matrix, w) => matrix.map((row) => w.reduce((sum, value, i) => sum + value * row[i], row[w.length]));

/**
 * The w of every picture, in the places of the samples' own.
 * @param {Loop | null} loop
 * @param {Float32Array} rows [N, w_dim], or of layers that have each their own [N, layers w_dim]
 * @param {number} size how many numbers a sample has
 * @param {number} [count] of pictures, the first ones
 * @returns {Float32Array} [N pictures, ...]
 */
export function along(loop, rows, size, count = loop?.pictures ?? 1) {
  if (!loop) return rows;
  const { pictures, sine, cosine } = loop, found = new Float32Array(rows.length * count), width = sine.length;
  for (let from = 0; from < rows.length; from += width) {
    const w = rows.subarray(from, from + width), a = times(sine, w), b = times(cosine, w);
    const sample = Math.floor(from / size), inside = from % size;
    for (let picture = 0; picture < count; picture++) {
      const turn = 2 * Math.PI * picture / pictures, s = Math.sin(turn), c = Math.cos(turn);
      const at = (sample * count + picture) * size + inside;
      for (let i = 0; i < width; i++) found[at + i] = w[i] + s * a[i] + c * b[i];
    }
  }
  return found;
}
