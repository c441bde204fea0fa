// Clips of a live run: pairs of a fake and the real clip nearest to it, all of them moving until they are stilled.

import { fpsOf } from "../core/clips.js";
import { make, put } from "../page/elements.js";
import { pictureTile } from "./canvas.js";
import { drawPairs, drawTiles, pixelTiles } from "./pictures.js";

const CALM = matchMedia("(prefers-reduced-motion: reduce)");

/** Whether they play, as the visitor chose; null: as the system is set. @type {boolean | null} */
let chosen = null;
const plays = () => chosen ?? !CALM.matches;

/** The frame that is due: of all clips at once, so that they swing together. */
const due = (scene) => plays() ? Math.floor(performance.now() / 1000 * fpsOf(scene)) % scene.row[0] : 0;

/** @type {(what: { scene: any }) => (g: CanvasRenderingContext2D) => import("./pictures.js").Tiles} */
const clipTiles = ({ scene }) => (g) => {
  const [count, side] = scene.row, frame = due(scene);
  return pixelTiles(g, side, count * side * side, (pixels, row) => pictureTile(pixels, row, frame, side, 1));
};

export function drawClips(canvas, what) {
  canvas.dataset.clipFrame = String(due(what.scene));
  drawPairs(canvas, what, clipTiles(what));
}

export const drawClipBatch = (g, box, text, what) => drawTiles(g, box, text, clipTiles(what)(g), what.real);

/** Milliseconds until the next frame. */
export const clipBeat = (scene) => 1000 / fpsOf(scene);

/** The button by which all stand still or go on: always the same one, so that it keeps the focus. */
let button = null;

/** What is drawn, and that button. */
export function clipLegend(say) {
  button ??= make("button", { type: "button", id: "live-clips-play", onclick: () => (chosen = !plays()) });
  put(button, say(plays() ? "clips_still" : "clips_play"));
  return [make("span", {}, say("pairs_clips")), button];
}
