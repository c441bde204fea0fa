// Endless films as WebP files, made in the browser: still WebP pictures, as a canvas gives them, put one behind the
// other. Google, WebP Container Specification, "Extended File Format" and "Animation".

const ANIMATED = 2; // of the flags of an extended file
const HEADER = 12, CHUNK = 8; // bytes of "RIFF", a size and "WEBP"; of a chunk's name and size
const PICTURE = ["VP8 ", "VP8L", "ALPH"]; // chunks of a still that are its picture

const ascii = (/** @type {string} */ text) => Array.from(text, (c) => c.charCodeAt(0));

/**
 * A whole number, the little end first.
 * @param {number} value
 * @param {number} bytes
 */
const little = (value, bytes) => Array.from({ length: bytes }, (_, i) => (value >>> (8 * i)) & 255);

/**
 * @param {string} name
 * @param {number[]} content
 */
const chunk = (name, content) => [
  ...ascii(name),
  ...little(content.length, 4),
  ...content,
  ...(content.length % 2 ? [0] : []),
];

/**
 * The chunks of a still that hold its picture, with their names and sizes.
 * @param {Uint8Array} file
 */
function pictureOf(file) {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength), found = [];
  for (let at = HEADER; at + CHUNK <= file.length;) {
    const name = String.fromCharCode(...file.subarray(at, at + 4)), size = view.getUint32(at + 4, true);
    const next = at + CHUNK + size + size % 2;
    if (PICTURE.includes(name)) found.push(...file.subarray(at, next));
    at = next;
  }
  return found;
}

/**
 * The file.
 * @param {Uint8Array[]} stills WebP files of one size
 * @param {number} width
 * @param {number} height
 * @param {number} fps
 * @param {string} note ASCII
 */
export function webpFilm(stills, width, height, fps, note) {
  const box = [...little(width - 1, 3), ...little(height - 1, 3)];
  const frames = stills.flatMap((still, i) => {
    const time = Math.round(1000 * (i + 1) / fps) - Math.round(1000 * i / fps);
    return chunk("ANMF", [...little(0, 6), ...box, ...little(time, 3), 0, ...pictureOf(still)]);
  });
  const content = [
    ...ascii("WEBP"),
    ...chunk("VP8X", [ANIMATED | 4, 0, 0, 0, ...box]), // 4: it has an XMP block
    ...chunk("ANIM", [0, 0, 0, 0, 0, 0]), // no ground, for ever
    ...frames,
    ...chunk("XMP ", ascii(note)),
  ];
  return Uint8Array.from([...ascii("RIFF"), ...little(content.length, 4), ...content]);
}
