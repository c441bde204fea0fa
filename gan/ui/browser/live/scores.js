// Scores of a live run: pairs of a fake's piano roll and that of the real one nearest to it, each to be heard.

import { roll, SIDE } from "../core/roll.js";
import { scoreOf, scoreOfRow } from "../core/stored_rows.js";
import { joined } from "../core/voices.js";
import { newPlayer } from "../media/synth.js";
import { tempo } from "../media/tempo.js";
import { make } from "../page/elements.js";
import { newSheet } from "./canvas.js";
import { hearing } from "./legend.js";
import { drawPairs, drawTiles, firstRows, rowAt } from "./pictures.js";

const LEAST = 96; // css pixels of a legible roll
const AT_ONCE = 2; // scores that are heard one after the other

/** What is heard, and of what: there is one loudspeaker. */
const heard = { player: newPlayer({ moved: () => {}, failed: () => {} }), lane: null, scene: null };
heard.player.loops = false;

const bytesOf = ({ row }) => row.reduce((a, b) => a * b, 1); // of a score

/** @type {(what: { scene: any }) => (g: CanvasRenderingContext2D) => import("./pictures.js").Tiles} */
const scoreTiles = ({ scene }) => (g) => {
  const small = newSheet(SIDE, SIDE), sheet = small.getContext("2d");
  return {
    side: 1,
    bytes: bytesOf(scene),
    least: LEAST,
    show(row, x, y, side) {
      sheet.putImageData(roll(scene, scoreOfRow(scene, row)), 0, 0);
      g.imageSmoothingEnabled = true; // a roll is made smaller: no line of it may be left out
      g.drawImage(small, x, y, side, side);
    },
  };
};

export function drawScores(canvas, what) {
  heard.lane = what.lane;
  heard.scene = what.scene;
  drawPairs(canvas, what, scoreTiles(what));
}

export const drawScoreBatch = (g, box, text, what) => drawTiles(g, box, text, scoreTiles(what)(g), what.real);

/** Plays the score whose tile is pressed. */
export function pressScore(canvas, at) {
  const row = rowAt(canvas, at);
  if (row) play([row]);
}

/** Plays scores one after the other, at the tempo of the page; whatever plays falls silent. */
function play(rows) {
  const { player, scene } = heard;
  player.stop();
  if (!rows.length) return;
  player.tempo = tempo();
  player.play(joined(rows.map((row) => scoreOf(scene, scoreOfRow(scene, row)))));
}

/** Plays the first fakes, or the real scores nearest to them, or stops what plays. */
function press(name) {
  const { player, lane, scene } = heard;
  if (player.playing) player.stop();
  else play(firstRows(lane[name], bytesOf(scene), AT_ONCE));
}

/** What is drawn, and two buttons by which it is heard. */
export const scoreLegend = (say) => [
  make("span", {}, say("pairs_scores")),
  ...hearing(say, "hear_nearest_scores", press),
];
