// A recording on the plane: playing a stretch of it, and going back and forth by hand.
import { curveUpTo, frameAt, placesOf } from "../core/recordings.js";
import { grouped } from "../core/words.js";
import { put } from "../page/elements.js";
import { CALM } from "./tab.js";
import { draw } from "./view.js";

/** @typedef {import("./tab.js").LearnTab} LearnTab */
/** @typedef {import("../core/lesson.js").Clip} Clip */

const PACE = 3.5, STAGES = 0.8; // frames of a recording a second, and stages of a round

/** @param {LearnTab} tab */
const takeOf = ({ recording, take }) => recording.takes[take];

/**
 * Shows a place of a take.
 * @param {LearnTab} tab
 * @param {string} take
 * @param {number} place
 */
export function show(tab, take, place) {
  Object.assign(tab, { take, place });
  const whole = takeOf(tab), frame = frameAt(whole, place);
  tab.shown = {
    scene: whole.scene,
    frame,
    curve: curveUpTo(whole, frame.steps),
    last: whole.frames.at(-1).steps,
  };
  const { find, span, say } = tab, range = find("#learn-scrub");
  [range.min, range.max] = span.map(String);
  range.value = String(Math.round(place));
  const told = frame.stage
    ? say("moment_stage", { n: frame.stage.index + 1 })
    : say("moment", { steps: grouped(frame.steps) });
  put(find("#learn-moment"), told);
  range.setAttribute("aria-valuetext", told);
  draw(tab);
}

/**
 * What stands there before a prediction: the last moment of a stretch. Nothing else can be looked at.
 * @param {LearnTab} tab
 * @param {Clip} clip
 */
export function stand(tab, clip) {
  stop(tab);
  const [, end] = placesOf(tab.recording.takes[clip.take], clip);
  Object.assign(tab, { clip: null, span: [end, end] });
  show(tab, clip.take, end);
}

/**
 * The end of a stretch, as if it had been played.
 * @param {LearnTab} tab
 * @param {Clip} clip
 */
export function rest(tab, clip) {
  stop(tab);
  Object.assign(tab, { clip, span: placesOf(tab.recording.takes[clip.take], clip) });
  show(tab, clip.take, tab.span[1]);
}

/** What was played stays to be gone through; another take has a way of its own. */
function widen(tab, clip, [start, end]) {
  const same = tab.take === clip.take && tab.clip;
  tab.span = same ? [Math.min(tab.span[0], start), Math.max(tab.span[1], end)] : [start, end];
}

/**
 * Plays a stretch from its beginning; resolves when it has ended. Those who want no motion see its end.
 * @param {LearnTab} tab
 * @param {Clip} clip
 * @param {number | null} from a place to go on from
 * @returns {Promise<void>}
 */
export function play(tab, clip, from = null) {
  stop(tab);
  const take = tab.recording.takes[clip.take], places = placesOf(take, clip), [start, end] = places;
  widen(tab, clip, places);
  tab.clip = clip;
  if (CALM.matches || start === end) {
    show(tab, clip.take, end);
    return Promise.resolve();
  }
  const pace = take.frames[end].stage ? STAGES : PACE, begun = performance.now(), first = from ?? start;
  return new Promise((resolve) => {
    const go = (now) => {
      const place = Math.min(first + Math.max(now - begun, 0) / 1000 * pace, end), over = place >= end;
      tab.playing = over ? 0 : requestAnimationFrame(go);
      show(tab, clip.take, place);
      if (over) {
        showButton(tab);
        resolve();
      }
    };
    tab.playing = requestAnimationFrame(go);
    showButton(tab);
  });
}

/**
 * Stands still where it is.
 * @param {LearnTab} tab
 */
export function stop(tab) {
  cancelAnimationFrame(tab.playing);
  tab.playing = 0;
  showButton(tab);
}

function showButton({ find, say, playing }) {
  const button = find("#learn-play"), word = say(playing ? "bar_stop" : "bar_play");
  put(button, word);
  button.setAttribute("aria-label", word); // it has no text of its own while it keeps its place unseen
}

/** @param {LearnTab} tab @param {{ moved: () => void }} told */
export function buildPlayer(tab, told) {
  const { find } = tab;
  find("#learn-play").hidden = CALM.matches; // who wants no motion goes by the bar
  find("#learn-scrub").addEventListener("input", ({ currentTarget }) => {
    stop(tab);
    show(tab, tab.take, Number(currentTarget.value));
    told.moved();
  });
  find("#learn-play").addEventListener("click", () => {
    if (tab.playing) return stop(tab);
    playSpan(tab);
  });
}

/** Plays what can be gone through, from where one is, or from its beginning at its end. */
function playSpan(tab) {
  const { take, place, span: [start, end] } = tab, { frames } = takeOf(tab);
  const markOf = (at) => frames[at].stage?.index ?? frames[at].steps;
  return play(tab, { take, start: markOf(start), end: markOf(end) }, place < end ? place : start);
}
