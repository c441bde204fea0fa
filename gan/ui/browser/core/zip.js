// A zip file in which every file is stored as it is.
import { crc32 } from "./crc32.js";

const DAY = 1 << 5 | 1; // 1 January 1980: equal files give equal zips

/** @typedef {[value: number, bytes: number]} Field of a header */

/**
 * A header: field after field, the little end first.
 * @param {number} signature
 * @param {...Field} fields
 */
function record(signature, ...fields) {
  /** @type {Field[]} */
  const all = [[signature, 4], ...fields];
  const bytes = new Uint8Array(all.reduce((sum, [, n]) => sum + n, 0)), view = new DataView(bytes.buffer);
  let at = 0;
  for (const [value, n] of all) {
    if (n === 4) view.setUint32(at, value, true);
    else view.setUint16(at, value, true);
    at += n;
  }
  return bytes;
}

/**
 * @param {{ name: string, bytes: Uint8Array<ArrayBuffer> }[]} files names in ASCII
 * @returns {Blob}
 */
export function zip(files) {
  /** @type {Uint8Array<ArrayBuffer>[]} */
  const parts = [];
  /** @type {Uint8Array<ArrayBuffer>[]} */
  const index = [];
  let at = 0;
  for (const { name, bytes } of files) {
    const title = new TextEncoder().encode(name), { length } = bytes;
    /** @type {Field[]} */
    const about = [
      [20, 2],
      [0, 2],
      [0, 2],
      [0, 2],
      [DAY, 2],
      [crc32(bytes), 4],
      [length, 4],
      [length, 4],
      [title.length, 2],
      [0, 2],
    ];
    index.push(record(0x02014b50, [20, 2], ...about, [0, 2], [0, 2], [0, 2], [0, 4], [at, 4]), title);
    parts.push(record(0x04034b50, ...about), title, bytes);
    at += 30 + title.length + length;
  }
  const size = index.reduce((sum, part) => sum + part.length, 0);
  /** @type {Field} */
  const count = [files.length, 2];
  const end = record(0x06054b50, [0, 2], [0, 2], count, count, [size, 4], [at, 4], [0, 2]);
  return new Blob([...parts, ...index, end], { type: "application/zip" });
}
