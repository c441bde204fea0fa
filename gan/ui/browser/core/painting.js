// Pictures of what a model makes: numbers to pixels as gan/images.py does it, canvases, and PNG files with settings.
atelier.painting = (() => {
  const PAPER = [250, 248, 244], INK = [194, 84, 27], FAINT = [229, 190, 164]; // of scatter plots, and of dots behind a film
  const SIDE = 224, MARK = 5; // their size, and the radius of a mark on them
  const PLANE = 6; // half a plot's side, in the model's unit
  const f = Math.fround; // torch's arithmetic: a pixel on the edge of two grey levels must fall on the same side

  const side = (model) => (model.kind === "points" ? SIDE : model.shape[1]);
  const level = (value) => f(f(Math.min(Math.max(value, -1), 1) + 1) * 127.5);

  function toPixels(images, shape = [1, images.length, 1]) {
    // [N, C, R, R] in [-1, 1] -> [N, R, R, C] in 0..255; the clamped array rounds halves to even as torch does
    const [channels, height, width] = shape, area = height * width, pixels = new Uint8ClampedArray(images.length);
    for (let start = 0, at = 0; start < images.length; start += channels * area) {
      for (let i = 0; i < area; i++) for (let c = 0; c < channels; c++) pixels[at++] = level(images[start + c * area + i]);
    }
    return pixels;
  }

  function image(model, images, from = 0) {
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

  function scatter(model, points, ink = INK) {
    // points [N, 2] in a model's own units, y upwards; a dot is two pixels wide
    const found = paper(), limit = f(PLANE * model.unit);
    for (let i = 0; i < points.length; i += 2) {
      const x = place(points[i], limit), y = place(points[i + 1], limit);
      if (!(x >= 0 && x <= SIDE - 2 && y >= 0 && y <= SIDE - 2)) continue;
      for (let corner = 0; corner < 4; corner++) dot(found.data, x + (corner >> 1), SIDE - 2 - y + (corner & 1), ink);
    }
    return found;
  }

  function mark(model, picture, px, py) {
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

  // ---- canvases and films -----------------------------------------------------------------------------------------

  function put(canvas, data) {
    if (canvas.width !== data.width) canvas.width = data.width;
    if (canvas.height !== data.height) canvas.height = data.height;
    canvas.getContext("2d").putImageData(data, 0, 0);
  }

  // one picture, or one plot of all points, at the model's own size
  const picture = (canvas, model, images) => put(canvas, model.kind === "points" ? scatter(model, images) : image(model, images));

  function frames(model, images, cloud = null) {
    // images [N] -> [ImageData]; of points each [2] is a mark, before the dots of a `cloud` of points
    if (model.kind === "points") {
      const behind = cloud ? scatter(model, cloud, FAINT) : paper();
      return Array.from({ length: images.length / 2 }, (_, i) =>
        mark(model, new ImageData(behind.data.slice(), SIDE, SIDE), images[2 * i], images[2 * i + 1]));
    }
    return Array.from({ length: images.length / model.values }, (_, i) => image(model, images, i * model.values));
  }

  // ---- PNG --------------------------------------------------------------------------------------------------------

  function checksum(bytes) {
    // CRC-32 as PNG asks for it
    let sum = ~0;
    for (const byte of bytes) {
      sum ^= byte;
      for (let bit = 0; bit < 8; bit++) sum = sum >>> 1 ^ (sum & 1 ? 0xedb88320 : 0);
    }
    return ~sum >>> 0;
  }

  function chunk(kind, body) {
    const bytes = new Uint8Array(12 + body.length), view = new DataView(bytes.buffer);
    view.setUint32(0, body.length);
    bytes.set(new TextEncoder().encode(kind), 4);
    bytes.set(body, 8);
    view.setUint32(8 + body.length, checksum(bytes.subarray(4, 8 + body.length)));
    return bytes;
  }

  // JSON in plain ASCII, which can be found in any file by looking at its bytes
  const ascii = (settings) => JSON.stringify(settings).replace(/[^ -~]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`);

  async function png(canvas, scale = 1, settings = null) {
    // the PNG file of a canvas, every pixel `scale` times as large; settings (an object or a text) go into its metadata
    const large = document.createElement("canvas");
    Object.assign(large, { width: canvas.width * scale, height: canvas.height * scale });
    const g = large.getContext("2d");
    g.imageSmoothingEnabled = false;
    g.drawImage(canvas, 0, 0, large.width, large.height);
    const file = await new Promise((done) => large.toBlob(done, "image/png"));
    if (settings == null) return file;
    const text = typeof settings === "string" ? settings : ascii(settings);
    const note = chunk("iTXt", new TextEncoder().encode(`gan-atelier\0\0\0\0\0${text}`)); // uncompressed, of no language
    const head = 33; // the signature and the first chunk, which has to come first
    return new Blob([file.slice(0, head), note, file.slice(head)], { type: "image/png" });
  }

  return { toPixels, picture, image, scatter, mark, paper, frames, put, png, ascii, side, SIDE };
})();
