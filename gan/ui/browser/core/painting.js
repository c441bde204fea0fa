// Pictures of what a model makes: numbers to pixels exactly as the core in Python does it.

/**
 * @typedef {import("./model.js").Model} Model
 * @typedef {readonly [red: number, green: number, blue: number]} Colour in 0..255
 */

/** @type {Colour} */
const PAPER = [250, 248, 244]; // of scatter plots
/** @type {Colour} */
const INK = [194, 84, 27];
/** @type {Colour} */
export const FAINT = [229, 190, 164]; // of the dots behind a film
export const SIDE = 224; // of a plot, in pixels
const MARK = 5; // radius of a mark on it
const PLANE = 6; // half a plot's side, in the model's unit
const f = Math.fround; // torch's arithmetic: a pixel on the edge of two grey levels must fall on the same side

// ---- pictures ---------------------------------------------------------------------------------------------------

/** @param {number} value in [-1, 1] */
const level = (value) => f(f(Math.min(Math.max(value, -1), 1) + 1) * 127.5);

/**
 * [N, C, H, W] in [-1, 1] -> [N, H, W, C] in 0..255; the clamped array rounds halves to even as torch does.
 * @param {Float32Array} images
 * @param {number[]} shape [C, H, W]
 */
export function toPixels(images, shape = [1, images.length, 1]) {
  const [channels, height, width] = shape, area = height * width, pixels = new Uint8ClampedArray(images.length);
  for (let start = 0, at = 0; start < images.length; start += channels * area) {
    for (let i = start; i < start + area; i++) {
      for (let c = 0; c < channels; c++) pixels[at++] = level(images[i + c * area]);
    }
  }
  return pixels;
}

/**
 * One picture, grey or in colours.
 * @param {Pick<Model, "shape">} model
 * @param {Float32Array} image [C, H, W] in [-1, 1]
 */
export function imageOf({ shape }, image) {
  const [channels, height, width] = shape, colours = channels > 2, pixels = toPixels(image, shape);
  const found = new ImageData(width, height), { data } = found;
  for (let i = 0, at = 0; i < data.length; i += 4, at += channels) {
    data[i] = pixels[at];
    data[i + 1] = pixels[colours ? at + 1 : at];
    data[i + 2] = pixels[colours ? at + 2 : at];
    data[i + 3] = 255;
  }
  return found;
}

/**
 * The bytes [H, W, C] of a drawing, as the frame of a film keeps them.
 * @param {ImageData} drawing
 * @param {1 | 3} channels 1: of a grey one
 */
export function bytesOf({ data }, channels) {
  const bytes = new Uint8Array(data.length / 4 * channels);
  for (let i = 0, at = 0; i < data.length; i += 4) for (let c = 0; c < channels; c++) bytes[at++] = data[i + c];
  return bytes;
}

// ---- scatter plots ----------------------------------------------------------------------------------------------

function paper() {
  const found = new ImageData(SIDE, SIDE);
  for (let i = 0; i < found.data.length; i += 4) found.data.set([...PAPER, 255], i);
  return found;
}

/**
 * @param {Uint8ClampedArray} data of a plot
 * @param {number} x
 * @param {number} y
 * @param {Colour} colour
 */
function dot(data, x, y, [r, g, b]) {
  const i = 4 * (y * SIDE + x);
  data[i] = r;
  data[i + 1] = g;
  data[i + 2] = b;
}

/**
 * The pixel of a coordinate, halves to even.
 * @param {number} value
 * @param {number} limit the coordinate at the plot's edge
 */
function place(value, limit) {
  const at = f(f(f(f(value / limit) + 1) / 2) * (SIDE - 2)), low = Math.floor(at), rest = at - low;
  return rest > 0.5 || (rest === 0.5 && low % 2) ? low + 1 : low;
}

/**
 * Points on paper, y upwards; a dot is two pixels wide.
 * @param {Pick<Model, "unit">} model
 * @param {Float32Array} points [N, 2] in the model's own units
 */
export function scatter(model, points, ink = INK) {
  const found = paper(), limit = f(PLANE * model.unit);
  for (let i = 0; i < points.length; i += 2) {
    const x = place(points[i], limit), y = place(points[i + 1], limit);
    if (!(x >= 0 && x <= SIDE - 2 && y >= 0 && y <= SIDE - 2)) continue;
    for (let corner = 0; corner < 4; corner++) dot(found.data, x + (corner >> 1), SIDE - 2 - y + (corner & 1), ink);
  }
  return found;
}

/**
 * A plot with a large dot at a point, kept within it; drawn into the plot itself.
 * @param {Pick<Model, "unit">} model
 * @param {ImageData} picture
 * @param {number} px
 * @param {number} py
 */
export function mark(model, picture, px, py) {
  const limit = f(PLANE * model.unit);
  const share = (/** @type {number} */ v) => f(f(f(Math.min(Math.max(f(v / limit), -1), 1) + 1) / 2) * (SIDE - 1));
  const x = share(px), y = f(SIDE - 1 - share(py)), reach = MARK + 3;
  for (let row = Math.max(Math.floor(y) - reach, 0); row <= Math.min(y + reach, SIDE - 1); row++) {
    for (let column = Math.max(Math.floor(x) - reach, 0); column <= Math.min(x + reach, SIDE - 1); column++) {
      const away = f(Math.sqrt(f(f(f(column - x) ** 2) + f(f(row - y) ** 2))));
      if (away <= MARK + 2) dot(picture.data, column, row, away <= MARK ? INK : PAPER);
    }
  }
  return picture;
}
