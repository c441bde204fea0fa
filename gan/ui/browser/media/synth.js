// Scores made audible: a soft organ of a few partials, as gan/media/tones.py has it, played by the browser.
import { tonesOf } from "../core/voices.js";
import { wavOf } from "../core/wav.js";
import { soundAlone } from "./one_sound.js";

/** @import { Score } from "../core/stored_rows.js" */
/** @import { Tone } from "../core/voices.js" */

const RATE = 22_050; // samples a second of a file
const PARTIALS = [1, 0.45, 0.25, 0.12, 0.08, 0.04]; // how loud the tone and its overtones are
const RISE = 0.02, FALL = 0.08; // seconds in which a note comes and goes
const LOUD = 0.1; // of a voice
const AHEAD = 0.25; // seconds: notes that begin sooner are handed to the browser
const EVERY = 80; // milliseconds from one look for such notes to the next
const START = 0.05; // seconds from Play to the first note
const STEPS_A_MINUTE = 2; // times the beats a minute

/**
 * Seconds of a step.
 * @param {number} tempo beats a minute
 */
const stepAt = (tempo) => 60 / tempo / STEPS_A_MINUTE;

/** @param {BaseAudioContext} context */
function organOf(context) {
  const waves = Float32Array.of(0, ...PARTIALS);
  return context.createPeriodicWave(new Float32Array(waves.length), waves, { disableNormalization: true });
}

/**
 * Hands a note to the browser.
 * @param {BaseAudioContext} context
 * @param {PeriodicWave} organ
 * @param {AudioNode} to
 * @param {number} pitch
 * @param {number} at seconds
 * @param {number} seconds
 */
function sound(context, organ, to, pitch, at, seconds) {
  const oscillator = context.createOscillator(), gain = context.createGain();
  oscillator.setPeriodicWave(organ);
  oscillator.frequency.value = 440 * 2 ** ((pitch - 69) / 12);
  gain.gain.setValueAtTime(0, at);
  gain.gain.linearRampToValueAtTime(LOUD, at + RISE);
  gain.gain.setValueAtTime(LOUD, Math.max(at + seconds, at + RISE));
  gain.gain.linearRampToValueAtTime(0, at + seconds + FALL);
  oscillator.connect(gain).connect(to);
  oscillator.start(at);
  oscillator.stop(at + seconds + FALL);
}

/**
 * Whether this browser can make sounds at all.
 */
export const canSound = () => "AudioContext" in globalThis && "OfflineAudioContext" in globalThis;

/** @returns {AudioContext | null} what sounds are played by; null where the browser gives none */
function newContext() {
  try {
    return new AudioContext();
  } catch {
    return null;
  }
}

/**
 * What plays a score, and goes on with another one in the place of the first while it plays.
 * @param {{ moved: (step: number | null) => void, failed: () => void }} told where in the score it is, null when it
 *   is silent; and that the browser lets it make no sound
 */
export function newPlayer(told) {
  /** @type {{ context: AudioContext, organ: PeriodicWave, out: GainNode } | null} */
  let audio = null;
  /** @type {Score | null} */
  let score = null;
  /** @type {Tone[]} */
  let tones = [];
  let tempo = 76, loops = true, playing = false;
  let zero = 0; // when the first step of this round is or was, in seconds of the context
  let next = 0; // the step whose notes are handed over next
  /** @type {ReturnType<typeof setInterval> | undefined} */
  let timer;

  /** @param {Score} other */
  function change(other) {
    score = other;
    tones = tonesOf(other).flat();
  }

  function handOver() {
    if (!audio || !score) return;
    const { context, organ, out } = audio, step = stepAt(tempo);
    while (playing && zero + next * step < context.currentTime + AHEAD) {
      if (next === score.steps) {
        if (!loops) {
          if (context.currentTime > zero + next * step) stop();
          return;
        }
        zero += next * step;
        next = 0;
      }
      for (const { start, length, pitch } of tones) {
        if (start === next) sound(context, organ, out, pitch, zero + start * step, length * step);
      }
      next++;
    }
  }

  function follow() {
    if (!playing || !audio || !score) return;
    const step = (audio.context.currentTime - zero) / stepAt(tempo);
    told.moved(step < 0 && next > 1 ? score.steps + step : Math.max(step, 0)); // before 0: the end of the round before
    requestAnimationFrame(follow);
  }

  /** @param {Score} first */
  async function play(first) {
    stop();
    const context = newContext();
    if (!context) return told.failed();
    soundAlone(stop);
    const out = context.createGain();
    out.connect(context.destination);
    audio = { context, organ: organOf(context), out };
    change(first);
    playing = true;
    await context.resume();
    if (audio?.context !== context) return;
    zero = context.currentTime + START;
    next = 0;
    timer = setInterval(handOver, EVERY);
    handOver();
    follow();
  }

  function stop() {
    clearInterval(timer);
    const was = audio;
    audio = null;
    if (!playing) return;
    playing = false;
    was?.context.close();
    told.moved(null);
  }

  return {
    play,
    stop,
    change,
    get playing() {
      return playing;
    },
    /** Beats a minute, from here on. @param {number} value */
    set tempo(value) {
      if (audio) {
        const at = (audio.context.currentTime - zero) / stepAt(tempo);
        zero = audio.context.currentTime - at * stepAt(value);
      }
      tempo = value;
    },
    get tempo() {
      return tempo;
    },
    /** Whether it begins again at its end. @param {boolean} value */
    set loops(value) {
      loops = value;
    },
  };
}

/**
 * The bytes of a WAV file of a score.
 * @param {Score} score
 * @param {number} tempo beats a minute
 * @param {string} [note] what the file carries
 */
export async function soundFile(score, tempo, note) {
  const step = stepAt(tempo);
  const context = new OfflineAudioContext(1, Math.ceil((score.steps * step + FALL) * RATE), RATE);
  const organ = organOf(context);
  for (const { start, length, pitch } of tonesOf(score).flat()) {
    sound(context, organ, context.destination, pitch, start * step, length * step);
  }
  const made = (await context.startRendering()).getChannelData(0);
  const loudest = made.reduce((most, value) => Math.max(most, Math.abs(value)), 0) || 1;
  return wavOf(made.map((value) => value / loudest), RATE, note);
}
