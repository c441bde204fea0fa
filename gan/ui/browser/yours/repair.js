// The controls of a repair: what is damaged, how much of it, and where.

import { make, put } from "../page/elements.js";
import { explain } from "../page/hints.js";
import { changed } from "./following.js";
import { COVERED, kindsOf, LEVELLED, newDrawing, redraw, stainStrokes } from "./room.js";
import { showAnswer, showGiven, showTools } from "./showing.js";
import { showTiles } from "./tiles.js";

/** @typedef {import("./room.js").Room} Room */
/** @typedef {import("./room.js").Kind} Kind */

/** A hole to begin with. */
const HOLE = () => ({ dots: [[0.36, 0.6, 0.15], [0.62, 0.6, 0.15]], erases: false });

/** A choice among a few words. */
export function segments(box, name, pairs, chosen, choose) {
  const labels = pairs.map(([value, word, sentence]) => {
    const id = `yours-${name}-${value}`;
    const input = make("input", {
      type: "radio",
      name: `yours-${name}`,
      id,
      value,
      checked: value === chosen,
      onchange: () => choose(value),
    });
    if (sentence) explain(input, sentence);
    return make("label", { for: id }, input, make("span", {}, word));
  });
  box.replaceChildren(...labels);
}

/** Offers the damages that the model's pictures can have. @param {Room} room */
export function showKinds(room) {
  const { find, say, damage } = room;
  const pairs = kindsOf(room).map((kind) => [kind, say(`kind_${kind}`), kind === "none" ? "" : say(`kind_${kind}_is`)]);
  segments(find(".yours-kinds"), "kind", pairs, damage.kind, (kind) => damageBy(room, kind));
  showDamage(room);
}

/** What belongs to the kind of damage. @param {Room} room */
function showDamage({ find, say, damage: { kind } }) {
  find(".yours-damage").hidden = kind === "none";
  put(find(".yours-kind-is"), kind === "none" ? "" : say(`kind_${kind}_is`));
  find(".yours-level").hidden = !LEVELLED.includes(kind);
  find("#yours-again").hidden = !(LEVELLED.includes(kind) || kind === "stains");
  find("#yours-already").closest("label").hidden = COVERED.includes(kind) || kind === "grey";
}

/** Damages what was given in another way. @param {Room} room @param {Kind} kind */
function damageBy(room, kind) {
  room.still();
  Object.assign(room, { wipe: 0, answers: [], chosen: 0, erases: false });
  room.find("#yours-wipe").value = "0";
  room.damage.kind = kind;
  if (COVERED.includes(kind)) cover(room);
  room.width = COVERED.includes(kind) ? 0.16 : 0.09;
  showPens(room);
  showDamage(room);
  showTiles(room);
  showTools(room);
  changed(room);
  showGiven(room);
}

/** A first hole, or stains. @param {Room} room */
function cover(room) {
  const { damage } = room;
  room.cover = { ...newDrawing(), strokes: damage.kind === "stains" ? stainStrokes(damage.seed) : [HOLE()] };
  redraw(room.cover);
}

/** The pen or the eraser, and how broad it is. @param {Room} room */
export function showPens(room) {
  const { find, say, erases, width } = room;
  const pairs = ["pen", "eraser"].map((name) => [name, say(name), say(`${name}_is`)]);
  segments(find(".yours-pens"), "pen", pairs, erases ? "eraser" : "pen", (name) => {
    room.erases = name === "eraser";
  });
  find("#yours-width").value = String(Math.round(100 * width));
}

/** @param {Room} room */
export function watchRepair(room) {
  const { find, damage } = room;
  find("#yours-level").addEventListener("input", ({ target }) => {
    damage.level = Number(target.value);
    anew(room);
  });
  find("#yours-again").addEventListener("click", () => {
    damage.seed += 1;
    if (damage.kind === "stains") cover(room);
    anew(room);
  });
  find("#yours-already").addEventListener("change", ({ target }) => {
    damage.already = target.checked;
    anew(room);
  });
  find("#yours-wipe").addEventListener("input", ({ target }) => {
    room.wipe = Number(target.value) / 100;
    if (room.answer) showAnswer(room);
  });
}

function anew(room) {
  Object.assign(room, { answers: [], chosen: 0 });
  showTiles(room);
  changed(room);
  showGiven(room);
}
