// Rows of numbers, one after the other, as the engine hands them around.

/** @import { SecondLatent } from "./network.js" */

/**
 * Rows from..to - 1 of numbers that are `width` a row.
 * @param {Float32Array} rows
 * @param {number} from
 * @param {number} to
 * @param {number} width
 */
export function part(rows, from, to, width) {
  return from === 0 && to * width === rows.length ? rows : rows.slice(from * width, to * width);
}

/**
 * A mix with one second w for each of `count` numbers of rows.
 * @param {SecondLatent | null} mix
 * @param {number} count
 */
export function repeated(mix, count) {
  if (!mix || mix.w.length === count) return mix;
  const w = new Float32Array(count);
  for (let i = 0; i < count; i += mix.w.length) w.set(mix.w, i);
  return { ...mix, w };
}

/**
 * Rows with those of the mix behind them.
 * @param {Float32Array} rows
 * @param {SecondLatent | null} mix
 */
export function joined(rows, mix) {
  if (!mix) return rows;
  const both = new Float32Array(2 * rows.length);
  both.set(rows);
  both.set(mix.w, rows.length);
  return both;
}
