// What the room opens with: a drawing that draws itself, the answer following; a hand that touches anything ends it.

import { exampleStrokes, putStroke } from "../core/strokes.js";
import { isVisible, newDrawing, redraw } from "./room.js";
import { showGiven } from "./showing.js";

/** @typedef {import("./room.js").Room} Room */

const LASTS = 1600; // milliseconds

/** All of it, where nothing may move or a hand came before its end. @param {Room} room */
function whole(room) {
  room.ink = { ...newDrawing(), strokes: exampleStrokes(room.model.data.name) };
  redraw(room.ink);
}

/**
 * Draws it, and calls `changed` for each piece of it.
 * @param {Room} room
 * @param {() => void} changed
 */
export function drawExample(room, changed) {
  const show = () => {
    showGiven(room);
    changed();
  };
  room.untouched = true;
  room.ink = newDrawing();
  if (matchMedia("(prefers-reduced-motion: reduce)").matches) {
    whole(room);
    show();
    return;
  }
  const strokes = exampleStrokes(room.model.data.name), all = strokes.reduce((sum, { dots }) => sum + dots.length, 0);
  let frame = 0, begun = 0, done = 0;
  room.still = () => {
    cancelAnimationFrame(frame);
    room.still = () => {};
    whole(room);
  };
  const finish = () => {
    room.still();
    show();
  };
  const draw = (now) => {
    if (!isVisible(room)) return finish();
    begun ||= now;
    const due = Math.ceil((now - begun) / LASTS * all);
    if (due >= all) return finish();
    for (; done < due; done++) putNext(room.ink, strokes);
    show();
    frame = requestAnimationFrame(draw);
  };
  frame = requestAnimationFrame(draw);
}

/** Goes on by one dot. @param {import("./room.js").Drawing} drawing */
function putNext({ strokes: drawn, sheet }, strokes) {
  const last = drawn.at(-1), whole = strokes[drawn.length - 1];
  if (last && last.dots.length < whole.dots.length) last.dots.push(whole.dots[last.dots.length]);
  else drawn.push({ dots: [strokes[drawn.length].dots[0]], erases: false });
  const stroke = drawn.at(-1);
  putStroke(sheet, stroke, stroke.dots.length - 1);
}
