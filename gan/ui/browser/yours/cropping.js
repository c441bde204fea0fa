// The frame that says which part of a picture is taken: dragged, by wheel, by two fingers, by keys and by a slider.

import { movedCrop, scaledCrop } from "../core/given_picture.js";
import { placeOf } from "./pad.js";
import { layOf, showGiven } from "./showing.js";

/** @typedef {import("./room.js").Room} Room */

const WAYS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
const SCALES = { "+": 1 / 1.1, "=": 1 / 1.1, "-": 1.1 };
const NEAREST = 16; // how many times smaller than the picture the frame may be
const STEP = 0.04, FINE = 0.01; // of the frame's side, for an arrow key without and with shift
const WHEEL = 0.0015; // of the logarithm of its size, for each pixel that a wheel turns

const isCropped = ({ source, damage }) => source === "picture" && damage.kind === "none";

/**
 * @param {Room} room
 * @param {() => void} changed is called after every change of the frame
 */
export function watchCrop(room, changed) {
  const { pad } = room, fingers = new Map();
  const act = (crop) => {
    room.crop = crop;
    showZoom(room);
    showGiven(room);
    changed();
  };
  const inPicture = ([x, y]) => {
    const { scale } = layOf(room, 1);
    return [x / scale, y / scale];
  };
  pad.addEventListener("pointerdown", (event) => {
    if (!isCropped(room) || event.button) return;
    pad.setPointerCapture(event.pointerId);
    fingers.set(event.pointerId, placeOf(pad, event));
  });
  pad.addEventListener("pointermove", (event) => {
    const before = fingers.get(event.pointerId);
    if (!before || !isCropped(room)) return;
    const now = placeOf(pad, event), others = [...fingers].filter(([id]) => id !== event.pointerId).map(([, at]) => at);
    fingers.set(event.pointerId, now);
    if (others.length) {
      const away = ([x, y]) => Math.max(Math.hypot(x - others[0][0], y - others[0][1]), 0.01);
      act(scaledCrop(room.crop, away(now) / away(before), room.picture));
    } else {
      const [dx, dy] = inPicture([now[0] - before[0], now[1] - before[1]]);
      act(movedCrop(room.crop, dx, dy, room.picture));
    }
  });
  for (const end of ["pointerup", "pointercancel"]) pad.addEventListener(end, (e) => fingers.delete(e.pointerId));
  pad.addEventListener("wheel", (event) => {
    if (!isCropped(room)) return;
    event.preventDefault();
    act(scaledCrop(room.crop, Math.exp(event.deltaY * WHEEL), room.picture));
  }, { passive: false });
  pad.addEventListener("keydown", (event) => {
    if (!isCropped(room) || event.ctrlKey || event.metaKey || event.altKey) return;
    const way = WAYS[event.key], scale = SCALES[event.key];
    if (!way && !scale) return;
    event.preventDefault();
    const step = (event.shiftKey ? FINE : STEP) * room.crop.size;
    act(
      way
        ? movedCrop(room.crop, way[0] * step, way[1] * step, room.picture)
        : scaledCrop(room.crop, scale, room.picture),
    );
  });
  room.find("#yours-zoom").addEventListener("input", ({ target }) => {
    if (!room.picture) return;
    const size = wholeSide(room) * NEAREST ** (-Number(target.value) / 100);
    act(scaledCrop(room.crop, size / room.crop.size, room.picture));
  });
}

const wholeSide = ({ picture }) => Math.min(picture.width, picture.height);

/** Sets the slider to the frame. @param {Room} room */
export function showZoom(room) {
  const share = Math.log(wholeSide(room) / room.crop.size) / Math.log(NEAREST);
  room.find("#yours-zoom").value = String(Math.round(100 * share));
}
