// What plays sounds: one at a time, or those of a film one after the other. A browser may refuse it before a first
// click.

import { soundAlone } from "./one_sound.js";

const FADE = 0.01; // seconds in which what is stopped falls silent: without them it clicks

/** A way to the loudspeaker; null where a browser has none. */
function newContext() {
  try {
    return new AudioContext();
  } catch (error) {
    console.error(error);
    return null;
  }
}

/**
 * @typedef {ReturnType<typeof newPlayer>} SoundPlayer
 *
 * @param {() => void} ended told when nothing plays any more
 */
export function newPlayer(ended) {
  /** @type {AudioContext | null} */
  let context = null;
  /** @type {{ source: AudioBufferSourceNode, gain: GainNode }[]} */
  let playing = [];
  let began = 0; // on the context's clock

  /** To be called by what a hand does: only then a browser lets it sound. */
  async function wake() {
    context ??= newContext();
    if (context?.state === "suspended") await context.resume();
    return context?.state === "running";
  }

  function stop() {
    if (!context) return;
    const now = context.currentTime, before = playing;
    playing = [];
    for (const { source, gain } of before) {
      gain.gain.setTargetAtTime(0, now, FADE / 3);
      source.stop(now + FADE);
    }
    if (before.length) ended();
  }

  /**
   * Plays a sound beside what it plays already.
   * @param {Float32Array} sound within -1..1
   * @param {number} rate
   * @param {number} at seconds of the context's clock; what is past means now
   */
  function add(sound, rate, at) {
    if (!context || !sound.length) return;
    soundAlone(stop);
    const buffer = context.createBuffer(1, sound.length, rate);
    buffer.getChannelData(0).set(sound);
    const source = context.createBufferSource(), gain = context.createGain(), one = { source, gain };
    source.buffer = buffer;
    source.connect(gain).connect(context.destination);
    source.onended = () => {
      if (!playing.includes(one)) return;
      playing = playing.filter((other) => other !== one);
      if (!playing.length) ended();
    };
    playing.push(one);
    source.start(Math.max(at, context.currentTime));
  }

  return {
    wake,
    stop,
    add,
    /** A sound alone. @param {Float32Array} sound @param {number} rate */
    play(sound, rate) {
      stop();
      add(sound, rate, 0);
      began = context?.currentTime ?? 0;
    },
    /** Seconds on a clock that sounds keep. */
    now: () => context?.currentTime ?? 0,
    /** Seconds since the sound that plays alone began. */
    since: () => (context?.currentTime ?? 0) - began,
    get busy() {
      return playing.length > 0;
    },
    get awake() {
      return context?.state === "running";
    },
  };
}
