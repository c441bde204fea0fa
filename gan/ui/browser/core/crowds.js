// Where so many marks lie on one spot that one sees a single one: how many they are.

/**
 * @typedef {object} Crowd
 * @property {number} x of its middle, in css pixels
 * @property {number} y
 * @property {number} count of the marks in it
 *
 * @typedef {{ column: number, row: number, marks: number[] }} Cell
 */

/** The share of all marks that makes a crowd: more than a mode of a ring or of a grid has, all on one spot. */
export const CROWD_SHARE = 1 / 6;

/**
 * The crowds among marks, the largest first; each mark counts once.
 * @param {ArrayLike<number>} at x and y of each mark, 0..1
 * @param {number} w width of the drawing, in css pixels
 * @param {number} h its height
 * @param {number} reach css pixels from a crowd's middle within which a mark hides behind the others
 * @returns {Crowd[]}
 */
export function crowds(at, w, h, reach) {
  const least = Math.max(at.length / 2 * CROWD_SHARE, 2),
    cells = cellsOf(at, w, h, reach),
    taken = new Set(),
    found = [];
  const order = [...cells.values()].sort((a, b) => b.marks.length - a.marks.length);
  for (const { column, row, marks } of order) {
    if (marks.length < least / 9) break; // a crowd reaches into nine cells at most
    const free = marks.filter((k) => !taken.has(k));
    if (!free.length) continue;
    const middle = (/** @type {number} */ axis, /** @type {number} */ size) =>
      free.reduce((sum, k) => sum + at[2 * k + axis] * size, 0) / free.length;
    const x = middle(0, w), y = middle(1, h);
    const near = around(cells, column, row).filter((k) =>
      !taken.has(k) && Math.hypot(at[2 * k] * w - x, at[2 * k + 1] * h - y) <= reach
    );
    if (near.length < least) continue;
    for (const k of near) taken.add(k);
    found.push({ x, y, count: near.length });
  }
  return found.sort((a, b) => b.count - a.count);
}

/**
 * The marks in square cells of a size, by the name of their cell. Marks on the rim are beyond it, wherever that is.
 * @param {ArrayLike<number>} at
 * @param {number} w
 * @param {number} h
 * @param {number} size
 * @returns {Map<string, Cell>}
 */
function cellsOf(at, w, h, size) {
  /** @type {Map<string, Cell>} */
  const cells = new Map();
  for (let k = 0; k < at.length / 2; k++) {
    if (Math.min(at[2 * k], at[2 * k + 1]) <= 0 || Math.max(at[2 * k], at[2 * k + 1]) >= 1) continue;
    const column = Math.floor(at[2 * k] * w / size),
      row = Math.floor(at[2 * k + 1] * h / size),
      name = `${column} ${row}`;
    if (!cells.has(name)) cells.set(name, { column, row, marks: [] });
    cells.get(name)?.marks.push(k);
  }
  return cells;
}

/**
 * The marks of a cell and of the eight around it.
 * @param {Map<string, Cell>} cells
 * @param {number} column
 * @param {number} row
 */
function around(cells, column, row) {
  /** @type {number[]} */
  const marks = [];
  for (let i = -1; i <= 1; i++) {
    for (let j = -1; j <= 1; j++) marks.push(...(cells.get(`${column + i} ${row + j}`)?.marks ?? []));
  }
  return marks;
}
