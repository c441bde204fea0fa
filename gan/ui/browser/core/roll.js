// Scores as piano rolls, to the pixel as gan/media/scores.py paints them.
import { scoreOf } from "./stored_rows.js";
import { BEAT, tonesOf, withoutChord } from "./voices.js";

/** @import { Colour } from "./painting.js" */
/** @import { Scored } from "./stored_rows.js" */

export const SIDE = 224; // of a roll, in pixels
const HIGH = 4; // pixels of a semitone, where there is room
/** @type {Colour} */
const PAPER = [250, 248, 244];
/** @type {Colour} */
const BEAT_LINE = [236, 232, 224];
/** @type {Colour} */
const C_LINE = [222, 216, 206];
/** @type {Colour} */
const TROUBLE = [163, 36, 31];
/** @type {Colour[]} */
export const INKS = [[194, 84, 27], [196, 148, 32], [128, 78, 160], [62, 74, 96]]; // of the voices, the highest first

/**
 * @param {ImageData} picture
 * @param {number} left
 * @param {number} top
 * @param {number} right the first column that stays as it is
 * @param {number} bottom the first row that stays as it is
 * @param {Colour} colour
 */
function fill({ data }, left, top, right, bottom, [r, g, b]) {
  for (let y = top; y < bottom; y++) {
    for (let i = 4 * (y * SIDE + left), end = 4 * (y * SIDE + right); i < end; i += 4) {
      data[i] = r;
      data[i + 1] = g;
      data[i + 2] = b;
    }
  }
}

/**
 * Time to the right, each voice in its colour, high notes above low ones; beats without a chord are marked at the foot.
 * @param {Scored} model
 * @param {Float32Array} sample
 */
export function roll(model, sample) {
  const { groups, lowest } = model.traits, score = scoreOf(model, sample), picture = new ImageData(SIDE, SIDE);
  const low = Math.min(...lowest);
  const high = Math.max(...lowest.map((/** @type {number} */ first, /** @type {number} */ i) => first + groups[i] - 1));
  const wide = Math.floor(SIDE / score.steps);
  const tall = Math.max(1, Math.floor((SIDE - HIGH) / (high - low + 1)));
  picture.data.fill(255);
  fill(picture, 0, 0, SIDE, SIDE, PAPER);
  for (let step = 0; step < score.steps; step += BEAT) fill(picture, step * wide, 0, step * wide + 1, SIDE, BEAT_LINE);
  for (let pitch = low; pitch <= high; pitch++) {
    const y = (high - pitch + 1) * tall - 1;
    if (pitch % 12 === 0) fill(picture, 0, y, SIDE, y + 1, C_LINE);
  }
  const voices = tonesOf(score);
  for (let voice = voices.length - 1; voice >= 0; voice--) {
    for (const { start, length, pitch } of voices[voice]) {
      const top = (high - pitch) * tall;
      fill(picture, start * wide + 1, top, (start + length) * wide, top + tall, INKS[voice]);
    }
  }
  withoutChord(score).forEach((none, beat) => {
    const left = beat * BEAT * wide;
    if (none) fill(picture, left + 2, SIDE - HIGH - 2, left + BEAT * wide - 1, SIDE, TROUBLE);
  });
  return picture;
}
