// What a data set's makers did to every picture: its ink scaled to one size and put into the middle. A forger knows
// nothing else, so a drawing is treated alike before it is looked for.

import { sheetOf } from "./strokes.js";

/** @import { Dot, Sheet, Stroke } from "./strokes.js" */

/**
 * How the makers framed it.
 * @typedef {object} Framing
 * @property {number} box share of the picture's side that the longer side of the ink fills
 * @property {"mass" | "box"} middle what lies in the picture's middle: the centre of the ink's mass, or of its box
 * @property {[number, number]} usual between what most of their lines have as half of their width, shares of the side;
 *   encoders learn from more, as `usual` in gan/training/pen.py says
 */

/**
 * Of data whose pictures are ink on an empty ground, by the data's name.
 * MNIST: "size normalized to fit in a 20x20 pixel box while preserving their aspect ratio", "centered in a 28x28 image
 * by computing the center of mass", LeCun, Cortes and Burges.
 * @type {Record<string, Framing>}
 */
export const FRAMINGS = {
  mnist: { box: 20 / 28, middle: "mass", usual: [0.036, 0.05] },
  digits: { box: 1, middle: "box", usual: [0.06, 0.12] },
  kanji: { box: 0.94, middle: "box", usual: [0.015, 0.04] },
};

const FAINT = 0.1; // ink below counts as none where the box is taken
export const LEAST = 0.12; // share of the sheet that the ink is taken for at least: a dot stays a dot
const FINE = 4; // pixels across each of a picture's, on which strokes are drawn before they are averaged

/**
 * The box around the ink and the centre of its mass, in pixels of the sheet; null where there is no ink.
 * @param {Sheet} sheet
 */
export function extent({ side, ink }) {
  let left = side, right = -1, top = side, bottom = -1, mass = 0, x = 0, y = 0;
  for (let row = 0, i = 0; row < side; row++) {
    for (let column = 0; column < side; column++, i++) {
      const v = ink[i];
      mass += v;
      x += v * (column + 0.5);
      y += v * (row + 0.5);
      if (v <= FAINT) continue;
      if (column < left) left = column;
      if (column > right) right = column;
      if (row < top) top = row;
      if (row > bottom) bottom = row;
    }
  }
  return right < 0 ? null : { left, right: right + 1, top, bottom: bottom + 1, x: x / mass, y: y / mass };
}

/**
 * The mean ink of a square of a sheet in each of side x side equal parts, [side, side]; outside of the sheet is none.
 * @param {Sheet} sheet
 * @param {{ x: number, y: number, size: number }} square its corner and side, in pixels of the sheet
 * @param {number} side
 */
export function resampled(sheet, { x, y, size }, side) {
  const sums = summed(sheet), step = size / side, found = new Float32Array(side * side);
  const wide = Math.max(step, 1), early = (step - wide) / 2; // enlarged, each part looks at a pixel's width
  for (let row = 0, i = 0; row < side; row++) {
    const top = y + row * step + early;
    for (let column = 0; column < side; column++, i++) {
      const left = x + column * step + early;
      const sum = at(sums, left + wide, top + wide) - at(sums, left, top + wide) - at(sums, left + wide, top) +
        at(sums, left, top);
      found[i] = Math.min(Math.max(sum / (wide * wide), 0), 1);
    }
  }
  return found;
}

/**
 * How much ink lies above and to the left of each corner of a pixel: [side + 1, side + 1].
 * @param {Sheet} sheet
 */
function summed({ side, ink }) {
  const wide = side + 1, sums = new Float64Array(wide * wide);
  for (let row = 0; row < side; row++) {
    let line = 0;
    for (let column = 0; column < side; column++) {
      line += ink[row * side + column];
      sums[(row + 1) * wide + column + 1] = sums[row * wide + column + 1] + line;
    }
  }
  return { wide, sums };
}

/**
 * Between the corners of pixels too.
 * @param {{ wide: number, sums: Float64Array }} summed
 * @param {number} x
 * @param {number} y
 */
function at({ wide, sums }, x, y) {
  const inX = Math.min(Math.max(x, 0), wide - 1), inY = Math.min(Math.max(y, 0), wide - 1);
  const column = Math.min(Math.floor(inX), wide - 2), row = Math.min(Math.floor(inY), wide - 2);
  const right = inX - column, below = inY - row, i = row * wide + column;
  const upper = sums[i] + right * (sums[i + 1] - sums[i]);
  const lower = sums[i + wide] + right * (sums[i + wide + 1] - sums[i + wide]);
  return upper + below * (lower - upper);
}

/**
 * A sheet as the makers of the data would have framed it, [side, side] from 0 to 1; the whole sheet where nobody did.
 * @param {Sheet} sheet
 * @param {number} side
 * @param {Framing | undefined} framing
 */
export function centred(sheet, side, framing) {
  const found = framing && extent(sheet);
  if (!found) return resampled(sheet, { x: 0, y: 0, size: sheet.side }, side);
  const { left, right, top, bottom } = found;
  const longer = Math.max(right - left, bottom - top, LEAST * sheet.side), size = longer / framing.box;
  const [x, y] = framing.middle === "mass" ? [found.x, found.y] : [(left + right) / 2, (top + bottom) / 2];
  return resampled(sheet, { x: x - size / 2, y: y - size / 2, size }, side);
}

/**
 * As few dots of a stroke as show it: those that lie so far from the last one, and its end.
 * @param {Dot[]} dots
 * @param {number} way
 */
function apart(dots, way) {
  let last = dots[0];
  return dots.filter((dot, i) => {
    const [dx, dy] = [dot[0] - last[0], dot[1] - last[1]],
      shown = !i || i === dots.length - 1 || dx * dx + dy * dy >= way * way;
    if (shown) last = dot;
    return shown;
  });
}

/**
 * Strokes as the makers of the data would have framed them, and as broad as theirs: a thin pen and a broad one mean the
 * same. [side, side] from 0 to 1. Where an eraser was at work the sheet itself is framed.
 * @param {Stroke[]} strokes
 * @param {Sheet} sheet of the strokes
 * @param {number} side
 * @param {Framing | undefined} framing
 */
export function framedStrokes(strokes, sheet, side, framing) {
  const found = extent(sheet);
  if (!framing || !found || strokes.some(({ erases }) => erases)) return centred(sheet, side, framing);
  const radii = strokes.flatMap(({ dots }) => dots.map(([, , r]) => r)).sort((a, b) => a - b),
    pen = radii[radii.length >> 1];
  const { left, right, top, bottom } = found, longer = Math.max(right - left, bottom - top) / sheet.side;
  const [least, most] = framing.usual, scaled = pen * framing.box / Math.max(longer, LEAST);
  const r = Math.min(Math.max(scaled, least), most), way = Math.max(longer - 2 * pen, 1e-3); // without the pen's width
  const scale = Math.min((framing.box - 2 * r) / way, framing.box / LEAST);
  const [x, y] = framing.middle === "mass" ? [found.x, found.y] : [(left + right) / 2, (top + bottom) / 2];
  const place = (/** @type {number} */ v, /** @type {number} */ middle) => 0.5 + scale * (v - middle / sheet.side);
  const drawn = strokes.map(({ dots, erases }) => ({
    dots: apart(dots, r / scale / 2).map((
      [a, b, own],
    ) => /** @type {const} */ ([place(a, x), place(b, y), own * r / pen])),
    erases,
  }));
  return resampled(sheetOf(drawn, FINE * side), { x: 0, y: 0, size: FINE * side }, side);
}

/**
 * From ink to what a network sees, for each of its channels: [channels, ...] in [-1, 1].
 * @param {Float32Array} ink from 0 to 1
 * @param {number} channels
 */
export function imageOfInk(ink, channels) {
  const image = new Float32Array(channels * ink.length);
  for (let c = 0; c < channels; c++) for (let i = 0; i < ink.length; i++) image[c * ink.length + i] = 2 * ink[i] - 1;
  return image;
}
