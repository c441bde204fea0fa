// Clips: the frames of a loop, and what can be said of them; alike in Python's gan/media/clips.py.
import { imageOf } from "./painting.js";

/** @typedef {import("./stored_rows.js").Read} Read */

const LOOP_FPS = 8; // frames a second, where a model does not say

/**
 * How many frames a second a model's loops have.
 * @param {Pick<Read, "traits">} model
 */
export const fpsOf = ({ traits }) => Number(traits.fps) || LOOP_FPS;

/**
 * One frame of a loop, which has as many as `shape` says; the first follows the last.
 * @param {Pick<Read, "shape">} model
 * @param {Float32Array} clip [T, H, W] in [-1, 1]
 * @param {number} number of the frame, from 0 on
 */
export function frameOf({ shape: [count, height, width] }, clip, number) {
  const area = height * width, from = (number % count) * area;
  return imageOf({ shape: [1, height, width] }, clip.subarray(from, from + area));
}

/**
 * The column of the middle of each frame's ink; the frame's own middle where it has none.
 * @param {Pick<Read, "shape">} model
 * @param {Float32Array} clip
 */
function centres({ shape: [count, height, width] }, clip) {
  return Array.from({ length: count }, (_, frame) => {
    let whole = 0, moment = 0;
    for (let i = 0; i < height * width; i++) {
      const ink = clip[frame * height * width + i] + 1;
      whole += ink;
      moment += ink * (i % width);
    }
    return whole > 0 ? moment / whole : (width - 1) / 2;
  });
}

/**
 * How far a clip's ink goes to the left and to the right of where it begins, in whole pixels.
 * @param {Pick<Read, "shape">} model
 * @param {Float32Array} clip
 */
export function swingOf(model, clip) {
  const middle = centres(model, clip), away = middle.map((column) => column - middle[0]);
  return { left: Math.floor(0.5 - Math.min(...away)), right: Math.floor(Math.max(...away) + 0.5) };
}

/**
 * A clip in words, as Python says it.
 * @param {Read} model
 * @param {Float32Array} clip
 */
export function clipSays(model, clip) {
  const { left, right } = swingOf(model, clip);
  return `a loop of ${model.shape[0]} frames that swings ${left} px to the left and ${right} px to the right`;
}
