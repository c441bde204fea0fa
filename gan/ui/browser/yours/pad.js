// The pad: strokes of a pen or, over a damaged picture, of the brush that says what is unknown; by mouse, finger, pen
// and keyboard.

import { putStroke, radiusOf } from "../core/strokes.js";
import { drawingOf, isDrawn, redraw } from "./room.js";
import { showGiven } from "./showing.js";

/** @typedef {import("./room.js").Room} Room */

const APART = 0.004; // of the side: the least way between two dots of a stroke
const STEP = 0.04, FINE = 0.01; // of the arrow keys, without and with shift
const WAYS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
const MOST = 20_000; // dots of a drawing

/**
 * @param {Room} room
 * @param {() => void} changed is called after every change of a drawing
 */
export function watchPad(room, changed) {
  const { pad } = room;
  pad.addEventListener("pointerdown", (event) => {
    if (!isDrawn(room) || event.button) return;
    room.still();
    pad.setPointerCapture(event.pointerId);
    Object.assign(room, { cursor: null, down: false });
    begin(room, placeOf(pad, event), event);
    showGiven(room);
    changed();
  });
  pad.addEventListener("pointermove", (event) => {
    const { stroke } = drawingOf(room);
    if (!stroke || room.down) return;
    const parts = event.getCoalescedEvents?.() ?? [];
    for (const part of parts.length ? parts : [event]) go(room, placeOf(pad, part), part);
    showGiven(room);
    changed();
  });
  for (const end of ["pointerup", "pointercancel"]) {
    pad.addEventListener(end, () => {
      if (!room.down) drawingOf(room).stroke = null;
    });
  }
  pad.addEventListener("keydown", (event) => typed(room, event, changed));
  pad.addEventListener("blur", () => {
    Object.assign(room, { cursor: null, down: false });
    drawingOf(room).stroke = null;
    if (room.given) showGiven(room);
  });
}

/** Where a pointer is, in parts of the pad's side. @returns {[number, number]} */
export function placeOf(pad, { clientX, clientY }) {
  const box = pad.getBoundingClientRect();
  return [(clientX - box.left) / box.width, (clientY - box.top) / box.height];
}

// ---- strokes -------------------------------------------------------------------------------------------------------

/** Begins a stroke at a place. @param {Room} room @param {[number, number]} place */
export function begin(room, place, pointer = {}) {
  if (room.untouched && drawingOf(room) === room.ink) clear(room); // nobody draws on what drew itself
  room.untouched &&= drawingOf(room) !== room.ink;
  const drawing = drawingOf(room), count = drawing.strokes.reduce((sum, { dots }) => sum + dots.length, 0);
  if (count > MOST) return;
  drawing.stroke = { dots: [[...place, radiusOf(room.width, pointer)]], erases: room.erases };
  drawing.strokes.push(drawing.stroke);
  putStroke(drawing.sheet, drawing.stroke);
}

/** Goes on with it to another place. @param {Room} room @param {[number, number]} place */
export function go(room, [x, y], pointer = {}) {
  const { stroke, sheet } = drawingOf(room);
  if (!stroke || stroke.dots.length > MOST) return;
  const [a, b] = stroke.dots.at(-1);
  if (Math.hypot(x - a, y - b) < APART) return;
  stroke.dots.push([x, y, radiusOf(room.width, pointer)]);
  putStroke(sheet, stroke, stroke.dots.length - 1);
}

/** Takes the last stroke back, or what was emptied last. @param {Room} room */
export function undo(room) {
  const drawing = drawingOf(room);
  if (drawing.strokes.length) drawing.strokes.pop();
  else drawing.strokes = drawing.cleared.pop() ?? [];
  drawing.stroke = null;
  redraw(drawing);
}

/** @param {Room} room */
export function clear(room) {
  const drawing = drawingOf(room);
  if (!drawing.strokes.length) return;
  drawing.cleared.push(drawing.strokes);
  drawing.strokes = [];
  drawing.stroke = null;
  redraw(drawing);
}

// ---- the keyboard --------------------------------------------------------------------------------------------------

const within = (v) => Math.min(Math.max(v, 0), 1);

/** The arrow keys move the pen, the space bar puts it down and lifts it. @param {Room} room */
function typed(room, event, changed) {
  if (!isDrawn(room) || event.ctrlKey || event.metaKey || event.altKey) return;
  const way = WAYS[event.key], step = event.shiftKey ? FINE : STEP;
  if (way) {
    const [x, y] = room.cursor ?? [0.5, 0.5];
    room.cursor = [within(x + way[0] * step), within(y + way[1] * step)];
    if (room.down) go(room, room.cursor);
  } else if (event.key === " ") {
    room.still();
    room.cursor ??= [0.5, 0.5];
    room.down = !room.down;
    if (room.down) begin(room, room.cursor);
    else drawingOf(room).stroke = null;
  } else if (event.key === "Backspace") {
    room.still();
    room.down = false;
    undo(room);
  } else return;
  event.preventDefault();
  showGiven(room);
  if (!way || room.down) changed();
}
