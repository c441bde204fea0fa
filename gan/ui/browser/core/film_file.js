// The settings in a film's file, found in its bytes: every format keeps them as one ASCII JSON text that begins with a
// mark, {"gan-atelier": 1, "film": {...}}. Nothing is uploaded, and no decoder is needed.

// Films of today, and of before.
const MARKS = [/\{\s*"gan-atelier"\s*:/g, /\{\s*"model"\s*:\s*"[^"]*",\s*"seeds"\s*:/g];
const LONGEST = 200_000; // characters of settings
const TRIED = 8, LISTED = 64; // places of a file that look like settings, and comments of a GIF: a film has one
const GIF = "GIF8", EXTENSION = 0x21, COMMENT = 0xfe;

/**
 * One character a byte, so that places in the text are places in the file.
 * @param {Uint8Array} bytes
 */
function latin(bytes) {
  const parts = [];
  for (let i = 0; i < bytes.length; i += 32768) parts.push(String.fromCharCode(...bytes.subarray(i, i + 32768)));
  return parts.join("");
}

/**
 * The JSON object that begins there, as text; "" if it never ends.
 * @param {string} text
 * @param {number} from
 */
function object(text, from) {
  let depth = 0, inside = false;
  for (let i = from; i < Math.min(text.length, from + LONGEST); i++) {
    const c = text[i];
    if (inside) {
      if (c === "\\") i++;
      else if (c === '"') inside = false;
    } else if (c === '"') inside = true;
    else if (c === "{" || c === "[") depth++;
    else if ((c === "}" || c === "]") && --depth === 0) return text.slice(from, i + 1);
  }
  return "";
}

/**
 * The comments of a GIF: pieces of at most 255 bytes, each after its length.
 * @param {Uint8Array} bytes
 */
function comments(bytes) {
  const found = [];
  for (let i = 0; i + 2 < bytes.length && found.length < LISTED; i++) {
    if (bytes[i] !== EXTENSION || bytes[i + 1] !== COMMENT) continue;
    const pieces = [], end = Math.min(bytes.length, i + LONGEST);
    for (let at = i + 2; bytes[at] && at + bytes[at] < end; at += bytes[at] + 1) {
      pieces.push(latin(bytes.subarray(at + 1, at + 1 + bytes[at])));
    }
    found.push(pieces.join(""));
  }
  return found;
}

/**
 * The settings of a file, as nobody has checked them; null if there are none that can be read.
 * @param {Uint8Array} bytes
 * @returns {Record<string, unknown> | null}
 */
export function findSettings(bytes) {
  let left = TRIED;
  for (const text of latin(bytes.subarray(0, GIF.length)) === GIF ? comments(bytes) : [latin(bytes)]) {
    for (const mark of MARKS) {
      for (const { index } of text.matchAll(mark)) {
        if (left-- <= 0) return null;
        try {
          /** @type {Record<string, unknown>} */
          const read = JSON.parse(object(text, index));
          return read.film ? read : old(read);
        } catch { /* not this one */ }
      }
    }
  }
  return null;
}

/**
 * The settings of before: seeds alone.
 * @param {Record<string, unknown>} settings
 */
function old({ seeds, ...rest }) {
  return Array.isArray(seeds) ? { film: { ...rest, keys: seeds.map((seed) => ({ seed })) } } : rest;
}

// ---- what a GIF can show --------------------------------------------------------------------------------------------

/** Frames a second that a GIF shows at most, as gan/media/films.py has it: browsers play faster ones slowly. */
export const GIF_MOST_FPS = 50;

/**
 * How many frames of a film a file shows; of a film that is too fast for a GIF it leaves frames out.
 * @param {number} count
 * @param {string} suffix
 * @param {number} fps
 */
export const framesKept = (count, suffix, fps) =>
  suffix === ".gif" && fps > GIF_MOST_FPS ? Math.max(Math.round(count * GIF_MOST_FPS / fps), 1) : count;

// ---- settings put behind what a browser records itself --------------------------------------------------------------

/**
 * An MP4 box that players skip: its length, "free", the text.
 * @param {string} text
 */
export function freeBox(text) {
  const body = new TextEncoder().encode(text), whole = new Uint8Array(body.length + 8);
  new DataView(whole.buffer).setUint32(0, whole.length);
  whole.set(new TextEncoder().encode("free"), 4);
  whole.set(body, 8);
  return whole;
}

/**
 * A WebM element that players skip (Void): 0xec, its length in eight bytes, the text.
 * @param {string} text
 */
export function voidElement(text) {
  const body = new TextEncoder().encode(text), whole = new Uint8Array(body.length + 9);
  whole[0] = 0xec;
  new DataView(whole.buffer).setBigUint64(1, BigInt(body.length) | 1n << 56n);
  whole.set(body, 9);
  return whole;
}
