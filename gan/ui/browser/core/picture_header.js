// What a picture's file says of itself before anything is decoded: its form, its size, and whether it can be opened.
import { Trouble } from "./trouble.js";

/**
 * What a file says of itself; sides in pixels. `shrinks`: it can be decoded at an eighth of its size without ever being
 * whole, which a JPEG that comes in several passes cannot.
 * @typedef {{ format: string, width: number, height: number, moves: boolean, shrinks?: boolean }} Header
 */

const HEAD = 1 << 19, MORE = 8; // bytes of a file that are read to know it, and times as many where they do not do
const MEMORY = 50e6, PIXEL = 4; // bytes that a decoded picture may take, and that each pixel takes
export const LEAST = 4; // pixels of the shorter side

/** @param {Uint8Array} bytes */
const viewOf = (bytes) => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

/**
 * @param {Uint8Array} bytes
 * @param {number} at
 * @param {number} count
 */
const letters = (bytes, at, count) => String.fromCharCode(...bytes.subarray(at, at + count));

/** @type {Record<string, (bytes: Uint8Array) => Omit<Header, "format"> | null>} */
const READERS = {
  PNG: (bytes) => ({ ...sides(bytes, 16, 20, 4), moves: find(bytes, "acTL", 256) > 0 }),
  GIF: (bytes) => ({ ...sides(bytes, 6, 8, 2, true), moves: find(bytes, "NETSCAPE2.0", 1024) > 0 }),
  BMP: (bytes) => ({ ...sides(bytes, 18, 22, 4, true), moves: false }),
  JPEG: jpeg,
  WebP: webp,
  AVIF: avif,
};

/**
 * Two whole numbers of a header; a height may be written as a negative one.
 * @param {Uint8Array} bytes
 * @param {number} across where the width stands
 * @param {number} down
 * @param {2 | 4} size bytes of each
 * @param {boolean} little whether the little end comes first
 */
function sides(bytes, across, down, size, little = false) {
  const view = viewOf(bytes);
  const read = (/** @type {number} */ at) =>
    size === 2 ? view.getUint16(at, little) : Math.abs(view.getInt32(at, little));
  return { width: read(across), height: read(down) };
}

/**
 * @param {Uint8Array} bytes
 * @param {string} text
 * @param {number} within how many bytes it is looked for
 */
function find(bytes, text, within) {
  const last = Math.min(bytes.length, within) - text.length;
  for (let i = 0; i <= last; i++) {
    if (bytes[i] === text.charCodeAt(0) && letters(bytes, i, text.length) === text) return i;
  }
  return -1;
}

/**
 * From segment to segment up to the one of the frame: SOF0 to SOF15 without DHT, JPG and DAC.
 * @param {Uint8Array} bytes
 */
function jpeg(bytes) {
  const view = viewOf(bytes);
  for (let at = 2; at + 9 < bytes.length;) {
    if (bytes[at] !== 0xff) return null;
    const kind = bytes[at + 1];
    if (kind === 0xff) at += 1;
    else if (kind >= 0xc0 && kind <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(kind)) {
      return { ...sides(bytes, at + 7, at + 5, 2), moves: false, shrinks: kind <= 0xc1 };
    } else at += 2 + view.getUint16(at + 2);
  }
  return null;
}

/** @param {Uint8Array} bytes of the lossy, the lossless or the extended form */
function webp(bytes) {
  const view = viewOf(bytes), form = letters(bytes, 12, 4);
  const three = (/** @type {number} */ at) => 1 + view.getUint16(at, true) + (bytes[at + 2] << 16);
  if (form === "VP8X") return { width: three(24), height: three(27), moves: (bytes[20] & 2) > 0 };
  if (form === "VP8L") {
    const bits = view.getUint32(21, true);
    return { width: 1 + (bits & 0x3fff), height: 1 + (bits >> 14 & 0x3fff), moves: false };
  }
  if (form !== "VP8 ") return null;
  return { width: view.getUint16(26, true) & 0x3fff, height: view.getUint16(28, true) & 0x3fff, moves: false };
}

/**
 * The boxes that lie in a part of a file: ISO/IEC 14496-12, 4.2.
 * @param {Uint8Array} bytes
 * @param {number} from
 * @param {number} to
 */
function boxesOf(bytes, from, to) {
  const view = viewOf(bytes), found = [];
  for (let at = from; at + 8 <= to;) {
    const size = view.getUint32(at), start = at + (size === 1 ? 16 : 8);
    const end = size === 1 ? at + Number(view.getBigUint64(at + 8)) : size ? at + size : to;
    if (end < start || end > to) throw new RangeError("a box goes on beyond what it lies in");
    found.push({ kind: letters(bytes, at + 4, 4), start, end });
    at = end;
  }
  return found;
}

/**
 * The sides of the primary item: tiles, thumbnails and what can be seen through have sizes of their own. ISO/IEC
 * 23008-12, 6.5 and 9.3.
 * @param {Uint8Array} bytes
 */
function avif(bytes) {
  const view = viewOf(bytes), meta = fullMeta(bytes);
  const inside = (/** @type {{ start: number, end: number }} */ { start, end }) => boxesOf(bytes, start, end);
  /** @param {ReturnType<typeof boxesOf>} boxes @param {string} name */
  const one = (boxes, name) => boxes.find(({ kind }) => kind === name) ?? { kind: "", start: 0, end: 0 };
  const parts = boxesOf(bytes, meta.start, meta.end), properties = inside(one(parts, "iprp"));
  const primary = one(parts, "pitm").start,
    item = bytes[primary] ? view.getUint32(primary + 4) : view.getUint16(primary + 4);
  const sizes = inside(one(properties, "ipco")), links = one(properties, "ipma").start;
  const long = bytes[links] > 0, wide = (bytes[links + 3] & 1) > 0;
  for (let left = view.getUint32(links + 4), at = links + 8; left; left--) {
    const id = long ? view.getUint32(at) : view.getUint16(at), count = bytes[at += long ? 4 : 2];
    for (let i = 0, place = at + 1; i < count; i++, place += wide ? 2 : 1) {
      const size = sizes[(wide ? view.getUint16(place) & 0x7fff : bytes[place] & 0x7f) - 1];
      if (id === item && size?.kind === "ispe") {
        return { ...sides(bytes, size.start + 4, size.start + 8, 4), moves: letters(bytes, 8, 4) === "avis" };
      }
    }
    at += 1 + count * (wide ? 2 : 1);
  }
  return null;
}

/**
 * What lies in the box that describes all items; it may be the last that is read whole.
 * @param {Uint8Array} bytes
 */
function fullMeta(bytes) {
  const view = viewOf(bytes);
  for (let at = 0; at + 8 <= bytes.length;) {
    const size = view.getUint32(at), end = size > 8 ? at + size : bytes.length;
    if (letters(bytes, at + 4, 4) === "meta") return { start: at + 12, end };
    at = end;
  }
  throw new RangeError("no item is described");
}

/**
 * What kind of file it is; "" where no browser shows such.
 * @param {Uint8Array} bytes
 */
function formatOf(bytes) {
  const start = letters(bytes, 0, 4), kind = letters(bytes, 8, 4);
  if (start === "\x89PNG") return "PNG";
  if (start === "GIF8") return "GIF";
  if (start.startsWith("BM")) return "BMP";
  if (bytes[0] === 0xff && bytes[1] === 0xd8) return "JPEG";
  if (start === "RIFF" && kind === "WEBP") return "WebP";
  if (letters(bytes, 4, 4) === "ftyp") {
    return /^avi[fs]$/.test(kind) ? "AVIF" : /^(hei|hev|mif|msf)/.test(kind) ? "HEIC" : "";
  }
  return /^\s*(<\?xml[^>]*>\s*)?(<!--[^]*?-->\s*)*(<!DOCTYPE svg[^>]*>\s*)?<svg[\s>]/i.test(letters(bytes, 0, 1024))
    ? "SVG"
    : "";
}

/**
 * Whether a whole picture would take more memory than there is for one.
 * @param {{ width: number, height: number }} picture
 */
export const isLarge = ({ width, height }) => width * height * PIXEL > MEMORY;

/**
 * Says that a picture is too large to be opened.
 * @param {{ width: number, height: number }} picture
 */
export function tooLarge({ width, height }) {
  const most = Math.floor(MEMORY / PIXEL / 1e5) / 10, count = Math.max(short(width * height / 1e6), most + 0.1);
  return new Trouble("trouble_large", { count: short(count), most });
}

/**
 * What a file says of itself, if it is a picture that can be opened within the memory that there is for it, or one that
 * may be decoded smaller.
 * @param {Uint8Array} bytes its first ones
 * @param {number} [size] bytes of the whole file
 * @returns {Header}
 */
export function checkedHeader(bytes, size = bytes.length) {
  if (!bytes.length) throw new Trouble("trouble_empty_file");
  const format = formatOf(bytes);
  if (format === "HEIC") throw new Trouble("trouble_heic");
  if (format === "SVG") throw new Trouble("trouble_svg");
  if (!format) throw new Trouble("trouble_no_picture");
  let found = null;
  try {
    found = READERS[format](bytes);
  } catch { /* the file ends within its header */ }
  if (!found || !found.width || !found.height) throw new Trouble("trouble_damaged", { format });
  const { width, height } = found;
  if (isLarge(found) && !(found.shrinks && size <= MEMORY / 2)) throw tooLarge(found);
  checkSides(width, height);
  return { format, ...found };
}

/**
 * The same of a file, of which as much is read as says it: a camera may write far more than a picture before its size.
 * @param {Blob} file
 * @returns {Promise<Header>}
 */
export async function headerOf(file) {
  for (let head = HEAD;; head *= MORE) {
    const bytes = new Uint8Array(await file.slice(0, head).arrayBuffer());
    try {
      return checkedHeader(bytes, file.size);
    } catch (error) {
      const whole = head >= file.size || head > MEMORY / 2;
      if (whole || !(error instanceof Trouble) || error.key !== "trouble_damaged") throw error;
    }
  }
}

/**
 * In millions, as people say it.
 * @param {number} count
 */
export const short = (count) => (count < 100 ? Math.round(count * 10) / 10 : Math.round(count));

/**
 * @param {number} width
 * @param {number} height
 */
function checkSides(width, height) {
  if (Math.min(width, height) < LEAST) throw new Trouble("trouble_tiny", { width, height, least: LEAST });
}
