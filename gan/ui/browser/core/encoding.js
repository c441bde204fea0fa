// Numbers as base64 brings them, the little end first.

/** @param {string | null | undefined} text base64; nothing gives no bytes */
export const decodeBytes = (text) => Uint8Array.from(atob(text ?? ""), (c) => c.charCodeAt(0));

/** @param {string | null | undefined} text base64 of bytes from -128 to 127 */
export const decodeSigned = (text) => new Int8Array(decodeBytes(text).buffer);

/**
 * uint16 x, y pairs -> x, y as shares of a picture's width and height, y downwards.
 * @param {string | null | undefined} text base64
 */
export function decodePlaces(text) {
  const words = new Uint16Array(decodeBytes(text).buffer);
  return Float32Array.from(words, (v, i) => (i % 2 ? 1 - v / 65535 : v / 65535));
}

/** @param {Uint8Array | Int8Array | Uint16Array} numbers -> base64 of their bytes, the little end first */
export const encodeBytes = ({ buffer, byteOffset, byteLength }) =>
  btoa(Array.from(new Uint8Array(buffer, byteOffset, byteLength), (byte) => String.fromCharCode(byte)).join(""));
