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

export function buildPad(place, say, colours, done) {
  // place holds the canvas and the buttons; done(text) takes the drawing
  const canvas = make("canvas", {
    tabindex: 0,
    role: "application",
    "aria-label": say("pad_label"),
    "data-testid": "live-pad",
  });
  const count = make("span", { role: "status" });
  const button = (name, act, main) =>
    make(
      "button",
      { type: "button", id: `live-pad-${name}`, class: main ? "live-main" : "", onclick: act },
      say(`pad_${name}`),
    );
  let strokes = [], stroke = null, cursor = null;
  const total = () => strokes.reduce((sum, s) => sum + s.length, 0);
  place.append(
    canvas,
    make(
      "div",
      { class: "live-padbar" },
      count,
      button("undo", () => {
        strokes.pop();
        draw();
      }),
      button("clear", () => {
        strokes = [];
        draw();
      }),
      button("cancel", close),
      button("done", finish, true),
    ),
  );

  function draw() {
    const { g, w, h } = sized(canvas), ink = colours();
    const x = (v) => (v + 1) / 2 * w, y = (v) => (1 - v) / 2 * h;
    g.strokeStyle = ink.line;
    g.lineWidth = 1;
    for (const v of [-0.5, 0, 0.5]) {
      g.beginPath();
      g.moveTo(x(v), 0);
      g.lineTo(x(v), h);
      g.moveTo(0, y(v));
      g.lineTo(w, y(v));
      g.stroke();
    }
    g.fillStyle = ink.data;
    g.beginPath();
    for (const [a, b] of strokes.flat()) dot(g, x(a), y(b), 4);
    g.fill();
    if (cursor) {
      g.strokeStyle = ink.ink;
      g.lineWidth = 2;
      g.beginPath();
      g.moveTo(x(cursor[0]) - 10, y(cursor[1]));
      g.lineTo(x(cursor[0]) + 10, y(cursor[1]));
      g.moveTo(x(cursor[0]), y(cursor[1]) - 10);
      g.lineTo(x(cursor[0]), y(cursor[1]) + 10);
      g.stroke();
    }
    put(count, total() ? say("pad_count", { n: total() }) : say("pad_empty"));
    document.getElementById("live-pad-done").disabled = !total();
  }

  function add(point) {
    if (total() < MOST) stroke.push(point.map((v) => Math.min(Math.max(v, -1), 1)));
  }

  const at = (event) => {
    const box = canvas.getBoundingClientRect();
    return [(event.clientX - box.left) / box.width * 2 - 1, 1 - (event.clientY - box.top) / box.height * 2];
  };
  canvas.addEventListener("pointerdown", (event) => {
    if (event.button) return;
    canvas.setPointerCapture(event.pointerId);
    stroke = [];
    strokes.push(stroke);
    cursor = null;
    add(at(event));
    draw();
  });
  canvas.addEventListener("pointermove", (event) => {
    if (!stroke) return;
    for (const part of event.getCoalescedEvents?.() ?? [event]) {
      const [x, y] = at(part), [a, b] = stroke.at(-1) ?? [9, 9];
      if (Math.hypot(x - a, y - b) >= APART) add([x, y]);
    }
    draw();
  });
  for (const end of ["pointerup", "pointercancel"]) {
    canvas.addEventListener(end, () => {
      stroke = null;
    });
  }

  canvas.addEventListener("keydown", (event) => {
    const way = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] }[event.key];
    const step = event.shiftKey ? FINE : STEP;
    if (way) cursor = (cursor ?? [0, 0]).map((v, i) => Math.min(Math.max(v + way[i] * step, -1), 1));
    else if (event.key === " ") {
      cursor ??= [0, 0];
      stroke = [];
      strokes.push(stroke);
      add(cursor);
      stroke = null;
    } else if (event.key === "Backspace") strokes.pop();
    else if (event.key === "Enter") return finish();
    else if (event.key === "Escape") return close();
    else return;
    event.preventDefault();
    draw();
  });

  function open(text) {
    strokes = text ? decoded(text) : example();
    place.hidden = false;
    draw();
    canvas.focus({ preventScroll: false });
  }

  function close() {
    place.hidden = true;
    document.querySelector("#live-data input:checked")?.focus();
  }

  function finish() {
    if (!total()) return;
    place.hidden = true;
    done(encoded(strokes));
  }

  return {
    open,
    draw: () => {
      if (!place.hidden) draw();
    },
  };
}
