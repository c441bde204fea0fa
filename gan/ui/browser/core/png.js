// Settings in the metadata of PNG files.
import { crc32 } from "./crc32.js";

const HEAD = 33; // bytes of the signature and of the first chunk, which has to come first

/**
 * JSON in plain ASCII, which can be found in any file by looking at its bytes.
 * @param {object} settings
 */
export function asciiJson(settings) {
  const escaped = (/** @type {string} */ c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`;
  return JSON.stringify(settings).replace(/[^ -~]/g, escaped);
}

/**
 * @param {string} kind four letters
 * @param {Uint8Array} body
 */
function chunk(kind, body) {
  const bytes = new Uint8Array(12 + body.length), view = new DataView(bytes.buffer);
  view.setUint32(0, body.length);
  bytes.set(new TextEncoder().encode(kind), 4);
  bytes.set(body, 8);
  view.setUint32(8 + body.length, crc32(bytes.subarray(4, 8 + body.length)));
  return bytes;
}

/**
 * @param {Blob} file a PNG
 * @param {object} settings
 * @returns {Blob} the same picture with its settings
 */
export function withSettings(file, settings) {
  const text = new TextEncoder().encode(`gan-atelier\0\0\0\0\0${asciiJson(settings)}`); // uncompressed, of no language
  return new Blob([file.slice(0, HEAD), chunk("iTXt", text), file.slice(HEAD)], { type: "image/png" });
}
