// Words drawn large: dark letters in the middle of a light square, as wide as fits; sizes as gan/media/lettering.py has
// them, letters as the browser has them.

export const SIDE = 224; // pixels
const MARGIN = 12; // pixels that stay free to either side
const LARGEST = 88; // pixels of the letters' size, at most
const PAPER = "rgb(250, 250, 250)", INK = "rgb(28, 28, 28)";
const FONT = '"Helvetica Neue", Helvetica, Arial, "Noto Sans", sans-serif';

/** @type {CanvasRenderingContext2D | null} */
let sheet = null; // what all words are drawn on, made for the first one

function newSheet() {
  const canvas = Object.assign(document.createElement("canvas"), { width: SIDE, height: SIDE });
  const pen = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d", { willReadFrequently: true }));
  return Object.assign(pen, { textAlign: "center", textBaseline: "middle" });
}

/**
 * The size of letters at which what is `width` times as wide as that fits into the square.
 * @param {number} width
 */
export const letterSize = (width) =>
  Math.max(1, Math.min(LARGEST, Math.floor((SIDE - 2 * MARGIN) / Math.max(width, 1e-9))));

/**
 * A picture of a word.
 * @param {string} word
 * @returns {ImageData}
 */
export function lettered(word) {
  sheet ??= newSheet();
  sheet.fillStyle = PAPER;
  sheet.fillRect(0, 0, SIDE, SIDE);
  sheet.font = `${LARGEST}px ${FONT}`;
  sheet.font = `${letterSize(sheet.measureText(word).width / LARGEST)}px ${FONT}`;
  sheet.fillStyle = INK;
  sheet.fillText(word, SIDE / 2, SIDE / 2);
  return sheet.getImageData(0, 0, SIDE, SIDE);
}
