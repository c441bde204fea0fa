// The encoder's answer to a picture: quick enough for every frame.

import { engine } from "../page/engine.js";

/** @import { Model } from "../core/model.js" */

const AGAIN = 0.7; // share of what E finds missing in its own answer that is added to it
const KEPT = 0.8; // share of what was added to the answer before, while a pen goes on
const QUICK = 25e6; // multiply-adds of a picture: two of larger ones take longer than a frame

/**
 * ws, their picture, and what had to be added to E's guess for it; null: nothing was.
 * @typedef {{ ws: Float32Array, image: Float32Array, lack: Float32Array | null }} Guess
 */

/** What ws give; null where a newer picture was asked for meanwhile. @param {Model} model @param {Float32Array} ws */
export async function drawn(model, ws) {
  const image = await engine.draw(model.name, ws);
  return image && { ws, image };
}

/**
 * E's answers to an image, quick ones: the first at once, with what was lacking before; then E once again, of what its
 * own picture lacks, w += .7 (E(x) - E(G(w))). None where a newer picture was asked for meanwhile.
 * @param {Model} model
 * @param {Float32Array} image [C, R, R]
 * @param {Float32Array | null} before what was added to the guess for a picture much like this one
 * @returns {AsyncGenerator<Guess>}
 */
export async function* guesses(model, image, before = null) {
  const seen = await engine.encode(model.name, image, 1);
  const first = await drawn(model, before ? seen.map((v, i) => v + before[i]) : seen);
  if (!first) return;
  yield { ...first, lack: before };
  const own = await engine.encode(model.name, first.image, 1);
  const lack = seen.map((v, i) => AGAIN * (v - own[i]) + (before ? KEPT * before[i] : 0));
  const second = model.macs > QUICK ? first : await drawn(model, seen.map((v, i) => v + lack[i]));
  if (second) yield { ...second, lack };
}
