// The encoder's answer to a picture: quick enough for every frame.

import { engine } from "../page/engine.js";

/** @import { Model } from "../core/model.js" */

const AGAIN = 0.7; // share of what E finds missing in its own answer that is added to it

/** @typedef {{ ws: Float32Array, image: Float32Array }} Guess */

/**
 * What ws give; null where a newer picture was asked for meanwhile.
 * @param {Model} model
 * @param {Float32Array} ws
 * @returns {Promise<Guess | null>}
 */
export async function drawn(model, ws) {
  const image = await engine.draw(model.name, ws);
  return image && { ws, image };
}

/** E's answer to an image [C, R, R]. @param {Model} model @param {Float32Array} image */
export const guessed = async (model, image) => drawn(model, await engine.encode(model.name, image, 1));

/**
 * E once again, of what its own picture lacks: w += .7 (E(x) - E(G(w))).
 * @param {Model} model
 * @param {Float32Array} image [C, R, R]
 * @param {Guess} guess E's answer to it
 */
export async function again(model, image, guess) {
  const both = new Float32Array(2 * image.length);
  both.set(image);
  both.set(guess.image, image.length);
  const seen = await engine.encode(model.name, both, 2), { width } = model;
  return drawn(model, guess.ws.map((v, i) => v + AGAIN * (seen[i] - seen[width + i])));
}
