// The encoder's answer to a picture: quick enough for every frame.

import { engine } from "../page/engine.js";

/** @import { Model } from "../core/model.js" */

const AGAIN = 0.7; // share of what E finds missing in its own answer that is added to it
const QUICK = 25e6; // multiply-adds of a picture: two of larger ones take longer than a frame

/** What ws give; null where a newer picture was asked for meanwhile. @param {Model} model @param {Float32Array} ws */
export async function drawn(model, ws) {
  const image = await engine.draw(model.name, ws);
  return image && { ws, image };
}

/**
 * E's answer to an image and, where there is time, E once again, of what its own picture lacks:
 * w += .7 (E(x) - E(G(w))). Null where a newer picture was asked for meanwhile.
 * @param {Model} model
 * @param {Float32Array} image [C, R, R]
 */
export async function guessed(model, image) {
  const ws = await engine.encode(model.name, image, 1), first = await drawn(model, ws);
  if (!first || model.macs > QUICK) return first;
  const seen = await engine.encode(model.name, first.image, 1);
  return drawn(model, ws.map((v, i) => v + AGAIN * (v - seen[i])));
}
