// The strip below the preview: a few frames of the film with their names, every key among them, to go to at a press.

import { keyTitle } from "../core/film.js";
import { grouped } from "../core/words.js";
import { make } from "../page/elements.js";
import { paintFrame } from "./frames.js";

const STILLS = 12; // pictures in the strip, about

/** The frames of one way that a reel's strip shows: every key among them, the others spread over the segments. */
function stills(reel) {
  if (!reel.counts) { // a training: its first and its last moment among them
    const n = Math.min(STILLS, reel.count);
    return Array.from({ length: n }, (_, j) => Math.round(j * (reel.count - 1) / Math.max(n - 1, 1)));
  }
  const open = reel.counts.reduce((sum, n) => sum + n, 0) < reel.count; // ends with a key of its own
  const each = Math.max(1, Math.floor((STILLS - open) / reel.counts.length)), found = [];
  let start = 0;
  for (const count of reel.counts) {
    found.push(...spread(start, count, Math.min(each, count)));
    start += count;
  }
  return open ? [...found, start] : found;
}

const spread = (start, count, n) => Array.from({ length: n }, (_, j) => start + Math.floor(j * count / n));

/** 1234567 -> "1.23 M": what has room below a picture. */
function thousands(n) {
  const [share, unit] = n < 999.5e3 ? [n / 1e3, "k"] : [n / 1e6, "M"];
  return n < 1000 ? String(n) : `${Number(share.toPrecision(3))}\u202f${unit}`;
}

/** When a frame is shown, in seconds from the start. */
export const seconds = (reel, frame) => (frame / reel.film.fps).toFixed(reel.length < 3 * reel.film.fps ? 2 : 1);

/** A still's name, and what of it has room below its picture. */
function titleOf(reel, at, classes, say) {
  const key = reel.keys.get(at), label = reel.labels?.[at];
  if (key != null) return keyTitle(reel.film.keys[key], classes, say);
  if (label == null) return { text: `${seconds(reel, at)} s`, name: `${seconds(reel, at)} s` };
  const nimg = grouped(label);
  return { text: thousands(label), name: nimg, title: say("nimg", { nimg }) };
}

/**
 * Lays the strip out; its pictures are still to be painted.
 * @param {HTMLElement} strip
 * @param {any} reel
 * @param {string[]} classes the names of the model's
 * @param {import("../core/words.js").Say} say
 * @param {(frame: number) => void} go a still was pressed
 * @returns {{ at: number, picture: HTMLCanvasElement }[]} the frames that wait for their pictures
 */
export function layStrip(strip, reel, classes, say, go) {
  const waiting = [], items = [];
  for (const at of stills(reel)) {
    const { text, name, title = name } = titleOf(reel, at, classes, say);
    const picture = make("canvas", { class: "crisp", width: reel.width, height: reel.height, "aria-hidden": "true" });
    const said = { "data-frame": at, "aria-label": say("go", { name }), title };
    const button = make("button", { type: "button", ...said, onclick: () => go(at) }, picture, make("span", {}, text));
    items.push(make("li", { class: reel.keys.has(at) ? "film-still film-is-key" : "film-still" }, button));
    waiting.push({ at, picture });
  }
  strip.replaceChildren(...items);
  return waiting;
}

/** Paints what is there of a strip's pictures; those that are not go on waiting. */
export function fillStrip(waiting, reel) {
  for (const { at, picture } of waiting) paintFrame(picture, reel, at);
  return waiting.filter(({ at }) => !reel.has(at));
}
