// What a network whose layers take earlier features as well makes of a picture.
import { sizeOf } from "./layers.js";
import { run } from "./network.js";

/** @import { Network } from "./layout.js" */

/**
 * Puts the features after so many layers where a later layer takes them from, if one does.
 * @param {Network} net
 * @param {number} after
 * @param {number} place where they lie
 * @param {number} size
 */
function keep({ memory, kept }, after, place, size) {
  const to = kept.get(after);
  if (to !== undefined) memory.copyWithin(to, place, place + size);
}

/**
 * @param {Network} net
 * @param {Float32Array} picture as its first layer takes it, row by row
 * @returns {Float32Array<ArrayBuffer>} what its last layer gives, row by row
 */
export function translated(net, picture) {
  const { memory, places, plan, start } = net;
  if (picture.length !== start) throw new RangeError(`a picture for it has ${start} values`);
  memory.set(picture, places[0]);
  keep(net, 0, places[0], start);
  let place = 0, size = start;
  plan.forEach(({ shape }, i) => {
    place = run(net, place, i, i + 1, 1, place ? 0 : 1);
    size = sizeOf(shape);
    keep(net, i + 1, places[place], size);
  });
  return memory.slice(places[place], places[place] + size);
}
