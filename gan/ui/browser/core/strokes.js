// A drawing: strokes of a pen and of an eraser, and the sheet of ink that they leave. Places are shares of the sheet's
// side, y downwards, so a drawing is the same at any size.

/**
 * A place of the pen: x, y, and r, half the width of the line there.
 * @typedef {readonly [x: number, y: number, r: number]} Dot
 *
 * @typedef {object} Stroke
 * @property {Dot[]} dots
 * @property {boolean} erases
 *
 * @typedef {object} Sheet
 * @property {number} side pixels
 * @property {Float32Array} ink [side, side], 0 where there is none to 1
 */

const LIGHT = 0.4; // share of a line's width that a pen gives which is hardly pressed

/**
 * @param {number} side pixels
 * @returns {Sheet}
 */
export const newSheet = (side) => ({ side, ink: new Float32Array(side * side) });

/**
 * Half the width of a line where a pen is pressed so.
 * @param {number} width of the line, a share of the sheet's side
 * @param {{ pointerType?: string, pressure?: number }} pointer what is no pen has no pressure to tell
 */
export function radiusOf(width, { pointerType, pressure = 0 }) {
  if (pointerType !== "pen" || !pressure) return width / 2;
  return width / 2 * (LIGHT + (1 - LIGHT) * 2 * Math.min(pressure, 1));
}

/**
 * Puts the line between two places on a sheet, its edge one pixel soft; of equal places a dot.
 * @param {Sheet} sheet
 * @param {Dot} from
 * @param {Dot} to
 * @param {boolean} erases
 */
function putLine({ side, ink }, from, to, erases) {
  const [ax, ay, ar] = from.map((v) => v * side), [bx, by, br] = to.map((v) => v * side);
  const dx = bx - ax, dy = by - ay, length = dx * dx + dy * dy, reach = Math.max(ar, br) + 1;
  const far = (reach - 0.5) ** 2; // beyond, no ink lies
  const first = (/** @type {number} */ v) => Math.max(0, Math.floor(v - reach));
  const last = (/** @type {number} */ v) => Math.min(side - 1, Math.ceil(v + reach));
  const left = first(Math.min(ax, bx)), right = last(Math.max(ax, bx));
  for (let y = first(Math.min(ay, by)); y <= last(Math.max(ay, by)); y++) {
    for (let x = left; x <= right; x++) {
      const px = x + 0.5 - ax, py = y + 0.5 - ay;
      const t = length ? Math.min(Math.max((px * dx + py * dy) / length, 0), 1) : 0;
      const x0 = px - t * dx, y0 = py - t * dy, square = x0 * x0 + y0 * y0;
      if (square >= far) continue;
      const away = Math.sqrt(square), r = ar + t * (br - ar);
      const cover = Math.min(Math.max(r - away + 0.5, 0), 1, 2 * r), i = y * side + x;
      ink[i] = erases ? Math.min(ink[i], 1 - cover) : Math.max(ink[i], cover);
    }
  }
}

/**
 * Puts the newest part of a stroke on a sheet: what lies behind its dot of number `from`.
 * @param {Sheet} sheet
 * @param {Stroke} stroke
 */
export function putStroke(sheet, { dots, erases }, from = 0) {
  if (!from && dots.length) putLine(sheet, dots[0], dots[0], erases);
  for (let i = Math.max(from, 1); i < dots.length; i++) putLine(sheet, dots[i - 1], dots[i], erases);
}

/**
 * The sheet of a drawing.
 * @param {Stroke[]} strokes in the order in which they were drawn
 * @param {number} side pixels
 */
export function sheetOf(strokes, side) {
  const sheet = newSheet(side);
  for (const stroke of strokes) putStroke(sheet, stroke);
  return sheet;
}

// ---- drawings that nobody drew -------------------------------------------------------------------------------------

const WIDTH = 0.09, BRUSH = 0.07;

/**
 * The dots of an arc; angles in turns, 0 to the right and growing clockwise.
 * @param {[number, number]} middle
 * @param {number} r
 * @param {number} from
 * @param {number} to
 * @returns {Dot[]}
 */
function arc([x, y], r, from, to) {
  const steps = Math.ceil(Math.abs(to - from) * 60);
  return Array.from({ length: steps + 1 }, (_, i) => {
    const angle = 2 * Math.PI * (from + (to - from) * i / steps);
    return [x + r * Math.cos(angle), y + 0.92 * r * Math.sin(angle), WIDTH / 2];
  });
}

/**
 * The dots of a stroke of a brush that bends on its way, Bezier 1968.
 * @param {[number, number]} from
 * @param {[number, number]} by
 * @param {[number, number]} to
 * @returns {Dot[]}
 */
const bend = (from, by, to) =>
  Array.from({ length: 25 }, (_, i) => {
    const t = i / 24, at = (/** @type {0 | 1} */ k) => (1 - t) ** 2 * from[k] + 2 * t * (1 - t) * by[k] + t * t * to[k];
    return [at(0), at(1), BRUSH / 2];
  });

const THREE = [[...arc([0.5, 0.33], 0.17, -0.44, 0.25), ...arc([0.5, 0.67], 0.2, -0.25, 0.43)]];
const LARGE = [
  bend([0.16, 0.42], [0.5, 0.4], [0.84, 0.34]),
  bend([0.5, 0.12], [0.52, 0.55], [0.16, 0.88]),
  bend([0.5, 0.42], [0.58, 0.72], [0.88, 0.86]),
];

/**
 * What the room opens with: a three, of characters the one that means *large*.
 * @param {string} data the name of the data
 * @returns {Stroke[]}
 */
export const exampleStrokes = (data = "") =>
  (data === "kanji" ? LARGE : THREE).map((dots) => ({ dots: dots.slice(), erases: false }));
