// The real samples that lie near one of a model's.
import { samplingOf } from "../core/sampling.js";

/** @import { Read } from "../core/stored_rows.js" */

/**
 * @typedef {{ pixels: Uint8Array, shape: number[] }} Reference real samples as they are stored, [N, ...] row by row;
 *   pictures are [N, H, W, C], 0 to 255
 * @typedef {{ index: number, distance: number, pixels: Uint8Array }} Neighbour a real sample as it is stored
 */

/**
 * The reference pictures nearest to an image, the nearest first.
 * @param {Reference} reference
 * @param {Float32Array} image [C, H, W] row by row, in [-1, 1]
 * @param {number} count how many
 * @returns {Neighbour[]} their distance is the root mean square of the differences of grey levels from 0 to 1
 */
function nearestPictures({ pixels, shape: [n, height, width, channels] }, image, count) {
  const size = height * width * channels, wanted = new Float32Array(size), area = height * width;
  for (let i = 0; i < area; i++) {
    for (let c = 0; c < channels; c++) {
      wanted[i * channels + c] = (Math.min(Math.max(image[c * area + i], -1), 1) + 1) * 127.5;
    }
  }
  const far = Float32Array.from({ length: n }, (_, index) => {
    let sum = 0;
    for (let i = 0, at = index * size; i < size; i++, at++) sum += (pixels[at] - wanted[i]) ** 2;
    return sum;
  });
  return leastOf(far, count).map((index) => ({
    index,
    distance: Math.sqrt(far[index] / size) / 255,
    pixels: pixels.slice(index * size, (index + 1) * size),
  }));
}

/**
 * The places of the least numbers, the least first.
 * @param {ArrayLike<number>} numbers
 * @param {number} count how many
 */
const leastOf = (numbers, count) =>
  Array.from({ length: numbers.length }, (_, i) => i).sort((a, b) => numbers[a] - numbers[b] || a - b).slice(0, count);

/**
 * The reference samples nearest to one, the nearest first, in the sense of its medium.
 * @param {Reference} reference
 * @param {Float32Array} sample
 * @param {number} count how many
 * @param {Read} of the sample's model
 * @returns {Neighbour[]}
 */
export function nearest(reference, sample, count, of) {
  const { reading } = samplingOf(of), { pixels, shape: [n] } = reference;
  if (!reading) return nearestPictures(reference, sample, count);
  const size = pixels.length / n, far = reading.distances(of, sample, pixels, size);
  return leastOf(far, count).map((index) => ({
    index,
    distance: far[index],
    pixels: pixels.slice(index * size, (index + 1) * size),
  }));
}
