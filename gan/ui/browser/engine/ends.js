// What becomes of a generator's last sums where samples are whole choices; gan/networks/ends.py says what they mean.
// A sample's values lie as everywhere in the engine: [C, H, W, count].

/** @import { Activation } from "../core/safetensors.js" */

/**
 * What is done to `count` samples of a shape that lie at a place of the memory.
 * @typedef {(memory: Float32Array, at: number, shape: number[], count: number, groups: number[]) => void} End
 */

/**
 * In each group of channels one is 1 at every place, the first of the largest, and the others 0. A channel behind the
 * groups is 1 where it is above 0.
 * @type {End}
 */
export function choice(memory, at, [channels, ...sides], count, groups) {
  const places = sides.reduce((a, b) => a * b, 1) * count;
  let first = at;
  for (const size of groups) {
    for (let place = first; place < first + places; place++) {
      let best = place;
      for (let i = place; i < place + size * places; i += places) if (memory[i] > memory[best]) best = i;
      for (let i = place; i < place + size * places; i += places) memory[i] = Number(i === best);
    }
    first += size * places;
  }
  for (let i = first; i < at + channels * places; i++) memory[i] = Number(memory[i] > 0);
}

/**
 * 1 where the sum of a value and its mirror image in the diagonal is above 0, else -1.
 * @type {End}
 */
export function sign(memory, at, [channels, side], count) {
  for (let channel = 0; channel < channels; channel++) {
    for (let y = 0; y < side; y++) {
      for (let x = 0; x <= y; x++) {
        const one = at + ((channel * side + y) * side + x) * count;
        const other = at + ((channel * side + x) * side + y) * count;
        for (let b = 0; b < count; b++) {
          memory[one + b] = memory[other + b] = memory[one + b] + memory[other + b] > 0 ? 1 : -1;
        }
      }
    }
  }
}

/** @type {Partial<Record<Activation, End>>} */
export const ENDS = { choice, sign };
