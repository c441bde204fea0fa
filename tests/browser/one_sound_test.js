// One sound at a time: what begins to sound silences what sounded, whichever of the page's players that was.
import { newPlayer as newSoundPlayer } from "../../gan/ui/browser/media/sound_player.js";
import { newPlayer as newScorePlayer } from "../../gan/ui/browser/media/synth.js";
import { assertEquals } from "./assert.js";

/** A browser's sound, as far as players ask it for anything; nothing is heard. */
class Silent {
  state = "running";
  currentTime = 0;
  destination = {};
  createGain = () => ({ connect: (/** @type {unknown} */ next) => next, gain: { setTargetAtTime() {} } });
  createPeriodicWave = () => ({});
  createBuffer = () => ({ getChannelData: () => new Float32Array(1) });
  createBufferSource = () => ({ connect: (/** @type {unknown} */ next) => next, start() {}, stop() {} });
  resume = () => Promise.resolve();
  close = () => Promise.resolve();
}

Deno.test("what begins to sound silences what sounded", async () => {
  Object.assign(globalThis, { AudioContext: Silent, requestAnimationFrame() {} });
  const sounds = [newSoundPlayer(() => {}), newSoundPlayer(() => {})];
  const score = newScorePlayer({ moved() {}, failed() {} });
  const playing = () => [...sounds.map(({ busy }) => busy), score.playing];
  for (const player of sounds) await player.wake();
  sounds[0].play(Float32Array.of(1), 8_000);
  sounds[1].play(Float32Array.of(1), 8_000);
  assertEquals(playing(), [false, true, false]);
  await score.play({ steps: 4, pitches: [], begins: [] });
  assertEquals(playing(), [false, false, true]);
  sounds[0].play(Float32Array.of(1), 8_000);
  sounds[0].add(Float32Array.of(1), 8_000, 1); // of a film: beside its own
  assertEquals(playing(), [true, false, false]);
});
