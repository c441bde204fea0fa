// What the room opens with: a digit that draws itself, the answer following; a hand that touches anything ends it.

import { exampleStrokes } from "../core/strokes.js";
import { begin, go, replace } from "./pad.js";
import { isVisible } from "./room.js";
import { showGiven } from "./showing.js";

/** @typedef {import("./room.js").Room} Room */

const LASTS = 1600; // milliseconds

/** The digit as it stands, where nothing may move, or where it was left off. @param {Room} room */
function whole(room) {
  replace(room.ink, exampleStrokes());
  room.ink.cleared = [];
}

/**
 * Draws it, and calls `changed` for each piece of it.
 * @param {Room} room
 * @param {() => void} changed
 */
export function drawExample(room, changed) {
  const [stroke] = exampleStrokes(), { dots } = stroke;
  if (matchMedia("(prefers-reduced-motion: reduce)").matches) {
    whole(room);
    showGiven(room);
    changed();
    return;
  }
  let frame = 0, done = 0, begun = 0;
  replace(room.ink, []);
  room.ink.cleared = [];
  room.still = () => {
    cancelAnimationFrame(frame);
    room.still = () => {};
    whole(room);
  };
  const draw = (now) => {
    if (!isVisible(room)) return finish();
    begun ||= now;
    const due = Math.min(dots.length, Math.ceil((now - begun) / LASTS * dots.length));
    for (; done < due; done++) {
      const [x, y] = dots[done];
      if (done) go(room, [x, y]);
      else begin(room, [x, y]);
    }
    showGiven(room);
    if (due) changed();
    if (done < dots.length) frame = requestAnimationFrame(draw);
    else finish();
  };
  const finish = () => {
    room.still();
    showGiven(room);
    changed();
  };
  frame = requestAnimationFrame(draw);
}
