// QR codes: their parts, and how they are drawn. That whole codes are right, tests/ui/browser/test_qr.py shows.
import { qrMatrix, qrPath } from "../../gan/ui/browser/core/qr.js";
import { assert, assertEquals as equal, assertThrows } from "./assert.js";

const FINDER = ["1111111", "1000001", "1011101", "1011101", "1011101", "1000001", "1111111"];

/**
 * @param {Uint8Array[]} matrix
 * @param {number} top
 * @param {number} left
 */
const corner = (matrix, top, left) => matrix.slice(top, top + 7).map((row) => row.slice(left, left + 7).join(""));

Deno.test("a code has its three finder patterns and its timing", () => {
  for (const length of [0, 14, 60, 200, 412]) {
    const matrix = qrMatrix("x".repeat(length)), last = matrix.length - 7;
    for (const [top, left] of [[0, 0], [0, last], [last, 0]]) equal(corner(matrix, top, left), FINDER);
    assert(matrix.every((row) => row.length === matrix.length), "it is square");
    for (let k = 8; k < last; k++) equal([matrix[6][k], matrix[k][6]], [+(k % 2 === 0), +(k % 2 === 0)]);
  }
});

Deno.test("the larger the text, the larger the code", () => {
  const sizes = [14, 15, 26, 27, 180, 181, 213, 412].map((length) => qrMatrix("x".repeat(length)).length);
  equal(sizes, [21, 25, 25, 29, 53, 57, 57, 77]);
});

Deno.test("letters count as their bytes", () => {
  equal(qrMatrix("é".repeat(7)).length, 21);
  equal(qrMatrix("é".repeat(8)).length, 25);
  assertThrows(() => qrMatrix("学".repeat(138)), "414 bytes");
});

Deno.test("a path draws the dark modules alone", () => {
  equal(
    qrPath([Uint8Array.of(1, 1, 0), Uint8Array.of(0, 0, 0), Uint8Array.of(1, 0, 1)]),
    "M0 0h2v1h-2zM0 2h1v1h-1zM2 2h1v1h-1z",
  );
  const matrix = qrMatrix("a"),
    runs = [...qrPath(matrix).matchAll(/M(\d+) (\d+)h(\d+)/g)].map((run) => run.slice(1).map(Number));
  const dark = matrix.map((row) => row.map(() => 0));
  for (const [x, y, count] of runs) dark[y].fill(1, x, x + count);
  equal(dark, matrix);
});
