// Sounds of a live run: pairs of a fake's spectrogram and the real one nearest to it, each to be heard.

import { AT_REST } from "../core/griffin_lim.js";
import { SHADES } from "../core/spectrogram.js";
import { soundOfRow } from "../core/stored_rows.js";
import { madeSound } from "../media/sound_making.js";
import { newPlayer } from "../media/sound_player.js";
import { make } from "../page/elements.js";
import { hearing } from "./legend.js";
import { drawPairs, drawTiles, firstRows, pixelTiles, rowAt } from "./pictures.js";

const AFTER = 0.1; // seconds between two sounds
const AT_ONCE = 6; // sounds that are heard one after the other

/** What is heard, and of what: there is one loudspeaker. */
const heard = { player: newPlayer(() => {}), lane: null, traits: null, turn: {} };

const soundTiles = ({ row: [bands, frames] }) => (g) =>
  pixelTiles(g, bands, bands * frames, (pixels, row) => {
    row.forEach((level, i) => pixels.data.set([...SHADES[level], 255], 4 * i));
    return pixels;
  });

export function drawSounds(canvas, what) {
  heard.lane = what.lane;
  heard.traits = what.scene.traits;
  drawPairs(canvas, what, soundTiles(what.scene));
}

export const drawSoundBatch = (g, box, text, { scene, real }) => drawTiles(g, box, text, soundTiles(scene)(g), real);

/** Plays the sound whose tile is pressed. */
export function pressSound(canvas, at) {
  const row = rowAt(canvas, at);
  if (row) play([row]);
}

/** Plays sounds one after the other; whatever plays falls silent. */
async function play(rows) {
  const { player, traits } = heard, turn = (heard.turn = {});
  player.stop();
  if (!(await player.wake())) return;
  const sounds = [];
  for (const row of rows) sounds.push(await madeSound({ traits }, soundOfRow({ traits }, row), AT_REST));
  if (turn !== heard.turn) return;
  let at = player.now();
  for (const sound of sounds) {
    player.add(sound, traits.rate, at);
    at += sound.length / traits.rate + AFTER;
  }
}

/** Plays the first fakes, or the real sounds nearest to them, or stops what plays. */
function press(name) {
  const { player, lane, traits } = heard;
  if (!player.busy) return play(firstRows(lane[name], traits.bands * traits.frames, AT_ONCE));
  heard.turn = {};
  player.stop();
}

/** What is drawn, and two buttons by which it is heard. */
export const soundLegend = (say) => [
  make("span", {}, say("pairs_sounds")),
  ...hearing(say, "hear_nearest", press),
];
