// Pictures of what a model makes: numbers to pixels exactly as the core in Python does it.

const PAPER = [250, 248, 244], INK = [194, 84, 27]; // of scatter plots
export const FAINT = [229, 190, 164]; // of the dots behind a film
export const SIDE = 224; // of a plot, in pixels
const MARK = 5; // radius of a mark on it
const PLANE = 6; // half a plot's side, in the model's unit
const f = Math.fround; // torch's arithmetic: a pixel on the edge of two grey levels must fall on the same side

export const sideOf = (model) => (model.kind === "points" ? SIDE : model.shape[1]);
const level = (value) => f(f(Math.min(Math.max(value, -1), 1) + 1) * 127.5);

export function toPixels(images, shape = [1, images.length, 1]) {
  // [N, C, R, R] in [-1, 1] -> [N, R, R, C] in 0..255; the clamped array rounds halves to even as torch does
  const [channels, height, width] = shape, area = height * width, pixels = new Uint8ClampedArray(images.length);
  for (let start = 0, at = 0; start < images.length; start += channels * area) {
    for (let i = 0; i < area; i++) for (let c = 0; c < channels; c++) pixels[at++] = level(images[start + c * area + i]);
  }
  return pixels;
}

export function imageOf(model, images, from = 0) {
  // one picture as ImageData, grey or in colours
  const [channels, height, width] = model.shape, area = height * width, found = new ImageData(width, height);
  const data = found.data, green = from + (channels > 2 ? area : 0), blue = from + (channels > 2 ? 2 * area : 0);
  for (let i = 0, at = 0; i < area; i++) {
    data[at++] = level(images[from + i]);
    data[at++] = level(images[green + i]);
    data[at++] = level(images[blue + i]);
    data[at++] = 255;
  }
  return found;
}

// ---- scatter plots ----------------------------------------------------------------------------------------------

function paper() {
  const found = new ImageData(SIDE, SIDE);
  for (let i = 0; i < found.data.length; i += 4) found.data.set([...PAPER, 255], i);
  return found;
}

function dot(data, x, y, [r, g, b]) {
  const i = 4 * (y * SIDE + x);
  data[i] = r;
  data[i + 1] = g;
  data[i + 2] = b;
}

function place(value, limit) {
  const at = f(f(f(f(value / limit) + 1) / 2) * (SIDE - 2)), low = Math.floor(at), rest = at - low;
  return rest > 0.5 || (rest === 0.5 && low % 2) ? low + 1 : low;
}

export function scatter(model, points, ink = INK) {
  // points [N, 2] in a model's own units, y upwards; a dot is two pixels wide
  const found = paper(), limit = f(PLANE * model.unit);
  for (let i = 0; i < points.length; i += 2) {
    const x = place(points[i], limit), y = place(points[i + 1], limit);
    if (!(x >= 0 && x <= SIDE - 2 && y >= 0 && y <= SIDE - 2)) continue;
    for (let corner = 0; corner < 4; corner++) dot(found.data, x + (corner >> 1), SIDE - 2 - y + (corner & 1), ink);
  }
  return found;
}

export function mark(model, picture, px, py) {
  // a large dot at a point, kept within the picture
  const limit = f(PLANE * model.unit);
  const share = (v) => f(f(f(Math.min(Math.max(f(v / limit), -1), 1) + 1) / 2) * (SIDE - 1));
  const x = share(px), y = f(SIDE - 1 - share(py)), reach = MARK + 3;
  for (let row = Math.max(Math.floor(y) - reach, 0); row <= Math.min(y + reach, SIDE - 1); row++) {
    for (let column = Math.max(Math.floor(x) - reach, 0); column <= Math.min(x + reach, SIDE - 1); column++) {
      const away = f(Math.sqrt(f(f(f(column - x) ** 2) + f(f(row - y) ** 2))));
      if (away <= MARK + 2) dot(picture.data, column, row, away <= MARK ? INK : PAPER);
    }
  }
  return picture;
}
