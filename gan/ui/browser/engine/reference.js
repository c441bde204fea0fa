// The real pictures that lie near one of a model's.

/**
 * @typedef {{ pixels: Uint8Array, shape: number[] }} Reference real pictures [N, H, W, C] row by row, 0 to 255
 * @typedef {{ index: number, distance: number, pixels: Uint8Array }} Neighbour a real picture, [H, W, C] row by row
 */

/**
 * The reference pictures nearest to an image, the nearest first.
 * @param {Reference} reference
 * @param {Float32Array} image [C, H, W] row by row, in [-1, 1]
 * @param {number} count how many
 * @returns {Neighbour[]} their distance is the root mean square of the differences of grey levels from 0 to 1
 */
export function nearest({ pixels, shape: [n, height, width, channels] }, image, count) {
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
  const order = Uint32Array.from(far.keys()).sort((a, b) => far[a] - far[b]).subarray(0, count);
  return Array.from(order, (index) => ({
    index,
    distance: Math.sqrt(far[index] / size) / 255,
    pixels: pixels.slice(index * size, (index + 1) * size),
  }));
}
