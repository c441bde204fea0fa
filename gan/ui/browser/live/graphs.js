// Small graphs of a live run: pairs of a fake and the real graph nearest to it, as discs and lines.

import { graphOf, places } from "../core/graphs.js";
import { dot } from "./canvas.js";
import { drawPairs, drawTiles } from "./pictures.js";

const LEAST = 64; // css pixels of a legible drawing
const REACH = 0.43, DISC = 0.032, LINE = 0.011; // of a drawing's side: from its middle to a node, of a node, of an edge

/** @type {(what: { scene: any, colours: any }) => (g: CanvasRenderingContext2D) => import("./pictures.js").Tiles} */
const graphTiles = ({ scene, colours }) => (g) => ({
  side: 1,
  bytes: scene.row[0] * scene.row[1],
  least: LEAST,
  show: (row, x, y, side, real) => drawGraph(g, graphOf(scene, row), x, y, side, colours, real),
});

function drawGraph(g, graph, left, top, side, colours, real) {
  const spots = places(graph).map(([x, y]) => [left + side / 2 + REACH * side * x, top + side / 2 + REACH * side * y]);
  g.strokeStyle = colours.quiet;
  g.lineWidth = Math.max(LINE * side, 0.8);
  g.beginPath();
  graph.joined.forEach((row, i) =>
    row.forEach((edge, j) => {
      if (!edge || j < i) return;
      g.moveTo(...spots[i]);
      g.lineTo(...spots[j]);
    })
  );
  g.stroke();
  g.fillStyle = real ? colours.data : colours.forger;
  g.beginPath();
  graph.there.forEach((one, i) => one && dot(g, ...spots[i], Math.max(DISC * side, 1.6)));
  g.fill();
}

export const drawGraphs = (canvas, what) => drawPairs(canvas, what, graphTiles(what));

export const drawGraphBatch = (g, box, text, what) => drawTiles(g, box, text, graphTiles(what)(g), what.real);
