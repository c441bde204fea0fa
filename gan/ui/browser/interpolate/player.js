// The preview of a film: plays what is ready, waits for what is not, rests where nobody looks.

import { grouped } from "../core/words.js";
import { put } from "../page/elements.js";
import { slide } from "./controls.js";
import { paintFrame } from "./frames.js";
import { fillStrip, layStrip, seconds } from "./strip.js";

const CALM = matchMedia("(prefers-reduced-motion: reduce)");
const PAUSE = 250; // milliseconds: after a longer pause of the page's own the film goes on where it was

/**
 * The player at work; `reel` is null until there is one.
 * @typedef {object} Player
 * @property {{ canvas: HTMLCanvasElement, scrub: HTMLInputElement, play: HTMLElement, time: HTMLElement,
 *   caption: HTMLElement, strip: HTMLElement }} places
 * @property {import("../core/words.js").Say} say
 * @property {{ moved: (frame: number) => void, visible: () => boolean, classes: () => string[] }} told
 * @property {any} reel
 * @property {number} frame
 * @property {boolean} playing
 * @property {number} clock frames that are due, in parts of one
 * @property {number} before when the clock last moved, in milliseconds
 * @property {number} asked the animation frame that was asked for; 0 where none was
 * @property {{ at: number, picture: HTMLCanvasElement }[]} waiting stills of the strip without their pictures
 * @property {boolean} stale whether the canvas shows another frame
 */

/**
 * @param {Player["places"]} places
 * @param {Player["say"]} say
 * @param {Player["told"]} told
 */
export function buildPlayer(places, say, told) {
  /** @type {Player} */
  const player = {
    places,
    say,
    told,
    reel: null,
    frame: 0,
    playing: !CALM.matches,
    clock: 0,
    before: 0,
    asked: 0,
    waiting: [],
    stale: true,
  };
  places.play.addEventListener("click", () => setPlaying(player, !player.playing));
  slide(places.scrub, (value) => {
    if (player.reel) go(player, value);
  });
  CALM.addEventListener("change", () => {
    if (CALM.matches) setPlaying(player, false);
  });
  document.addEventListener("visibilitychange", () => run(player));
  setPlaying(player, player.playing);
  return {
    show: (reel) => show(player, reel),
    go: (frame) => go(player, frame),
    run: () => run(player),
    retell: () => retell(player),
    get frame() {
      return player.frame;
    },
    get playing() {
      return player.playing;
    },
  };
}

// ---- moving -----------------------------------------------------------------------------------------------------

/** Asks for frames only while the film moves and can be seen. @param {Player} player */
function run(player) {
  if (player.asked || !isMoving(player)) return;
  player.before = performance.now();
  player.asked = requestAnimationFrame((now) => tick(player, now));
}

/** @param {Player} player */
const isMoving = ({ playing, told, reel }) => playing && told.visible() && reel !== null;

/** @param {Player} player */
function tick(player, now) {
  player.asked = 0;
  if (!isMoving(player)) return;
  const { reel, frame } = player;
  player.clock += Math.min(now - player.before, PAUSE) * reel.film.fps / 1000;
  player.before = now;
  for (; player.clock >= 1; player.clock -= 1) {
    const next = (player.frame + 1) % reel.length;
    if (!reel.has(next)) {
      player.clock = 0;
      break;
    }
    player.frame = next;
  }
  if (player.frame !== frame) draw(player);
  player.asked = requestAnimationFrame((then) => tick(player, then));
}

/** @param {Player} player */
function setPlaying(player, on) {
  const { places: { play }, say } = player;
  player.playing = on;
  put(play, say(on ? "pause" : "play"));
  play.dataset.playing = on;
  if (on) run(player);
}

/** Shows a frame and stays there. @param {Player} player */
function go(player, to) {
  setPlaying(player, false);
  player.frame = Math.min(Math.max(Math.round(to), 0), player.reel.length - 1);
  player.stale = true;
  draw(player);
  if (player.stale) tell(player);
  player.told.moved(player.frame);
}

// ---- showing ----------------------------------------------------------------------------------------------------

/** @param {Player} player */
function draw(player) {
  const { reel, frame, places: { canvas } } = player;
  if (!reel?.has(frame)) return;
  canvas.style.setProperty("--side", `${Math.max(reel.width, reel.height)}px`);
  paintFrame(canvas, reel, frame);
  canvas.dataset.frame = frame;
  player.stale = false;
  tell(player);
}

/** The scrub bar, the clock, the caption. @param {Player} player */
function tell({ reel, frame, places: { canvas, scrub, time, caption }, say }) {
  const { length, ready } = reel;
  const times = { at: seconds(reel, frame), all: seconds(reel, length) };
  const words = say("clock", { ...times, frame: frame + 1, frames: length });
  scrub.max = length - 1;
  scrub.value = frame;
  scrub.setAttribute("aria-valuetext", words);
  put(time, words);
  canvas.dataset.frames = ready;
  const label = reel.labels?.[reel.index(frame)];
  const rendering = ready < length ? say("rendering", { ready, frames: length }) : "";
  put(caption, label != null ? say("nimg", { nimg: grouped(label) }) : rendering);
}

/** @param {Player} player */
function layOut(player) {
  const { places: { strip }, reel, told, say } = player;
  player.waiting = layStrip(strip, reel, told.classes(), say, (frame) => go(player, frame));
}

/** Another reel, or more frames of this one; the place in the film is kept. @param {Player} player */
function show(player, reel) {
  const before = player.reel;
  if (reel !== before) {
    const share = before ? player.frame / before.length : 0;
    player.reel = reel;
    player.frame = Math.min(Math.round(share * reel.length), reel.length - 1);
    player.stale = true;
    layOut(player);
    if (!before) setPlaying(player, player.playing);
  }
  if (player.stale) draw(player);
  player.waiting = fillStrip(player.waiting, reel);
  tell(player);
  run(player);
}

/** Says anew what the film says of itself; its frames are the same. @param {Player} player */
function retell(player) {
  if (!player.reel) return;
  layOut(player);
  player.waiting = fillStrip(player.waiting, player.reel);
  tell(player);
}
