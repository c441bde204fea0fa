// The preview of a film: plays what is ready, waits for what is not, rests where nobody looks.

import { grouped } from "../core/words.js";
import { put } from "../page/elements.js";
import { slide } from "./controls.js";
import { paintFrame } from "./frames.js";
import { fillStrip, layStrip, seconds } from "./strip.js";

const CALM = matchMedia("(prefers-reduced-motion: reduce)");
const REST = 150; // milliseconds without another frame until a hand rests
const PAUSE = 250; // milliseconds: after a longer pause of the page's own the film goes on where it was

/**
 * The player at work; `reel` is null until there is one.
 * @typedef {object} Player
 * @property {{ canvas: HTMLCanvasElement, scrub: HTMLInputElement, play: HTMLElement, time: HTMLElement,
 *   caption: HTMLElement, strip: HTMLElement }} places
 * @property {import("../core/words.js").Say} say
 * @property {{ moved: (frame: number) => void, visible: () => boolean, classes: () => string[],
 *   shown: (frame: number, moving: boolean) => void, begun: (frame: number) => void, stopped: () => void }} told
 *   `shown` a frame, and whether others follow at once; `begun`, `stopped`: a film that a hand set going plays from a
 *   frame on, or plays no more
 * @property {any} reel
 * @property {number} frame
 * @property {boolean} playing
 * @property {boolean} pressed whether a hand set it going: what nobody asked for makes no sound
 * @property {boolean} whole whether all of the reel's frames were there when it was shown last
 * @property {number} resting the timer of a hand that scrubs
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
    pressed: false,
    whole: false,
    resting: 0,
    clock: 0,
    before: 0,
    asked: 0,
    waiting: [],
    stale: true,
  };
  places.play.addEventListener("click", () => {
    player.pressed = true;
    setPlaying(player, !player.playing);
  });
  slide(places.scrub, (value) => {
    if (player.reel) go(player, value);
  });
  CALM.addEventListener("change", () => {
    if (CALM.matches) setPlaying(player, false);
  });
  document.addEventListener("visibilitychange", () => resume(player));
  setPlaying(player, player.playing);
  return {
    show: (reel) => show(player, reel),
    go: (frame) => go(player, frame),
    look: (frame) => look(player, frame),
    run: () => resume(player),
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

/** Goes on where one looks again, and is silent where nobody does. @param {Player} player */
function resume(player) {
  if (isMoving(player)) begin(player);
  else if (!player.told.visible()) player.told.stopped();
  run(player);
}

/** Tells that the film plays from here on, once all of it can. @param {Player} player */
function begin(player) {
  if (player.pressed && player.whole && isMoving(player)) player.told.begun(player.frame);
}

/** @param {Player} player */
const isMoving = ({ playing, told, reel }) => playing && told.visible() && reel !== null;

/** @param {Player} player */
function tick(player, now) {
  player.asked = 0;
  if (!isMoving(player)) {
    player.told.stopped();
    return;
  }
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
  if (player.frame < frame) begin(player);
  player.asked = requestAnimationFrame((then) => tick(player, then));
}

/** @param {Player} player */
function setPlaying(player, on) {
  const { places: { play }, say } = player;
  player.playing = on;
  put(play, say(on ? "pause" : "play"));
  play.dataset.playing = on;
  if (!on) {
    player.told.stopped();
    return;
  }
  begin(player);
  run(player);
}

/** Shows a frame and stays there: what plays besides is heard on. @param {Player} player */
function look(player, to) {
  if (player.playing) setPlaying(player, false);
  if (player.frame === to) return;
  player.frame = to;
  draw(player);
  player.told.moved(to);
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
  player.told.shown(frame, true);
  clearTimeout(player.resting);
  player.resting = setTimeout(() => {
    if (!isMoving(player)) player.told.shown(player.frame, false);
  }, REST);
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
  const before = player.reel, whole = reel.ready === reel.length, other = reel !== before || whole !== player.whole;
  player.whole = whole;
  if (reel !== before) {
    player.told.stopped();
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
  if (other) begin(player);
  run(player);
}

/** Says anew what the film says of itself; its frames are the same. @param {Player} player */
function retell(player) {
  if (!player.reel) return;
  layOut(player);
  player.waiting = fillStrip(player.waiting, player.reel);
  tell(player);
}
