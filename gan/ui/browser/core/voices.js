// Scores of some voices as lines of notes; what gan/media/voices.py and gan/media/harmony.py do in Python.
import { scoreOf } from "./stored_rows.js";

/** @import { Score, Scored } from "./stored_rows.js" */

/**
 * @typedef {{ start: number, length: number, pitch: number }} Tone a note as it is played: the step at which it begins,
 *   how many it lasts, and MIDI's number of its pitch, 60 for middle C
 */

export const BEAT = 2; // steps in a beat
const BAR = 4 * BEAT;
const WAY = 16; // bars of the way through a film
const FEW = 12; // frames of a film up to which each is played whole
const NAMES = ["C", "C♯", "D", "E♭", "E", "F", "F♯", "G", "A♭", "A", "B♭", "B"];
const TRIADS = [[0, 4, 7], [0, 3, 7], [0, 3, 6]]; // major, minor, diminished: semitones above the root
const SEVENTHS = [[0, 4, 7, 10], [0, 3, 7, 10], [0, 4, 7, 11], [0, 3, 6, 10], [0, 3, 6, 9]];

/** Pitch classes as bits of a number. @param {number[]} classes */
const bits = (classes) => classes.reduce((sum, tone) => sum | 1 << tone % 12, 0);

// The chords on all roots, as bits.
const CHORDS = [...TRIADS, ...SEVENTHS].flatMap((shape) => {
  return Array.from({ length: 12 }, (_, root) => bits(shape.map((tone) => root + tone)));
});

/**
 * Whether a note begins: at the first step, where it is said, and where the pitch changes.
 * @param {Score} score
 * @param {number} voice
 * @param {number} step
 */
const struck = ({ pitches, begins }, voice, step) =>
  !step || begins[voice][step] || pitches[voice][step] !== pitches[voice][step - 1];

/**
 * The notes of each voice in the order in which they are played.
 * @param {Score} score
 * @returns {Tone[][]}
 */
export function tonesOf(score) {
  return score.pitches.map((line, voice) => {
    const starts = line.map((_, step) => step).filter((step) => struck(score, voice, step));
    return starts.map((start, i) => (
      { start, length: (starts[i + 1] ?? score.steps) - start, pitch: line[start] }
    ));
  });
}

/**
 * Scores one after the other, as one; each begins with new notes.
 * @param {Score[]} scores
 * @returns {Score}
 */
export function joined(scores) {
  const voices = scores[0].pitches.map((_, voice) => voice);
  return {
    steps: scores.reduce((sum, { steps }) => sum + steps, 0),
    pitches: voices.map((voice) => scores.flatMap(({ pitches }) => pitches[voice])),
    begins: voices.map((voice) => scores.flatMap(({ begins }) => [true, ...begins[voice].slice(1)])),
  };
}

/**
 * The way through the scores of a film as one piece: each of its bars is that of a later score, in turn their first,
 * second ... bar. Notes that go on over a bar line are not struck again.
 * @param {Score[]} scores
 * @returns {Score}
 */
export function wayThrough(scores) {
  const own = Math.floor(scores[0].steps / BAR), voices = scores[0].pitches.map((_, voice) => voice);
  const bars = Array.from({ length: WAY }, (_, bar) => {
    const from = bar % own * BAR;
    return { score: scores[Math.round(bar * (scores.length - 1) / (WAY - 1))], from, to: from + BAR };
  });
  return {
    steps: WAY * BAR,
    pitches: voices.map((voice) => bars.flatMap(({ score, from, to }) => score.pitches[voice].slice(from, to))),
    begins: voices.map((voice) => bars.flatMap(({ score, from, to }) => score.begins[voice].slice(from, to))),
  };
}

/**
 * The scores of a film as one piece, as gan/media/scores.py makes it: all of them, or of many the way through them.
 * @param {Score[]} scores
 */
export const onePiece = (scores) => (scores.length > FEW ? wayThrough(scores) : joined(scores));

/**
 * Where a step of that piece is from: the number of the score, and the step in it.
 * @param {number} at steps from the beginning of the piece
 * @param {number} count of the scores
 * @param {number} steps of each
 */
export function originOf(at, count, steps) {
  if (count <= FEW) {
    const frame = Math.min(Math.floor(at / steps), count - 1);
    return { frame, step: at - frame * steps };
  }
  const bar = Math.min(Math.floor(at / BAR), WAY - 1), own = Math.floor(steps / BAR);
  return { frame: Math.round(bar * (count - 1) / (WAY - 1)), step: (bar % own - bar) * BAR + at };
}

/**
 * For each beat whether the notes on it are of no chord: of no triad and no seventh chord.
 * @param {Score} score
 */
export function withoutChord({ steps, pitches }) {
  return Array.from({ length: steps / BEAT }, (_, beat) => {
    const heard = bits(pitches.map((line) => line[beat * BEAT]));
    return !CHORDS.some((chord) => (heard & chord) === heard);
  });
}

/**
 * What a pitch is called, such as C4 for middle C.
 * @param {number} pitch
 */
export const nameOf = (pitch) => `${NAMES[pitch % 12]}${Math.floor(pitch / 12) - 1}`;

/**
 * A score in one line of plain words, as Python says it.
 * @param {Scored} model
 * @param {Float32Array} sample
 */
export function saysScore(model, sample) {
  const score = scoreOf(model, sample), voices = tonesOf(score), beats = withoutChord(score);
  const played = voices.flat().map(({ pitch }) => pitch), chords = beats.filter((none) => !none).length;
  const span = `${nameOf(Math.min(...played))} to ${nameOf(Math.max(...played))}`;
  return `${played.length} notes in ${voices.length} voices, ${span}, a chord on ${chords} of ${beats.length} beats`;
}
