// The luma of a picture in colours: what is left of it without them.

export const LUMA = [0.299, 0.587, 0.114]; // of red, green and blue, ITU-R BT.601

/**
 * [1, H, W] of an image in colour; a grey one as it is.
 * @param {Float32Array} image
 * @param {number[]} shape [C, H, W]
 */
export function luma(image, [channels, height, width]) {
  if (channels === 1) return image;
  const area = height * width;
  return Float32Array.from(
    { length: area },
    (_, i) => LUMA.reduce((sum, v, c) => sum + v * image[c * area + i], 0),
  );
}
