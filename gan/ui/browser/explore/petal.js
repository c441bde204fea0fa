// The line of the walk that the page opens with.
import { round } from "../core/views.js";

const REACH = 0.75; // how far it goes from the seed, as a share of the way to the opposite corner of its cell

/**
 * The place in the seed's cell after a share of a round: a petal that leaves the seed along one side of the cell and
 * comes back along the other, and rests there for a moment, so that the round has no seam.
 * @param {number} share 0..1
 * @returns {[x: number, y: number]}
 */
export function placeOf(share) {
  const eased = share - Math.sin(2 * Math.PI * share) / (2 * Math.PI), angle = eased * Math.PI / 2;
  const far = REACH * Math.sin(2 * angle);
  return [round(far * Math.cos(angle), 3), round(far * Math.sin(angle), 3)];
}
