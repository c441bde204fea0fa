// The drawing pad over the plane: real data by mouse, finger, pen or arrow keys.

import { decodeBytes } from "../core/encoding.js";
import { dot, sized } from "./canvas.js";
import { make, put } from "../page/elements.js";

const MOST = 2000, APART = 0.02; // points of a drawing; the least way between two of a stroke, the pad being 2 wide
const STEP = 0.08, FINE = 0.02; // of the arrow keys, without and with shift
const TURN = 2 * Math.PI;

function example() {
  // the face that the server draws from when there is no drawing yet
  const arc = (n, from, turns, r, [x, y] = [0, 0]) =>
    Array.from({ length: n }, (_, i) => {
      const t = TURN * (from + turns * i / n);
      return [x + r * Math.cos(t), y + r * Math.sin(t)];
    });
  return [
    arc(100, 0, 1, 0.85),
    arc(50, 0.58, 0.35, 0.5),
    arc(12, 0, 1, 0.08, [-0.3, 0.3]),
    arc(12, 0, 1, 0.08, [0.3, 0.3]),
  ];
}

function decoded(text) {
  const raw = decodeBytes(text.replaceAll("-", "+").replaceAll("_", "/"));
  return [Array.from({ length: raw.length >> 1 }, (_, k) => [raw[2 * k] / 127.5 - 1, raw[2 * k + 1] / 127.5 - 1])];
}

function encoded(strokes) {
  const bytes = Uint8Array.from(strokes.flat(2), (v) => Math.round((Math.min(Math.max(v, -1), 1) + 1) * 127.5));
  return btoa(String.fromCharCode(...bytes)).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

/**
 * @typedef {[number, number]} Point each in -1..1, y up
 *
 * @typedef {object} Pad
 * @property {any} place that holds the canvas and the buttons
 * @property {any} canvas
 * @property {any} count where the number of points stands
 * @property {any} finish button that takes the drawing
 * @property {import("../core/words.js").Say} say
 * @property {() => any} colours of the theme, by role
 * @property {(drawing: string) => unknown} done takes the drawing
 * @property {Point[][]} strokes
 * @property {Point[] | null} stroke that is being drawn
 * @property {Point | null} cursor of the arrow keys
 */

const WAYS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };
const within = (v) => Math.min(Math.max(v, -1), 1);
const total = ({ strokes }) => strokes.reduce((sum, stroke) => sum + stroke.length, 0);

/**
 * Builds a pad, which is hidden until it is opened with the text of a drawing.
 * @param {any} place
 * @param {import("../core/words.js").Say} say
 * @param {() => any} colours
 * @param {(drawing: string) => unknown} done
 */
export function buildPad(place, say, colours, done) {
  /** @type {Pad} */
  const pad = {
    place,
    canvas: make("canvas", {
      tabindex: 0,
      role: "application",
      "aria-label": say("pad_label"),
      "data-testid": "live-pad",
    }),
    count: make("span", { role: "status" }),
    finish: null,
    say,
    colours,
    done,
    strokes: [],
    stroke: null,
    cursor: null,
  };
  pad.finish = padButton(pad, "done", finish, "live-main");
  const others = [["undo", undo], ["clear", clear], ["cancel", close]].map(([name, act]) => padButton(pad, name, act));
  place.append(pad.canvas, make("div", { class: "live-padbar" }, pad.count, ...others, pad.finish));
  pad.canvas.addEventListener("pointerdown", (event) => pressed(pad, event));
  pad.canvas.addEventListener("pointermove", (event) => moved(pad, event));
  for (const end of ["pointerup", "pointercancel"]) {
    pad.canvas.addEventListener(end, () => {
      pad.stroke = null;
    });
  }
  pad.canvas.addEventListener("keydown", (event) => typed(pad, event));
  return {
    open: (drawing) => open(pad, drawing),
    draw: () => {
      if (!place.hidden) draw(pad);
    },
  };
}

const padButton = (pad, name, act, look = "") =>
  make(
    "button",
    { type: "button", id: `live-pad-${name}`, class: look, onclick: () => act(pad) },
    pad.say(`pad_${name}`),
  );

// ---- what the buttons do -------------------------------------------------------------------------------------------

function open(pad, drawing) {
  pad.strokes = drawing ? decoded(drawing) : example();
  pad.place.hidden = false;
  draw(pad);
  pad.canvas.focus({ preventScroll: true });
  pad.place.scrollIntoView({ block: "nearest" }); // with its buttons
}

function close({ place }) {
  place.hidden = true;
  document.querySelector("#live-data input:checked")?.focus();
}

function finish(pad) {
  if (!total(pad)) return;
  pad.place.hidden = true;
  pad.done(encoded(pad.strokes));
}

function undo(pad) {
  pad.strokes.pop();
  draw(pad);
}

function clear(pad) {
  pad.strokes = [];
  draw(pad);
}

// ---- strokes -------------------------------------------------------------------------------------------------------

function begin(pad) {
  pad.stroke = [];
  pad.strokes.push(pad.stroke);
}

function add(pad, point) {
  if (total(pad) < MOST) pad.stroke.push(point.map(within));
}

/** Where a pointer is. */
function at({ canvas }, { clientX, clientY }) {
  const box = canvas.getBoundingClientRect();
  return [(clientX - box.left) / box.width * 2 - 1, 1 - (clientY - box.top) / box.height * 2];
}

function pressed(pad, event) {
  if (event.button) return;
  pad.canvas.setPointerCapture(event.pointerId);
  begin(pad);
  pad.cursor = null;
  add(pad, at(pad, event));
  draw(pad);
}

function moved(pad, event) {
  if (!pad.stroke) return;
  for (const part of event.getCoalescedEvents?.() ?? [event]) {
    const [x, y] = at(pad, part), [a, b] = pad.stroke.at(-1) ?? [9, 9];
    if (Math.hypot(x - a, y - b) >= APART) add(pad, [x, y]);
  }
  draw(pad);
}

/** The arrow keys move a cursor, the space bar draws a point there. */
function typed(pad, event) {
  const way = WAYS[event.key], step = event.shiftKey ? FINE : STEP;
  if (way) pad.cursor = (pad.cursor ?? [0, 0]).map((v, i) => within(v + way[i] * step));
  else if (event.key === " ") {
    pad.cursor ??= [0, 0];
    begin(pad);
    add(pad, pad.cursor);
    pad.stroke = null;
  } else if (event.key === "Backspace") pad.strokes.pop();
  else if (event.key === "Enter") return finish(pad);
  else if (event.key === "Escape") return close(pad);
  else return;
  event.preventDefault();
  draw(pad);
}

// ---- drawing -------------------------------------------------------------------------------------------------------

function draw(pad) {
  const { g, w, h } = sized(pad.canvas), ink = pad.colours(), n = total(pad);
  const x = (v) => (v + 1) / 2 * w, y = (v) => (1 - v) / 2 * h;
  const line = (from, to) => {
    g.moveTo(...from);
    g.lineTo(...to);
  };
  g.strokeStyle = ink.line;
  g.lineWidth = 1;
  for (const v of [-0.5, 0, 0.5]) {
    g.beginPath();
    line([x(v), 0], [x(v), h]);
    line([0, y(v)], [w, y(v)]);
    g.stroke();
  }
  g.fillStyle = ink.data;
  g.beginPath();
  for (const [a, b] of pad.strokes.flat()) dot(g, x(a), y(b), 4);
  g.fill();
  if (pad.cursor) {
    const [a, b] = [x(pad.cursor[0]), y(pad.cursor[1])];
    g.strokeStyle = ink.ink;
    g.lineWidth = 2;
    g.beginPath();
    line([a - 10, b], [a + 10, b]);
    line([a, b - 10], [a, b + 10]);
    g.stroke();
  }
  put(pad.count, n ? pad.say("pad_count", { n }) : pad.say("pad_empty"));
  pad.finish.disabled = !n;
}
