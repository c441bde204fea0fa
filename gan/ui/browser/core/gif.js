// Endless grey films as GIF files, made in the browser: GIF89a, one table of 256 greys, packed by LZW.
// Its settings are its comment, where film_file.js finds them.

const CLEAR = 256, END = 257, MOST = 4096; // codes that begin anew and end, and how many there may be
const BLOCK = 255; // bytes of a block at most
const CLOCK = 100; // a frame's time is counted in hundredths of a second

/** @param {number} value */
const word = (value) => [value & 255, value >> 8];

/**
 * Bytes in blocks, each after its length, and a block of none.
 * @param {ArrayLike<number>} bytes
 */
function blocks(bytes) {
  const all = Array.from(bytes), cut = [];
  for (let from = 0; from < all.length; from += BLOCK) {
    const part = all.slice(from, from + BLOCK);
    cut.push(part.length, ...part);
  }
  return [...cut, 0];
}

/**
 * LZW codes of 9 to 12 bits: every run of pixels that was met before is one code.
 * @param {Uint8Array | Uint8ClampedArray} pixels
 */
export function packed(pixels) {
  /** @type {number[]} */
  const bytes = [];
  let held = 0, bits = 0, width = 9, next = END + 1;
  /** @type {Map<number, number>} */
  let runs = new Map();
  const put = (/** @type {number} */ code) => {
    held |= code << bits;
    for (bits += width; bits >= 8; bits -= 8, held >>>= 8) bytes.push(held & 255);
  };
  put(CLEAR);
  let run = pixels[0];
  for (const pixel of pixels.subarray(1)) {
    const longer = run << 8 | pixel, known = runs.get(longer);
    if (known !== undefined) {
      run = known;
      continue;
    }
    put(run);
    if (next < MOST) {
      runs.set(longer, next);
      if (next++ === 1 << width) width++;
    } else {
      put(CLEAR);
      runs = new Map();
      width = 9;
      next = END + 1;
    }
    run = pixel;
  }
  put(run);
  if (next === 1 << width && next < MOST) width++;
  put(END);
  if (bits) bytes.push(held & 255);
  return bytes;
}

/**
 * The file.
 * @param {(Uint8Array | Uint8ClampedArray)[]} frames greys, row by row
 * @param {number} width
 * @param {number} height
 * @param {number} fps
 * @param {string} note ASCII
 */
export function greyGif(frames, width, height, fps, note) {
  const greys = Array.from({ length: 256 }, (_, i) => [i, i, i]).flat();
  const loop = [0x21, 0xff, 11, ...Array.from("NETSCAPE2.0", (c) => c.charCodeAt(0)), 3, 1, 0, 0, 0];
  const comment = [0x21, 0xfe, ...blocks(Array.from(note, (c) => c.charCodeAt(0)))];
  const head = [
    ...Array.from("GIF89a", (c) => c.charCodeAt(0)),
    ...word(width),
    ...word(height),
    0xf7, // a table of 256 colours of 8 bits
    0,
    0,
    ...greys,
    ...loop,
    ...comment,
  ];
  const body = frames.flatMap((frame, i) => {
    const time = Math.round(CLOCK * (i + 1) / fps) - Math.round(CLOCK * i / fps);
    const control = [0x21, 0xf9, 4, 0, ...word(time), 0, 0];
    return [...control, 0x2c, 0, 0, 0, 0, ...word(width), ...word(height), 0, 8, ...blocks(packed(frame))];
  });
  return Uint8Array.from([...head, ...body, 0x3b]);
}
