// What the room shows: what was given, what was made of it, and how near they are.

import { alike, likenessWord, squaredError } from "../core/likeness.js";
import { painterOf } from "../core/media.js";
import { compared, counted } from "../core/repairing.js";
import { percent } from "../core/words.js";
import { put } from "../page/elements.js";
import { drawPicture, showImage } from "../page/pictures.js";
import { ownMedium, worded } from "./media.js";
import { COVERED, drawingOf, framingOf, isBlank, isDrawn } from "./room.js";

/** @typedef {import("./room.js").Room} Room */

const GROUND = "#000", INK = "#fff"; // of the pad: what a forger of ink knows, in either theme
const HATCH = 10; // CSS pixels between the lines over what is unknown
const CALM = 120; // milliseconds for which a number stays while the picture moves

// ---- what was given ------------------------------------------------------------------------------------------------

/** Makes a canvas as fine as the screen shows it; returns what draws on it, in parts of its side. */
function sized(canvas) {
  const side = Math.max(1, Math.round((canvas.clientWidth || 448) * Math.min(devicePixelRatio, 2)));
  if (canvas.width !== side) Object.assign(canvas, { width: side, height: side });
  return { g: canvas.getContext("2d"), side };
}

/** Draws what was given, or what is left of it. @param {Room} room */
export function showGiven(room) {
  const { g, side } = sized(room.pad), { damage, source } = room;
  g.setTransform(1, 0, 0, 1, 0, 0);
  if (damage.kind !== "none" && room.damaged) showDamaged(room, g, side);
  else if (source === "picture") showPicture(room, g, side);
  else if (source === "sample" && room.sample) showPixels(room, g, side, room.sample);
  else if (source === "sound") showPixels(room, g, side, room.sound.sample);
  else showInk(room, g, side);
  if (room.cursor && isDrawn(room)) showCursor(room, g, side);
}

function showInk({ ink }, g, side) {
  g.fillStyle = GROUND;
  g.fillRect(0, 0, side, side);
  for (const stroke of ink.strokes) showStroke(g, side, stroke, stroke.erases ? GROUND : INK);
}

/** A line of a changing width is drawn as its pieces, each as broad as its two ends are on average. */
function showStroke(g, side, { dots }, colour) {
  g.strokeStyle = g.fillStyle = colour;
  g.lineCap = g.lineJoin = "round";
  const even = dots.every(([, , r]) => r === dots[0][2]);
  if (dots.length === 1) {
    g.beginPath();
    g.arc(dots[0][0] * side, dots[0][1] * side, dots[0][2] * side, 0, 2 * Math.PI);
    g.fill();
  } else if (even) {
    g.lineWidth = 2 * dots[0][2] * side;
    g.beginPath();
    for (const [x, y] of dots) g.lineTo(x * side, y * side);
    g.stroke();
  } else {
    for (let i = 1; i < dots.length; i++) {
      const [ax, ay, ar] = dots[i - 1], [bx, by, br] = dots[i];
      g.lineWidth = (ar + br) * side;
      g.beginPath();
      g.moveTo(ax * side, ay * side);
      g.lineTo(bx * side, by * side);
      g.stroke();
    }
  }
}

const spare = document.createElement("canvas");

function showPixels({ model, section }, g, side, image) {
  showImage(spare, painterOf(model).draw(model, image));
  g.imageSmoothingEnabled = section.classList.contains("smooth");
  g.drawImage(spare, 0, 0, side, side);
}

/** How a picture lies on the pad: pixels of the pad for each of its own, and where its corner is. */
export function layOf({ picture }, side) {
  const scale = side / Math.max(picture.width, picture.height);
  return { scale, x: (side - picture.width * scale) / 2, y: (side - picture.height * scale) / 2 };
}

function showPicture(room, g, side) {
  const { picture, crop, section } = room, { scale, x, y } = layOf(room, side);
  const at = { x: x + crop.x * scale, y: y + crop.y * scale, size: crop.size * scale };
  showImage(spare, new ImageData(picture.data, picture.width, picture.height));
  const colours = getComputedStyle(section);
  g.clearRect(0, 0, side, side);
  g.imageSmoothingEnabled = scale < 4;
  g.imageSmoothingQuality = "high";
  g.drawImage(spare, x, y, picture.width * scale, picture.height * scale);
  g.fillStyle = "#0008";
  g.beginPath();
  g.rect(x, y, picture.width * scale, picture.height * scale);
  g.rect(at.x, at.y, at.size, at.size);
  g.fill("evenodd");
  const line = Math.max(1, side / 224);
  g.lineWidth = line;
  g.strokeStyle = "#fff";
  g.strokeRect(at.x + line / 2, at.y + line / 2, at.size - line, at.size - line);
  g.strokeStyle = colours.getPropertyValue("--critic");
  g.strokeRect(at.x + 1.5 * line, at.y + 1.5 * line, at.size - 3 * line, at.size - 3 * line);
}

function showDamaged(room, g, side) {
  const { damage, cover, given } = room;
  if (!COVERED.includes(damage.kind)) {
    showPixels(room, g, side, room.damaged.picture);
    return;
  }
  showPixels(room, g, side, given);
  const veil = document.createElement("canvas");
  Object.assign(veil, { width: side, height: side });
  const v = veil.getContext("2d");
  for (const stroke of cover.strokes) {
    v.globalCompositeOperation = stroke.erases ? "destination-out" : "source-over";
    showStroke(v, side, stroke, "#8a8577");
  }
  v.globalCompositeOperation = "source-atop"; // lines only where it is covered
  v.strokeStyle = "#fff9";
  v.lineWidth = Math.max(1, side / 448);
  v.beginPath();
  for (let at = -side; at < side; at += HATCH * side / 448) {
    v.moveTo(at, 0);
    v.lineTo(at + side, side);
  }
  v.stroke();
  g.globalAlpha = damage.kind === "stains" ? 1 : 0.92;
  g.drawImage(veil, 0, 0);
  g.globalAlpha = 1;
}

function showCursor({ cursor, down, width }, g, side) {
  const [x, y] = cursor.map((v) => v * side), r = Math.max(width / 2 * side, 4);
  for (const [colour, line] of [["#000", 4], ["#fff", 2]]) {
    g.strokeStyle = colour;
    g.lineWidth = line;
    g.beginPath();
    g.arc(x, y, r, 0, 2 * Math.PI);
    for (const [dx, dy] of down ? [] : [[1, 0], [0, 1]]) {
      g.moveTo(x - dx * (r + 6), y - dy * (r + 6));
      g.lineTo(x + dx * (r + 6), y + dy * (r + 6));
    }
    g.stroke();
  }
}

/** Shows what was given at the size at which the forger sees it. @param {Room} room */
export function showSeen({ find, model, given, damaged }) {
  drawPicture(find("#yours-seen"), model, damaged ? damaged.picture : given);
}

// ---- what was made -------------------------------------------------------------------------------------------------

/** The picture of an answer, with what the wipe leaves of before. @param {Room} room @param {Float32Array} image */
function wiped({ model: { shape }, damaged, wipe }, image) {
  if (!damaged || !wipe) return image;
  const width = shape[2], edge = Math.round(wipe * width);
  return image.map((v, i) => (i % width < edge ? damaged.picture[i] : v));
}

/** Shows an answer's picture. @param {Room} room */
export function showAnswer(room) {
  const { canvas, model, answer } = room;
  drawPicture(canvas, model, wiped(room, answer.image));
  canvas.dataset.frame = String(Number(canvas.dataset.frame) + 1);
}

let shownAt = 0;

/**
 * Tells how near the answer is.
 * @param {Room} room
 * @param {boolean} rests whether it will stay so
 */
export function showNearness(room, rests) {
  const now = performance.now();
  if (!rests && now - shownAt < CALM) return;
  shownAt = now;
  const { find, say, section } = room;
  if (isBlank(room) || !room.answer) {
    put(find(".yours-near b"), say("near_nothing"));
    put(find(".yours-share"), "");
    put(find(".yours-of"), "");
    put(find(".yours-decibels"), "");
    section.dataset.alike = "";
    return;
  }
  const { share, error } = nearness(room), word = say(`near_${likenessWord(share)}`);
  const { far, tell } = ownMedium(room);
  const values = { word, share: percent(Math.floor(100 * share) / 100), decibels: far(room, error) };
  put(find(".yours-near b"), word);
  put(find(".yours-share"), say("share", values));
  put(find(".yours-of"), room.damaged?.certain ? say("near_known") : "");
  put(find(".yours-decibels"), worded(room, "decibels", values));
  section.dataset.alike = share.toFixed(3);
  if (!rests) return;
  put(find(".yours-told"), worded(room, "told", values));
  tell(room);
}

/**
 * How near what the forger made is to what is known; of a noisy picture, to what was given before the noise.
 * @param {Room} room
 */
function nearness({ given, damaged, answer }) {
  if (!damaged?.certain) {
    const error = squaredError(given, answer.made);
    return { share: alike(given, error), error };
  }
  const seen = compared(damaged.picture, damaged), known = counted(damaged);
  const error = squaredError(seen, compared(answer.made, damaged), known);
  return { share: alike(seen, error, known), error };
}

/** How far a fit is, 0 to 1; nothing is seen of it at 0 and 1. @param {Room} room */
export function showProgress({ find }, share) {
  const bar = find(".yours-progress");
  bar.classList.toggle("seen", share > 0 && share < 1);
  bar.firstElementChild.style.width = `${100 * share}%`;
}

// What the pad takes now -> the tools below it, and the name that screen readers give it.
const TOOLS = { camera: "camera", cover: "pad", pad: "pad", crop: "picture", sound: "sound" };
const LABELS = { cover: "cover_label", pad: "pad_label", crop: "crop_label" };

/** What the pad takes: nothing, where it is "damaged" or a "sample". @param {Room} room */
function taken({ source, damage }) {
  if (source === "camera") return "camera";
  if (COVERED.includes(damage.kind)) return "cover";
  if (damage.kind !== "none") return "damaged";
  return source === "picture" ? "crop" : source;
}

/** Lays out the tools of what the pad takes, and says what it is. @param {Room} room */
export function showTools(room) {
  const { section, find, source, damage } = room,
    what = taken(room),
    tools = ownMedium(room).heard ? "sound" : TOOLS[what] ?? "";
  for (const box of section.querySelectorAll(".yours-tools")) box.hidden = box.dataset.of !== tools;
  find("#yours-framed").closest("label").hidden = !framingOf(room);
  put(find(".yours-given > .yours-help"), worded(room, `${what}_help`));
  room.pad.setAttribute("aria-label", worded(room, LABELS[what] ?? "damaged_label"));
  Object.assign(section.dataset, { source, repair: damage.kind, tools });
  find("#yours-draw").setAttribute("aria-pressed", String(source === "pad"));
  find("#yours-camera").setAttribute("aria-pressed", String(source === "camera"));
  find("#yours-undo").setAttribute("aria-disabled", String(!canUndo(drawingOf(room))));
}

/** @param {import("./room.js").Drawing} drawing */
export const canUndo = ({ strokes, cleared }) => strokes.length + cleared.length > 0;
