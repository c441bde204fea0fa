// Sounds in the browser by themselves: transforms, the line of time of a film, axes. That they are Python's, a test in
// Python holds.
import { newFourier } from "../../gan/ui/browser/core/fourier.js";
import { heightOf } from "../../gan/ui/browser/core/mel.js";
import { PAINTERS } from "../../gan/ui/browser/core/media.js";
import { heardFrames, onALine, wavOf } from "../../gan/ui/browser/core/wav.js";
import { assertEquals } from "./assert.js";

const TRAITS = { rate: 8000, window: 256, hop: 96, frames: 64, bands: 64, low: 50, high: 4000, range: 50 };

Deno.test("a transform is what its formula says, and the inverse brings it back", () => {
  for (const size of [2, 4, 8, 16]) { // powers of four, and of two alone
    const { re, im, run } = newFourier(size);
    for (let i = 0; i < size; i++) [re[i], im[i]] = [Math.sin(i * i + 1), Math.cos(3 * i)];
    const before = { re: [...re], im: [...im] };
    run(false);
    for (let k = 0; k < size; k++) {
      let real = 0, imaginary = 0;
      for (let i = 0; i < size; i++) {
        const angle = -2 * Math.PI * i * k / size;
        real += before.re[i] * Math.cos(angle) - before.im[i] * Math.sin(angle);
        imaginary += before.re[i] * Math.sin(angle) + before.im[i] * Math.cos(angle);
      }
      assertEquals([Math.abs(re[k] - real) < 1e-12, Math.abs(im[k] - imaginary) < 1e-12], [true, true]);
    }
    run(true);
    for (const part of /** @type {("re" | "im")[]} */ (["re", "im"])) {
      const now = { re, im }[part];
      assertEquals(before[part].every((value, i) => Math.abs(now[i] / size - value) < 1e-12), true);
    }
  }
});

Deno.test("of a film a frame is heard every half second, the first at once", () => {
  assertEquals(heardFrames(26, 25), [{ frame: 0, at: 0 }, { frame: 13, at: 0.5 }, { frame: 25, at: 1 }]);
  assertEquals(heardFrames(1, 25), [{ frame: 0, at: 0 }]);
});

Deno.test("sounds stand on a line where they begin; where two meet both are heard", () => {
  const line = onALine([Float32Array.of(1, 2, 3), Float32Array.of(10, 20)], [0, 0.25], 8);
  assertEquals([...line], [1, 2, 13, 20]);
  assertEquals([...onALine([Float32Array.of(5)], [0.5], 4)], [0, 0, 5]);
});

Deno.test("a file is cut at the loudest that it can hold", () => {
  const view = new DataView(wavOf(Float32Array.of(0, 1, -3), 8000).buffer);
  assertEquals([44, 46, 48].map((at) => view.getInt16(at, true)), [0, 29490, -29490]);
  assertEquals([view.byteLength, view.getUint32(24, true), view.getUint32(40, true)], [50, 8000, 6]);
});

Deno.test("a file says of itself what it is told to, behind the sound", () => {
  const sound = Float32Array.of(0, 1, -3), plain = wavOf(sound, 8000);
  for (const note of ["{}", "{ }"]) {
    const file = wavOf(sound, 8000, note), view = new DataView(file.buffer), end = note.length % 2 ? "\0" : "\0\0";
    assertEquals(file.slice(8, 50), plain.slice(8));
    assertEquals(view.getUint32(4, true), file.length - 8);
    const text = new TextDecoder().decode(file.slice(50));
    assertEquals([text.slice(0, 4), text.slice(8, 16), text.slice(20)], ["LIST", "INFOICMT", note + end]);
    assertEquals([view.getUint32(54, true), view.getUint32(66, true)], [file.length - 58, 4]);
  }
});

Deno.test("frequencies stand as ears space them, and a sound says how long it is", () => {
  assertEquals([heightOf(50, TRAITS), heightOf(4000, TRAITS)], [0, 1]);
  const [low, middle, high] = [500, 1000, 2000].map((hertz) => heightOf(hertz, TRAITS));
  assertEquals([low < middle && middle < high, high - middle > middle - low], [true, true]);
  assertEquals(PAINTERS.sounds.measure(/** @type {any} */ ({ traits: TRAITS })), "0.77 s, 8 kHz");
});
