// The hero of graphs: the matrix beside the drawing, and what is true of the graph in words.

import { factsOf, graphMl, graphOf, nodeLink } from "../core/graphs.js";
import { lineOf } from "../core/media.js";
import { make, put } from "../page/elements.js";
import { showImage } from "../page/pictures.js";

/** @import { Model } from "../core/model.js" */
/** @import { Say } from "../core/words.js" */
/** @import { Hero, Saved } from "./place.js" */

const INK = [194, 84, 27], PALE = [242, 222, 208], PAPER = [250, 248, 244]; // an edge, a node, neither of them

/** @type {Hero} */
export const GRAPHS = {
  mount(place, say) {
    const canvas = make("canvas", { class: "graph-matrix", role: "img", "aria-label": say("media_graphs_matrix") });
    const kind = make("p", { class: "graph-kind" });
    const said = make("p", { class: "visually-hidden", role: "status" }); // all of it, once the hand rests
    const counts = make("dl", { class: "graph-counts" });
    const figure = make("figure", {}, canvas, make("figcaption", {}, say("media_graphs_matrix")));
    place.replaceChildren(make("div", { class: "graph-hero" }, figure, make("div", {}, kind, said, counts)));
    return {
      show(model, sample, moving) {
        showImage(canvas, matrixImage(model, sample));
        tell(say, kind, counts, model, sample);
        if (!moving) put(said, lineOf(say, model, sample));
      },
      sequence: () => {},
      stop: () => {},
    };
  },
  files: () => FILES,
};

/**
 * Who is joined to whom, one pixel a pair; on the diagonal the nodes that there are.
 * @param {Model} model
 * @param {Float32Array} sample
 */
function matrixImage(model, sample) {
  const { size, there, joined } = graphOf(model, sample), found = new ImageData(size, size);
  for (let i = 0; i < size; i++) {
    for (let j = 0; j < size; j++) {
      const colour = joined[i][j] ? INK : i === j && there[i] ? PALE : PAPER;
      found.data.set([...colour, 255], 4 * (i * size + j));
    }
  }
  return found;
}

/**
 * @param {Say} say
 * @param {HTMLElement} kind
 * @param {HTMLElement} counts
 * @param {Model} model
 * @param {Float32Array} sample
 */
function tell(say, kind, counts, model, sample) {
  const { nodes, edges, parts, tree, cliques } = factsOf(graphOf(model, sample));
  const circles = edges - nodes + parts;
  const word = nodes === 0 ? "empty" : cliques && edges ? "cliques" : tree ? "tree" : parts > 1 ? "parts" : "whole";
  put(kind, say(`media_graphs_is_${word}`));
  const told = Object.entries({ nodes, edges, parts, circles });
  if (counts.children.length !== 2 * told.length) {
    counts.replaceChildren(
      ...told.flatMap(([name]) => [make("dt", {}, say(`media_graphs_${name}`)), make("dd", {})]),
    );
  }
  counts.querySelectorAll("dd").forEach((place, i) => put(place, String(told[i][1])));
}

/**
 * @param {string} suffix
 * @param {string} type
 * @param {(model: Model, sample: Float32Array) => string} write
 * @returns {Saved}
 */
const saved = (suffix, type, write) => ({
  suffix,
  word: `media_graphs_${suffix.slice(1)}`,
  many: false,
  make: (model, [sample]) => Promise.resolve(new Blob([write(model, sample)], { type })),
});

const FILES = [saved(".graphml", "application/xml", graphMl), saved(".json", "application/json", nodeLink)];
