// What a network makes of any rows of w: its layers in turn, on what lies in its memory.
import { ENDS } from "./ends.js";
import { LAYERS, sizeOf } from "./layers.js";

/** @import { PlacedLayer, PlacedLayers } from "./layers.js" */
/** @import { Network } from "./layout.js" */

/**
 * A second latent that takes part, `share` of it, from a layer on: w [N, start] as the first one's. The layer's number
 * has the name that it has in links.
 * @typedef {{ stage: number, share: number, w: Float32Array }} SecondLatent
 */

/**
 * Rows [count, start] of what is asked -> [start, count] at a place of the memory.
 * @param {Network} net
 * @param {Float32Array} rows
 * @param {number} from the first of these rows
 * @param {number} count
 * @param {number} place
 */
function enter({ memory, start }, rows, from, count, place) {
  let at = from * start;
  for (let b = 0; b < count; b++) for (let i = 0; i < start; i++) memory[place + i * count + b] = rows[at++];
}

/**
 * @template {keyof PlacedLayers} Op
 * @param {Network} net
 * @param {{ [Each in Op]: PlacedLayers[Each] & { op: Each } }[Op]} layer
 * @param {number} from
 * @param {number} to
 * @param {number} count
 */
const apply = (net, layer, from, to, count) => LAYERS[layer.op](net, layer, from, to, net.spare, count);

/**
 * The sizes of a layer's groups of channels of which one is chosen.
 * @param {PlacedLayer} layer
 */
const groupsOf = (layer) => ("groups" in layer && layer.groups) || [];

/**
 * The layers from..to - 1 on what lies at places[place].
 * @param {Network} net
 * @param {number} place
 * @param {number} from
 * @param {number} to
 * @param {number} count
 * @param {number} other a place that is free to use
 * @returns {number} the number of the place where their output lies
 */
export function run(net, place, from, to, count, other = 1) {
  for (const layer of net.plan.slice(from, to)) {
    apply(net, layer, net.places[place], net.places[other], count);
    [place, other] = [other, place];
    const n = sizeOf(layer.shape) * count;
    if (layer.act === "tanh") net.tanh(net.places[place], n);
    else if (layer.act) ENDS[layer.act]?.(net.memory, net.places[place], layer.shape, count, groupsOf(layer));
  }
  return place;
}

/**
 * Rows of ws [N, layers, w_dim], each layer following its own. Of a mix those from mix.stage on take part.
 * @type {Way}
 */
function layerwise(net, rows, mix, after, result, values) {
  const { memory, start, width, ws, places } = net;
  for (let row = 0, at = 0; at < rows.length; row++, at += start) {
    memory.set(rows.subarray(at, at + start), ws);
    if (mix) {
      for (let i = mix.stage * width; i < start; i++) {
        memory[ws + i] += mix.share * (mix.w[at + i] - memory[ws + i]);
      }
    }
    memory.copyWithin(places[0], ws, ws + width);
    leave(net, result, row, 1, values, places[run(net, 0, 0, after, 1)]);
  }
  return result;
}

/**
 * Rows of w [N, start]. Of a mix the features take part from mix.stage on.
 * @type {Way}
 */
function through(net, rows, mix, after, result, values) {
  const total = rows.length / net.start;
  for (let from = 0; from < total; from += net.batch) {
    const count = Math.min(net.batch, total - from), meet = mix ? Math.min(mix.stage, after) : 0;
    enter(net, rows, from, count, net.places[0]);
    let place = run(net, 0, 0, meet, count);
    if (mix && after >= mix.stage) place = blend(net, mix, from, count, place);
    place = run(net, place, meet, after, count, place ? 0 : 1);
    leave(net, result, from, count, values, net.places[place]);
  }
  return result;
}

/**
 * Runs rows through the first `after` layers and fills `result` with `values` numbers for each.
 * @callback Way
 * @param {Network} net
 * @param {Float32Array} rows
 * @param {SecondLatent | null} mix
 * @param {number} after
 * @param {Float32Array<ArrayBuffer>} result
 * @param {number} values
 * @returns {Float32Array<ArrayBuffer>} the result
 */

/**
 * Puts the second latents' features, `share` of them, in the first ones' place.
 * @param {Network} net
 * @param {SecondLatent} mix
 * @param {number} from the first of the rows
 * @param {number} count
 * @param {number} place the number of the place where the first ones' features lie
 * @returns {number} the number of the place where both lie mixed
 */
function blend(net, mix, from, count, place) {
  const { memory, places } = net, n = (mix.stage ? sizeOf(net.plan[mix.stage - 1].shape) : net.start) * count;
  memory.copyWithin(places[2], places[place], places[place] + n);
  enter(net, mix.w, from, count, places[0]);
  const second = run(net, 0, 0, mix.stage, count), a = places[2], b = places[second];
  for (let i = 0; i < n; i++) memory[b + i] = memory[a + i] + mix.share * (memory[b + i] - memory[a + i]);
  return second;
}

/**
 * [values, count] at a place of the memory -> rows [count, values] of the result.
 * @param {Network} net
 * @param {Float32Array} result
 * @param {number} from the first of these rows
 * @param {number} count
 * @param {number} values
 * @param {number} place
 */
function leave({ memory }, result, from, count, values, place) {
  let at = from * values;
  for (let b = 0; b < count; b++) for (let i = 0; i < values; i++) result[at++] = memory[place + i * count + b];
}

/**
 * Images of rows of w, or features after the first `after` layers.
 * @param {Network} net
 * @param {Float32Array} rows [N, start] row by row
 * @param {SecondLatent | null} mix
 * @param {number} after 0: w itself, or the first layer's
 * @returns [N, ...shape of that layer] row by row
 */
export function pictures(net, rows, mix, after = net.plan.length) {
  const values = after ? sizeOf(net.plan[after - 1].shape) : net.width;
  const way = net.layered ? layerwise : through;
  return way(net, rows, mix, after, new Float32Array(rows.length / net.start * values), values);
}

/**
 * The share of real pictures that the critic likes less than each image.
 * @param {Network} net the critic
 * @param {Float32Array} real its logits of real data, in rising order
 * @param {Float32Array} images [count, C, H, W] or [count, 2] row by row
 * @param {number} count
 * @param {number} c the class of all of them
 * @returns [count], 0 to 1
 */
export function criticRank(net, real, images, count, c) {
  const { plan, start } = net, values = images.length / count, logits = sizeOf(plan[plan.length - 1].shape);
  let rows = images;
  if (start > values) { // it takes the class beside the image
    rows = new Float32Array(count * start);
    for (let i = 0; i < count; i++) {
      rows.set(images.subarray(i * values, (i + 1) * values), i * start);
      rows[i * start + values + c] = 1;
    }
  }
  const all = pictures(net, rows, null), own = logits > 1 ? c : 0; // or has a logit for each class
  return Float32Array.from({ length: count }, (_, i) => {
    let below = 0;
    while (below < real.length && real[below] < all[i * logits + own]) below++;
    return below / real.length;
  });
}
