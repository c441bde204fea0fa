// L-BFGS: downhill on a loss, by what the last moves say of its curvature. Each look at the loss is a step: where it
// does not lead down, the next one looks nearer by. Liu and Nocedal 1989, doi:10.1007/BF01589116, algorithm 2.1,
// without a search along the line but for that. Where a part of the numbers hardly moves the loss, they go further from
// the first step on. Its twin in Python is gan/explore/descent.py.

/**
 * A move, how the slope changed by it, and 1 / their product; nothing where the move led up.
 * @typedef {{ move: Float32Array, change: Float32Array, inverse: number }} Pair
 *
 * @typedef {object} Descent
 * @property {Float32Array} at the best that was seen
 * @property {number} loss there
 * @property {Float32Array} slope there
 * @property {Float32Array} move from there to where it looks next
 * @property {Float32Array} reach how much further than the steepest part's each number goes
 * @property {number} scale times it: what the inverse of the curvature is taken to be before the pairs
 * @property {(Pair | null)[]} pairs the last MEMORY ones
 */

const MEMORY = 20; // pairs of which a direction is made
const FIRST = 0.02, FARTHEST = 0.1; // root mean square of the first move, and of any at most
const FLATTEST = 0.03; // of the steepest part's slopes: flatter ones are taken to be as steep as that
const NEARER = 0.4; // share of a move that is tried after it led up
const TINY = 1e-30;

/**
 * The product of two rows, summed.
 * @param {Float32Array} a
 * @param {Float32Array} b
 */
function along(a, b) {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return sum;
}

/** @param {Float32Array} row */
const rootMeanSquare = (row) => Math.sqrt(along(row, row) / row.length);

/**
 * Adds a share of one row to another.
 * @param {Float32Array} row which is changed
 * @param {Float32Array} other
 * @param {number} share
 */
function add(row, other, share) {
  for (let i = 0; i < row.length; i++) row[i] += share * other[i];
}

/**
 * How much further than those of the steepest part numbers go: the inverse of a part's slopes.
 * @param {Float32Array} slope
 * @param {number} parts equal ones, in turn
 */
export function reaches(slope, parts) {
  const length = slope.length / parts;
  const sizes = Array.from({ length: parts }, (_, i) => rootMeanSquare(slope.subarray(i * length, (i + 1) * length)));
  const steepest = Math.max(...sizes, TINY);
  return slope.map((_, i) => 1 / Math.max(sizes[Math.floor(i / length)] / steepest, FLATTEST));
}

/**
 * The product of a row with itself, each number times its reach, summed.
 * @param {Float32Array} row
 * @param {Float32Array} reach
 */
const reaching = (row, reach) => along(row, row.map((v, i) => v * reach[i]));

/**
 * Downhill, by what the pairs say of the curvature: Nocedal 1980, the recursion of two loops.
 * @param {Float32Array} slope
 * @param {number} scale
 * @param {Float32Array} reach
 * @param {(Pair | null)[]} all
 */
function direction(slope, scale, reach, all) {
  const q = slope.slice(), pairs = all.filter((pair) => pair !== null), shares = new Float64Array(pairs.length);
  for (let i = pairs.length - 1; i >= 0; i--) {
    const { move, change, inverse } = pairs[i];
    shares[i] = inverse * along(move, q);
    add(q, change, -shares[i]);
  }
  for (let i = 0; i < q.length; i++) q[i] *= scale * reach[i];
  pairs.forEach(({ move, change, inverse }, i) => add(q, move, shares[i] - inverse * along(change, q)));
  const part = Math.min(FARTHEST / Math.max(rootMeanSquare(q), TINY), 1);
  return q.map((v) => -v * part);
}

/**
 * A descent that begins somewhere.
 * @param {Float32Array} at
 * @param {number} loss
 * @param {Float32Array} slope
 * @param {number} parts equal ones, in turn, each with a steepness of its own
 * @returns {Descent}
 */
export function begin(at, loss, slope, parts) {
  const reach = reaches(slope, parts);
  const scale = FIRST / Math.max(rootMeanSquare(slope.map((v, i) => v * reach[i])), TINY);
  return { at, loss, slope, move: direction(slope, scale, reach, []), reach, scale, pairs: [] };
}

/**
 * Where the loss is wanted next.
 * @param {Descent} descent
 */
export const ahead = ({ at, move }) => at.map((v, i) => v + move[i]);

/**
 * Goes on with the loss and the slope that are found `ahead`.
 * @param {Descent} descent which is changed
 * @param {number} loss
 * @param {Float32Array} slope
 * @returns {boolean} whether it led down
 */
export function look(descent, loss, slope) {
  const { pairs, move } = descent;
  if (pairs.length === MEMORY) pairs.shift();
  if (!(loss < descent.loss)) {
    pairs.push(null);
    descent.move = move.map((v) => NEARER * v);
    return false;
  }
  const change = slope.map((v, i) => v - descent.slope[i]), product = along(move, change);
  pairs.push(product > 0 ? { move, change, inverse: 1 / product } : null);
  if (product > 0) descent.scale = product / Math.max(reaching(change, descent.reach), TINY);
  Object.assign(descent, { at: ahead(descent), loss, slope });
  descent.move = direction(slope, descent.scale, descent.reach, pairs);
  return true;
}
