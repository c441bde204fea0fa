// Scores as standard MIDI files, to the byte as gan/media/midi.py writes them.
import { BEAT } from "./voices.js";

/** @import { Tone } from "./voices.js" */

const DIVISION = 480; // ticks in a quarter
const LOUDNESS = 80; // of 127, of every note
const ORGAN = 19; // the program that all voices are played with: church organ
const MINUTE = 60_000_000; // microseconds
const MOST_CHANNELS = 9; // before the one that MIDI keeps for drums
const END = [0, 0xFF, 0x2F, 0];

/**
 * A MIDI file of the voices' notes, a beat of which is a quarter.
 * @param {Tone[][]} voices
 * @param {string[]} names
 * @param {number} tempo beats a minute
 * @param {string} [note] ASCII that the file carries, as the text of its first track
 */
export function midi(voices, names, tempo, note = "") {
  const said = note ? meta(0x01, ascii(note)) : [];
  const head = [...said, ...meta(0x51, big(Math.round(MINUTE / tempo), 3)), ...meta(0x58, [4, 2, 24, 8])]; // 4/4
  const tracks = [head, ...voices.map((voice, i) => track(voice, names[i], i))];
  const whole = [...ascii("MThd"), ...big(6, 4), ...big(1, 2), ...big(tracks.length, 2), ...big(DIVISION, 2)];
  for (const body of tracks) whole.push(...ascii("MTrk"), ...big(body.length + END.length, 4), ...body, ...END);
  return Uint8Array.from(whole);
}

/**
 * @param {Tone[]} voice
 * @param {string} name
 * @param {number} number
 */
function track(voice, name, number) {
  const channel = Math.min(number, MOST_CHANNELS - 1);
  const body = [...meta(0x03, [...new TextEncoder().encode(name)]), 0, 0xC0 | channel, ORGAN];
  let now = 0;
  for (const { start, length: lasts, pitch } of voice) {
    const from = start * DIVISION / BEAT, to = (start + lasts) * DIVISION / BEAT;
    body.push(...length(from - now), 0x90 | channel, pitch, LOUDNESS, ...length(to - from), 0x80 | channel, pitch, 0);
    now = to;
  }
  return body;
}

/**
 * An event that is no sound, at once.
 * @param {number} kind
 * @param {number[]} content
 */
const meta = (kind, content) => [0, 0xFF, kind, ...length(content.length), ...content];

/**
 * A whole number as MIDI writes lengths: seven bits a byte, the highest first, all but the last marked.
 * @param {number} value
 */
export function length(value) {
  const found = [value & 0x7F];
  for (let rest = value >> 7; rest; rest >>= 7) found.push(rest & 0x7F | 0x80);
  return found.reverse();
}

/**
 * A whole number in so many bytes, the highest first.
 * @param {number} value
 * @param {number} count
 */
const big = (value, count) => Array.from({ length: count }, (_, i) => value >> 8 * (count - 1 - i) & 0xFF);

/** @param {string} text */
const ascii = (text) => Array.from(text, (letter) => letter.charCodeAt(0));
