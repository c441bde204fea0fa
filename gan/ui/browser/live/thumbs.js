// Small drawings of the data sets for the choice of data.

import { dot, sized } from "./canvas.js";

const TURN = 2 * Math.PI, GOLDEN = 0.61803398875;
const spread = (i, size) => { // an even scatter without chance: a sunflower of 13 seeds
  const r = size * Math.sqrt((i % 13 + 0.5) / 13), a = i * GOLDEN * TURN;
  return [r * Math.cos(a), r * Math.sin(a)];
};
const blobs = (centres, size, each = 13) =>
  centres.flatMap(([x, y]) =>
    Array.from({ length: each }, (_, i) => spread(i, size)).map(([dx, dy]) => [x + dx, y + dy])
  );
const curve = (n, f) => Array.from({ length: n }, (_, i) => f(i / n));
const circle = (t, r = 1) => [r * Math.cos(TURN * t), r * Math.sin(TURN * t)];
const POINTS = { // in -1..1, y up
  ring: () => blobs(curve(8, (t) => circle(t, 0.8)), 0.1, 5),
  grid: () => [-0.8, -0.4, 0, 0.4, 0.8].flatMap((x) => [-0.8, -0.4, 0, 0.4, 0.8].map((y) => [x, y])),
  "two-gaussians": () => blobs([[-0.45, -0.45], [0.45, 0.45]], 0.32),
  disjoint: () => blobs([[-0.7, -0.5], [0.7, -0.5], [0, 0.7]], 0.2),
  line: () => curve(18, (t) => [1.8 * t - 0.85, 0.9 * t - 0.42]),
  circle: () => curve(26, (t) => circle(t, 0.8)),
  spiral: () => curve(44, (t) => circle(2 * Math.sqrt(t), 0.9 * Math.sqrt(t))),
  moons: () =>
    curve(
      30,
      (t) => (t < 0.5
        ? [0.6 * Math.cos(TURN * t) - 0.3, 0.6 * Math.sin(TURN * t) - 0.1]
        : [0.6 * Math.cos(TURN * t) + 0.3, 0.6 * Math.sin(TURN * t) + 0.15]),
    ),
};
const PICTURES = { // rows of light and dark
  digits: ["..####..", ".#....#.", ".....##.", "...##...", "..#.....", ".######."],
  mnist: [
    "...#####....",
    "..#.....#...",
    "........#...",
    "....####....",
    "........##..",
    ".#......##..",
    "..##..###...",
    "....###.....",
  ],
  "fashion-mnist": [
    "..##....##..",
    ".####..####.",
    "############",
    "##.######.##",
    "...######...",
    "...######...",
    "...######...",
    "...######...",
  ],
  "swinging-digits": [ // a seven that hangs, and where it swings to
    "...#######...",
    "...####.##...",
    "..#..##.#.#..",
    "..#.##.##.#..",
    ".#..##.##..#.",
    ".#.##...##.#.",
    "#..##...##..#",
    "...##...##...",
  ],
  names: [
    "......#........",
    "......#........",
    ".###..###...###",
    "....#.#..#.#...",
    ".####.#..#.#...",
    ".####.###...###",
  ],
  bach: [ // a line of music in four voices
    ".........####...",
    "..#####.......##",
    "................",
    "####....########",
    "....####........",
    "................",
    "########........",
    "........###.####",
    "................",
    "####............",
    "....#####..#####",
  ],
  "spoken-digits": [
    "......#......#..",
    "..#..##.....##..",
    ".##.###.#..###..",
    ".#######.######.",
    "################",
    ".##############.",
    ".#####.########.",
  ],
};
const NODES = [[-0.75, -0.1], [-0.35, 0.6], [-0.2, -0.6], [0.15, 0.05], [0.55, 0.6], [0.75, -0.45]];
const EDGES = [[0, 1], [0, 2], [1, 3], [2, 3], [0, 3], [3, 4], [3, 5]];
const PENCIL = [[-0.7, -0.3], [-0.45, 0.2], [-0.15, 0.35], [0.1, 0.05], [0.35, -0.2], [0.6, 0.05], [0.75, 0.5]];

export function drawThumb(canvas, name, colours) {
  const { g, w, h } = sized(canvas);
  const x = (v) => (v * 0.86 + 1) / 2 * w, y = (v) => (1 - v * 0.86) / 2 * h;
  g.fillStyle = g.strokeStyle = colours.data;
  if (PICTURES[name]) {
    const rows = PICTURES[name], side = Math.min(w / (rows[0].length + 2), h / (rows.length + 2));
    const left = (w - rows[0].length * side) / 2, top = (h - rows.length * side) / 2;
    rows.forEach((row, j) =>
      [...row].forEach((cell, i) => {
        if (cell === "#") g.fillRect(left + i * side, top + j * side, side + 0.4, side + 0.4);
      })
    );
  } else if (name === "graphs") {
    g.lineWidth = 1.2;
    g.beginPath();
    for (const [from, to] of EDGES) {
      g.moveTo(x(NODES[from][0]), y(NODES[from][1]));
      g.lineTo(x(NODES[to][0]), y(NODES[to][1]));
    }
    g.stroke();
    g.beginPath();
    for (const [a, b] of NODES) dot(g, x(a), y(b), 2.6);
    g.fill();
  } else if (name === "drawn") {
    g.lineWidth = 2.2;
    g.lineCap = g.lineJoin = "round";
    g.beginPath();
    PENCIL.forEach(([a, b]) => g.lineTo(x(a), y(b)));
    g.stroke();
    g.fillStyle = colours.ink;
    g.beginPath(); // the pen's tip
    g.moveTo(x(0.75), y(0.5));
    g.lineTo(x(0.82), y(0.86));
    g.lineTo(x(1.02), y(0.7));
    g.closePath();
    g.fill();
  } else {
    g.beginPath();
    for (const [a, b] of (POINTS[name] ?? POINTS["two-gaussians"])()) {
      dot(g, x(a), y(b), name === "ring" || name === "grid" ? 1.5 : 1.3);
    }
    g.fill();
  }
}
