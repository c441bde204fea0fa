// Small graphs: what is true of them, and their drawings; alike in Python's graph_figures and graph_drawings.

/**
 * @typedef {import("./stored_rows.js").Read} Read
 * @typedef {readonly [red: number, green: number, blue: number]} Colour in 0..255
 *
 * @typedef {object} Graph
 * @property {number} size how many nodes there may be
 * @property {boolean[]} there which of them there are
 * @property {boolean[][]} joined whether two that are there have an edge
 *
 * @typedef {object} Facts
 * @property {number} nodes
 * @property {number} edges
 * @property {number} parts that hang together
 * @property {boolean} tree whether all hangs together, without a circle
 * @property {boolean} cliques whether everyone is joined to all whom a way leads to
 */

export const GRAPH_SIDE = 224; // of a drawing, in pixels
const REACH = 96; // pixels from its middle that a place 1 away from it lies
/** @type {Colour} */
const PAPER = [250, 248, 244];
/** @type {Colour} */
const INK = [194, 84, 27];
/** @type {Colour} */
const LINE = [120, 110, 100];
const DISC = 7, RING = 2.5, WIDTH = 1.25; // pixels: radius of a node, paper around it, half the width of an edge
// Every node has a home on a circle, which it leaves as little as its edges allow.
const HOME = 0.62, HOLD = 0.55, PULL = 0.75, PUSH = 0.028;
const STEPS = 60, FIRST = 0.12, LAST = 0.01; // of the layout, and how far a node moves in the first and the last

/**
 * @param {Pick<Read, "shape">} model
 * @param {ArrayLike<number>} values [S, S], above 0 for yes
 * @returns {Graph}
 */
export function graphOf({ shape: [, size] }, values) {
  const there = Array.from({ length: size }, (_, i) => values[i * size + i] > 0);
  const joined = there.map((one, i) =>
    there.map((other, j) => i !== j && one && other && values[i * size + j] > 0 && values[j * size + i] > 0)
  );
  return { size, there, joined };
}

/** @param {boolean[]} flags */
const count = (flags) => flags.filter(Boolean).length;

/**
 * The parts of a graph that hang together, each a list of its nodes.
 * @param {Graph} graph
 */
export function partsOf({ there, joined }) {
  const seen = there.map((one) => !one);
  /** @type {number[][]} */
  const parts = [];
  for (let start = 0; start < there.length; start++) {
    if (seen[start]) continue;
    seen[start] = true;
    const part = [start];
    for (const node of part) {
      joined[node].forEach((edge, next) => {
        if (edge && !seen[next]) {
          seen[next] = true;
          part.push(next);
        }
      });
    }
    parts.push(part);
  }
  return parts;
}

/**
 * @param {Graph} graph
 * @returns {Facts}
 */
export function factsOf(graph) {
  const parts = partsOf(graph), nodes = count(graph.there);
  const edges = graph.joined.reduce((sum, row) => sum + count(row), 0) / 2;
  const whole = parts.reduce((sum, { length }) => sum + length * (length - 1) / 2, 0);
  const tree = parts.length === 1 && edges === nodes - 1, cliques = nodes > 0 && edges === whole;
  return { nodes, edges, parts: parts.length, tree, cliques };
}

/**
 * @param {number} number
 * @param {string} noun
 */
const counted = (number, noun) => number === 1 ? `${number} ${noun}` : `${number} ${noun}s`;

/**
 * A graph in words, as Python says it.
 * @param {Read} model
 * @param {Float32Array} sample
 */
export function graphSays(model, sample) {
  const { nodes, edges, parts, tree, cliques } = factsOf(graphOf(model, sample));
  const size = `${counted(nodes, "node")}, ${counted(edges, "edge")}`;
  if (!nodes) return "an empty graph";
  if (cliques && edges) return `${counted(parts, "clique")}: ${size}`;
  if (tree) return `a tree: ${size}`;
  return parts > 1 ? `a graph of ${counted(parts, "part")}: ${size}` : `a graph: ${size}`;
}

/**
 * Where the nodes stand, [S, 2], none further than 1 from the middle; a graph has one drawing.
 * @param {Graph} graph
 */
export function places({ size, there, joined }) {
  const home = Array.from({ length: size }, (_, i) => {
    const angle = 2 * Math.PI * i / size;
    return [HOME * Math.sin(angle), -HOME * Math.cos(angle)];
  });
  let at = home;
  for (let step = 0; step < STEPS; step++) {
    const most = FIRST + (LAST - FIRST) * step / (STEPS - 1), now = at;
    at = now.map(([x, y], i) => {
      let right = HOLD * (home[i][0] - x), down = HOLD * (home[i][1] - y);
      for (let j = 0; j < size; j++) {
        if (!there[i] || !there[j]) continue;
        const dx = x - now[j][0], dy = y - now[j][1], square = dx ** 2 + dy ** 2;
        const force = PUSH / (square + 1e-4) - (joined[i][j] ? PULL * Math.sqrt(square) : 0);
        right += dx * force;
        down += dy * force;
      }
      const share = Math.min(1, most / Math.max(Math.hypot(right, down), 1e-12));
      const to = [x + right * share, y + down * share], far = Math.max(1, Math.hypot(to[0], to[1]));
      return [to[0] / far, to[1] / far];
    });
  }
  return at;
}

/**
 * Raises a mask [SIDE, SIDE] to 1 where a pixel lies within `radius` of a segment, with a soft edge of one pixel.
 * @param {Float64Array} mask
 * @param {number[]} start
 * @param {number[]} end
 * @param {number} radius
 */
function cover(mask, [x0, y0], [x1, y1], radius) {
  const inside = (/** @type {number} */ value) => Math.min(Math.max(value, 0), GRAPH_SIDE);
  const low = [x0, y0].map((value, i) => inside(Math.floor(Math.min(value, [x1, y1][i]) - radius - 1)));
  const high = [x0, y0].map((value, i) => inside(Math.ceil(Math.max(value, [x1, y1][i]) + radius + 1)));
  const dx = x1 - x0, dy = y1 - y0, length = Math.max(dx * dx + dy * dy, 1e-12);
  for (let row = low[1]; row < high[1]; row++) {
    for (let column = low[0]; column < high[0]; column++) {
      const x = column + 0.5 - x0, y = row + 0.5 - y0;
      const share = Math.min(Math.max((x * dx + y * dy) / length, 0), 1);
      const away = Math.sqrt((x - share * dx) ** 2 + (y - share * dy) ** 2);
      const covered = Math.min(Math.max(radius + 0.5 - away, 0), 1), spot = row * GRAPH_SIDE + column;
      if (covered > mask[spot]) mask[spot] = covered;
    }
  }
}

/**
 * A graph as discs and lines on paper.
 * @param {Read} model
 * @param {Float32Array} sample
 */
export function graphImage(model, sample) {
  const graph = graphOf(model, sample), { there, joined } = graph;
  const spots = places(graph).map((place) => place.map((value) => GRAPH_SIDE / 2 + REACH * value));
  const [lines, rings, discs] = [0, 1, 2].map(() => new Float64Array(GRAPH_SIDE ** 2));
  there.forEach((one, i) => {
    if (!one) return;
    for (let j = i + 1; j < there.length; j++) if (joined[i][j]) cover(lines, spots[i], spots[j], WIDTH);
    cover(rings, spots[i], spots[i], DISC + RING);
    cover(discs, spots[i], spots[i], DISC);
  });
  const found = new ImageData(GRAPH_SIDE, GRAPH_SIDE);
  for (let spot = 0, byte = 0; spot < lines.length; spot++, byte += 4) {
    for (let c = 0; c < 3; c++) {
      let value = PAPER[c] + (LINE[c] - PAPER[c]) * lines[spot];
      value += (PAPER[c] - value) * rings[spot];
      found.data[byte + c] = value + (INK[c] - value) * discs[spot];
    }
    found.data[byte + 3] = 255;
  }
  return found;
}

// ---- files ------------------------------------------------------------------------------------------------------

/**
 * The nodes of a sample, and its edges with the smaller number first.
 * @param {Read} model
 * @param {Float32Array} sample
 */
function listed(model, sample) {
  const { there, joined } = graphOf(model, sample);
  const nodes = there.flatMap((one, i) => (one ? [i] : []));
  return { nodes, edges: nodes.flatMap((i) => nodes.filter((j) => j > i && joined[i][j]).map((j) => [i, j])) };
}

/**
 * A graph as GraphML, which NetworkX, Gephi, yEd and igraph open.
 * @param {Read} model
 * @param {Float32Array} sample
 */
export function graphMl(model, sample) {
  const { nodes, edges } = listed(model, sample);
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<graphml xmlns="http://graphml.graphdrawing.org/xmlns">',
    '  <graph id="G" edgedefault="undirected">',
    ...nodes.map((node) => `    <node id="n${node}" />`),
    ...edges.map(([one, other], i) => `    <edge id="e${i}" source="n${one}" target="n${other}" />`),
    "  </graph>",
    "</graphml>",
    "",
  ].join("\n");
}

/**
 * A graph as JSON of nodes and edges, the form of NetworkX's `node_link_graph`.
 * @param {Read} model
 * @param {Float32Array} sample
 */
export function nodeLink(model, sample) {
  const { nodes, edges } = listed(model, sample);
  const content = {
    directed: false,
    multigraph: false,
    graph: {},
    nodes: nodes.map((id) => ({ id })),
    edges: edges.map(([source, target]) => ({ source, target })),
  };
  return `${JSON.stringify(content)}\n`;
}
