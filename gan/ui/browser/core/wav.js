// WAV files of one voice, 16 bits, as gan/media/sounds.py writes them.

const PEAK = 0.9; // of the most that a file can hold
export const STEP = 0.5; // seconds of a film from one sound to the next: a spoken word is heard out

/**
 * Which frames of a film are heard, and when, in seconds.
 * @param {number} count of its frames
 * @param {number} fps
 */
export function heardFrames(count, fps) {
  const steps = Math.max(1, Math.ceil(count / fps / STEP));
  return Array.from(
    { length: steps },
    (_, i) => ({ frame: Math.min(Math.round(i * STEP * fps), count - 1), at: i * STEP }),
  );
}

/**
 * Sounds on one line of time, as loud as they are; where two meet, both are heard.
 * @param {Float32Array[]} sounds within -1..1
 * @param {number[]} starts in seconds
 * @param {number} rate
 */
export function onALine(sounds, starts, rate) {
  const places = starts.map((start) => Math.round(start * rate));
  const line = new Float32Array(Math.max(0, ...sounds.map(({ length }, i) => places[i] + length)));
  sounds.forEach((sound, i) => sound.forEach((value, at) => line[places[i] + at] += value));
  return line;
}

/**
 * @param {Float32Array} sound within -1..1
 * @param {number} rate samples a second
 * @param {string} [note] ASCII that stands behind the sound, where players do not look
 * @returns {Uint8Array<ArrayBuffer>} the bytes of the file
 */
export function wavOf(sound, rate, note = "") {
  const text = note && note + "\0".repeat(2 - note.length % 2), data = 2 * sound.length; // chunks have an even length
  const bytes = new Uint8Array(44 + data + (text ? 20 + text.length : 0)), view = new DataView(bytes.buffer);
  /** @param {number} at @param {string} word */
  const put = (at, word) => Array.from(word).forEach((letter, i) => view.setUint8(at + i, letter.charCodeAt(0)));
  put(0, "RIFF");
  view.setUint32(4, bytes.length - 8, true);
  put(8, "WAVEfmt ");
  view.setUint32(16, 16, true); // bytes of what follows, up to the data
  view.setUint16(20, 1, true); // plain numbers
  view.setUint16(22, 1, true); // one voice
  view.setUint32(24, rate, true);
  view.setUint32(28, 2 * rate, true);
  view.setUint16(32, 2, true);
  view.setUint16(34, 16, true);
  put(36, "data");
  view.setUint32(40, data, true);
  sound.forEach((value, i) => view.setInt16(44 + 2 * i, evenly(Math.min(Math.max(value, -1), 1) * PEAK * 32767), true));
  if (text) {
    put(44 + data, "LIST");
    view.setUint32(48 + data, 12 + text.length, true);
    put(52 + data, "INFOICMT"); // information: a comment
    view.setUint32(60 + data, text.length, true);
    put(64 + data, text);
  }
  return bytes;
}

/** To the nearest whole number, halves to the even one. @param {number} value */
function evenly(value) {
  const low = Math.floor(value), rest = value - low;
  return rest > 0.5 || (rest === 0.5 && low % 2) ? low + 1 : low;
}
