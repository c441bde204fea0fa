// What a model of a task takes of a damaged picture: `gan.explore.translate` is the same in Python.

/** @import { Model } from "./model.js" */

/**
 * Cubic convolution with a = -1/2. Keys 1981, doi:10.1109/TASSP.1981.1163711, equation 15.
 * @param {number} x
 */
function cubic(x) {
  const d = Math.abs(x);
  if (d < 1) return (1.5 * d - 2.5) * d * d + 1;
  return d < 2 ? ((-0.5 * d + 2.5) * d - 4) * d + 2 : 0;
}

/**
 * What each pixel of an enlarged line takes of the pixels of the line: the first of them, and the weights.
 * @param {number} count pixels of the line
 * @param {number} times
 */
function taps(count, times) {
  return Array.from({ length: count * times }, (_, i) => {
    const centre = (i + 0.5) / times - 0.5, first = Math.max(Math.floor(centre) - 1, 0);
    const end = Math.min(Math.floor(centre) + 3, count);
    const weights = Array.from({ length: end - first }, (_, k) => cubic(first + k - centre));
    const sum = weights.reduce((a, b) => a + b, 0); // at the edge some are missing
    return { first, weights: weights.map((w) => w / sum) };
  });
}

/**
 * An image enlarged by bicubic interpolation, and kept within [-1, 1].
 * @param {Float32Array} image [C, H, W] row by row
 * @param {number[]} shape [C, H, W]
 * @param {number} times
 * @returns {Float32Array} [C, times H, times W] row by row
 */
export function bicubic(image, [channels, height, width], times) {
  const across = taps(width, times), down = taps(height, times), wide = width * times;
  const found = new Float32Array(channels * height * times * wide), lines = new Float32Array(height * wide);
  for (let c = 0, at = 0; c < channels; c++) {
    for (let y = 0, i = 0; y < height; y++) {
      const row = (c * height + y) * width;
      for (const { first, weights } of across) {
        lines[i++] = weights.reduce((sum, w, k) => sum + w * image[row + first + k], 0);
      }
    }
    for (const { first, weights } of down) {
      for (let x = 0; x < wide; x++, at++) {
        let sum = 0;
        for (let k = 0; k < weights.length; k++) sum += weights[k] * lines[(first + k) * wide + x];
        found[at] = Math.min(Math.max(sum, -1), 1);
      }
    }
  }
  return found;
}

/**
 * What the model's first layer takes of a damaged picture.
 * @param {Pick<Model, "name" | "task" | "factor" | "shape" | "values">} model
 * @param {Float32Array} image [C, H, W]; where it enlarges, [C, H / factor, W / factor]
 * @param {Float32Array | null} known [H, W], where it fills holes: 1 where something is known
 * @returns {Float32Array} [C, H, W]; of holes [C + 1, H, W]
 * @throws {RangeError} the picture is not for it
 */
export function givenOf({ name, task, factor, shape, values }, image, known) {
  const [channels, height, width] = shape, area = height * width;
  if (!task) throw new RangeError(`${name} was trained for no repair`);
  if (image.length * factor ** 2 !== values) throw new RangeError(`a picture for ${name} has other sides`);
  if ((task === "inpaint") !== (known?.length === area)) {
    throw new RangeError(`${name} is given what is known where, and only where, it fills holes`);
  }
  if (task === "enlarge") return bicubic(image, [channels, height / factor, width / factor], factor);
  if (!known) return image;
  const given = new Float32Array(values + area);
  for (let i = 0; i < values; i++) given[i] = known[i % area] > 0.5 ? image[i] : 0;
  for (let i = 0; i < area; i++) given[values + i] = known[i] > 0.5 ? 1 : 0;
  return given;
}

/**
 * A repair with what is known as it was given.
 * @param {Float32Array} made [C, H, W]
 * @param {Float32Array} image [C, H, W]
 * @param {Float32Array} known [H, W]
 */
export function withKnown(made, image, known) {
  return made.map((value, i) => (known[i % known.length] > 0.5 ? image[i] : value));
}
