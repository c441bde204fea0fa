// What the live tab has to know of a medium; core/media.js tells what any tab has to. No other file of the tab asks of
// which medium the data are: a further medium is one more entry of LIVE_MEDIA.

import { make } from "../page/elements.js";
import { clipBeat, clipLegend, drawClipBatch, drawClips } from "./clips.js";
import { drawGraphBatch, drawGraphs } from "./graphs.js";
import { drawPictureBatch, drawPictures } from "./pictures.js";
import { drawPlane, drawPlaneBatch, planeLegend, under } from "./plane.js";
import { drawScoreBatch, drawScores, pressScore, scoreLegend } from "./scores.js";
import { drawSoundBatch, drawSounds, pressSound, soundLegend } from "./sounds.js";
import { drawWordBatch, drawWords } from "./words.js";

/**
 * @typedef {object} Under
 * @property {number} share of the data that the critic thinks is real there, 0..1
 * @property {boolean} fake whether it is a fake's, and not the field's
 *
 * @typedef {import("../core/words.js").Say} Say
 * @typedef {Record<string, boolean>} Layers whether each layer of a drawing is there, by its name
 * @typedef {{ scene: any, lane: any, stage: any, layers: Layers, colours: any, say: Say }} Drawing
 * @typedef {{ x: number, y: number, w: number, h: number }} Box
 * @typedef {{ scene: any, colours: any, real: boolean, opinions: string | null }} Batch
 *
 * @typedef {object} LiveMedium
 * @property {boolean} layered whether its drawing has layers, which can be hidden
 * @property {string} ending of the keys of words that speak of this medium
 * @property {(scene: any) => string} figures that are shown beside the drawing
 * @property {(canvas: HTMLCanvasElement, what: Drawing) => void} draw a lane of a frame, or of a stage of slow motion
 * @property {(g: CanvasRenderingContext2D, box: Box, text: string, what: Batch) => void} drawBatch small, into a box of
 *   the diagram
 * @property {(canvas: HTMLCanvasElement, lane: any, layers: Layers, at: [number, number]) => Under | null} under what
 *   lies under the pointer, which is at css pixels
 * @property {(say: Say, layers: Layers, at: Under | null) => HTMLElement[]} legend below the drawing
 * @property {(canvas: HTMLCanvasElement, at: [number, number]) => void} [press] what a press on the drawing does
 * @property {(scene: any) => number} [beat] milliseconds after which it is drawn anew, where samples move by themselves
 */

/** @type {Record<string, LiveMedium>} */
export const LIVE_MEDIA = {
  points: {
    layered: true,
    ending: "",
    figures: ({ total }) => (total ? "modes" : "plane"),
    draw: drawPlane,
    drawBatch: drawPlaneBatch,
    under,
    legend: planeLegend,
  },
  pictures: {
    layered: false,
    ending: "_pictures",
    figures: () => "pictures",
    draw: drawPictures,
    drawBatch: drawPictureBatch,
    under: () => null,
    legend: (say) => [make("span", {}, say("pairs"))],
  },
  words: {
    layered: false,
    ending: "_words",
    figures: () => "words",
    draw: drawWords,
    drawBatch: drawWordBatch,
    under: () => null,
    legend: (say) => [make("span", {}, say("pairs_words"))],
  },
  graphs: {
    layered: false,
    ending: "_graphs",
    figures: () => "graphs",
    draw: drawGraphs,
    drawBatch: drawGraphBatch,
    under: () => null,
    legend: (say) => [make("span", {}, say("pairs_graphs"))],
  },
  scores: {
    layered: false,
    ending: "_scores",
    figures: () => "scores",
    draw: drawScores,
    drawBatch: drawScoreBatch,
    under: () => null,
    legend: scoreLegend,
    press: pressScore,
  },
  clips: {
    layered: false,
    ending: "_clips",
    figures: () => "clips",
    draw: drawClips,
    drawBatch: drawClipBatch,
    under: () => null,
    legend: clipLegend,
    beat: clipBeat,
  },
  sounds: {
    layered: false,
    ending: "_sounds",
    figures: () => "sounds",
    draw: drawSounds,
    drawBatch: drawSoundBatch,
    under: () => null,
    legend: soundLegend,
    press: pressSound,
  },
};

/** @param {{ kind: string }} scene */
export const mediumOf = ({ kind }) => LIVE_MEDIA[kind];
