// Stored rows, as a host keeps real samples: the sample that a row is, and how far a sample is from rows; pictures are
// compared in engine/reference.js. The engine compares samples in its worker, so no drawing belongs here.

/**
 * @typedef {import("./model.js").Model} Model
 * @typedef {Pick<Model, "kind" | "shape" | "unit" | "traits">} Read what of a model it takes to read a sample
 *
 * @typedef {object} Reading
 * @property {(model: Read, row: Uint8Array) => Float32Array} sample the sample that a stored row is
 * @property {(model: Read, sample: Float32Array, rows: Uint8Array, size: number) => number[]} distances of a sample to
 *   stored rows of `size` bytes each, in the medium's own sense
 */

// ---- words ----------------------------------------------------------------------------------------------------------

const END = 0; // the channel that ends a word, and its number in a row

/**
 * The numbers of a sample's letters, at every place the largest channel, the first of equals.
 * @param {Pick<Read, "shape">} model
 * @param {Float32Array} sample [K + 1, L, 1]
 */
export function numbersOf({ shape: [channels, length] }, sample) {
  return Uint8Array.from({ length }, (_, at) => {
    let best = 0;
    for (let c = 1; c < channels; c++) if (sample[c * length + at] > sample[best * length + at]) best = c;
    return best;
  });
}

/**
 * The numbers before the first end.
 * @param {Uint8Array} row
 */
export function lettersOf(row) {
  const end = row.indexOf(END);
  return end < 0 ? row : row.subarray(0, end);
}

/**
 * The sample that a stored row of numbers is.
 * @param {Read} model
 * @param {Uint8Array} row [L]
 */
export function wordOfRow({ shape: [channels, length] }, row) {
  const sample = new Float32Array(channels * length);
  row.forEach((number, at) => {
    sample[number * length + at] = 1;
  });
  return sample;
}

/**
 * Letters to change, add or take away until one word is the other. Wagner and Fischer 1974, doi:10.1145/321796.321811.
 * @param {Uint8Array} a numbers of letters
 * @param {Uint8Array} b
 */
export function editDistance(a, b) {
  let above = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      row.push(Math.min(above[j] + 1, row[j - 1] + 1, above[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1)));
    }
    above = row;
  }
  return above[b.length];
}

/**
 * How far a sample is from stored rows, in letters.
 * @param {Read} model
 * @param {Float32Array} sample
 * @param {Uint8Array} rows
 * @param {number} size bytes of a row
 */
export function editDistances(model, sample, rows, size) {
  const own = lettersOf(numbersOf(model, sample));
  return Array.from(
    { length: rows.length / size },
    (_, i) => editDistance(own, lettersOf(rows.subarray(i * size, (i + 1) * size))),
  );
}

// ---- scores ---------------------------------------------------------------------------------------------------------

/**
 * What of a model it takes to read a score: a channel of `shape` for each note of each voice, and one for each voice's
 * beginnings. Its traits are `groups`, how many notes each voice has, `lowest`, the lowest of each, and `voices`, their
 * names.
 * @typedef {{ shape: number[], traits: Record<string, any> }} Scored
 *
 * @typedef {{ steps: number, pitches: number[][], begins: boolean[][] }} Score the pitch of each voice at each step,
 *   and where its notes are said to begin
 */

/**
 * @param {Scored} model
 * @param {Float32Array} sample [C, L, 1]
 * @returns {Score}
 */
export function scoreOf({ shape: [, steps], traits: { groups, lowest } }, sample) {
  const pitches = [], begins = [], all = groups.reduce((/** @type {number} */ a, /** @type {number} */ b) => a + b, 0);
  for (let voice = 0, channel = 0; voice < groups.length; channel += groups[voice++]) {
    pitches.push(Array.from({ length: steps }, (_, step) => {
      let best = 0;
      for (let note = 1; note < groups[voice]; note++) {
        if (sample[(channel + note) * steps + step] > sample[(channel + best) * steps + step]) best = note;
      }
      return lowest[voice] + best;
    }));
    begins.push(Array.from({ length: steps }, (_, step) => sample[(all + voice) * steps + step] > 0.5));
  }
  return { steps, pitches, begins };
}

/**
 * The sample that a stored row is.
 * @param {Scored} model
 * @param {ArrayLike<number>} row [2, V, L]: notes above the voices' lowest, and where they begin
 */
export function scoreOfRow({ shape: [channels, steps], traits: { groups } }, row) {
  const sample = new Float32Array(channels * steps), voices = groups.length;
  for (let voice = 0, channel = 0; voice < voices; channel += groups[voice++]) {
    for (let step = 0; step < steps; step++) {
      sample[(channel + row[voice * steps + step]) * steps + step] = 1;
      sample[(channels - voices + voice) * steps + step] = row[(voices + voice) * steps + step];
    }
  }
  return sample;
}

/**
 * For each stored row the share of notes, voice by voice and step by step, that differ from a sample's.
 * @param {Scored} model
 * @param {Float32Array} sample
 * @param {Uint8Array} rows
 * @param {number} size bytes of a row
 */
export function noteDistances(model, sample, rows, size) {
  const { lowest } = model.traits, { pitches, steps } = scoreOf(model, sample), cells = lowest.length * steps;
  const own = pitches.flatMap((line, voice) => line.map((pitch) => pitch - lowest[voice]));
  return Array.from({ length: rows.length / size }, (_, row) => {
    let differ = 0;
    for (let i = 0, at = row * size; i < cells; i++, at++) if (rows[at] !== own[i]) differ++;
    return differ / cells;
  });
}

// ---- sounds ---------------------------------------------------------------------------------------------------------

/**
 * The sample that a stored row is.
 * @param {Read} _
 * @param {Uint8Array} row [bands, frames, 1]
 */
export const soundOfRow = (_, row) => Float32Array.from(row, (level) => level / 127.5 - 1);

/**
 * How far a sample is from stored rows, in dB, root mean square.
 * @param {Read} model
 * @param {Float32Array} sample
 * @param {Uint8Array} rows
 * @param {number} size bytes of a row
 */
export function spectralDistances({ traits }, sample, rows, size) {
  return Array.from({ length: rows.length / size }, (_, i) => {
    let sum = 0;
    for (let at = 0, j = i * size; at < size; at++, j++) sum += (rows[j] / 127.5 - 1 - sample[at]) ** 2;
    return Math.sqrt(sum / size) * traits.range / 2;
  });
}

// ---- clips ----------------------------------------------------------------------------------------------------------

/**
 * The clip that a stored row is.
 * @param {Read} _model
 * @param {Uint8Array} row
 */
export const clipOfRow = (_model, row) => Float32Array.from(row, (value) => Math.fround(value / 127.5) - 1);

/**
 * How far a clip is from each of the stored ones, `size` bytes each: the root of the mean squared difference, as a
 * share of what there is from black to white.
 * @param {Read} _model
 * @param {Float32Array} clip
 * @param {Uint8Array} rows
 * @param {number} size
 */
export function clipDistances(_model, clip, rows, size) {
  const distances = [];
  for (let from = 0; from < rows.length; from += size) {
    let sum = 0;
    for (let i = 0; i < size; i++) sum += ((clip[i] + 1) / 2 - rows[from + i] / 255) ** 2;
    distances.push(Math.sqrt(sum / size));
  }
  return distances;
}

// ---- graphs ---------------------------------------------------------------------------------------------------------

/**
 * The sample that a stored row is.
 * @param {Read} _model
 * @param {Uint8Array} row
 */
export const graphOfRow = (_model, row) => Float32Array.from(row, (value) => value > 0 ? 1 : -1);

/**
 * How many nodes and pairs of a sample differ from each of the stored graphs, `size` bytes of 0 and 1 each.
 * @param {Read} model
 * @param {Float32Array} sample
 * @param {Uint8Array} rows
 * @param {number} size
 */
export function graphDistances({ shape: [, side] }, sample, rows, size) {
  const distances = [];
  for (let from = 0; from < rows.length; from += size) {
    let differ = 0;
    for (let i = 0; i < side; i++) {
      for (let j = i; j < side; j++) if ((sample[i * side + j] > 0) !== (rows[from + i * side + j] > 0)) differ++;
    }
    distances.push(differ);
  }
  return distances;
}
