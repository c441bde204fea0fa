// What one does with the key frames: choose, add, remove, put in another order by hand or by keys.

import { seedsClass } from "../core/classes.js";
import { sentence } from "../core/trouble.js";
import { freshKey, randomKey, readSeeds } from "../core/film.js";
import { note } from "../page/notes.js";
import { dragTiles } from "./dragging.js";
import { markChosen, paintKeys, scrollToChosen, showKeys } from "./key_row.js";

/** @typedef {import("./key_row.js").KeyRow} KeyRow */

const STEPS = { ArrowLeft: -1, ArrowUp: -1, ArrowRight: 1, ArrowDown: 1 }; // from tile to tile

/**
 * Puts the box of key frames to work.
 * @param {HTMLElement} box
 * @param {import("../core/words.js").Say} say
 * @param {KeyRow["told"]} told
 */
export function buildKeys(box, say, told) {
  const find = (selector) => box.querySelector(selector);
  /** @type {KeyRow} */
  const row = {
    find,
    list: find(".film-list"),
    kind: find("#film-class"),
    say,
    told,
    film: null,
    chosen: 0,
    classes: [],
    drag: null,
  };
  listenToButtons(row);
  listenToTiles(row);
  row.drag = dragTiles(row.list, { press: (i) => choose(row, i), move: (from, to) => move(row, from, to) });
  return {
    set: (film, chosen = row.chosen, classes = []) => showKeys(row, film, chosen, classes),
    paint: (reel) => paintKeys(row, reel),
    mark(i) {
      if (i === row.chosen) return;
      row.chosen = i;
      markChosen(row);
    },
  };
}

// ---- what one does ----------------------------------------------------------------------------------------------

/** @param {KeyRow} row */
function choose(row, i, focus = false) {
  row.chosen = i;
  markChosen(row, focus);
  scrollToChosen(row);
  row.told.choose(i);
}

/** @param {KeyRow} row */
function move({ film, told }, from, to) {
  if (to < 0 || to >= film.keys.length || to === from) return;
  const keys = [...film.keys];
  keys.splice(to, 0, ...keys.splice(from, 1));
  told.keys(keys, to);
}

/** @param {KeyRow} row */
const add = ({ film, told }, keys) => told.keys([...film.keys, ...keys], film.keys.length + keys.length - 1);

/** Without the chosen key; of the last two none goes, and a sentence says so. @param {KeyRow} row */
function remove({ film, told, chosen }) {
  told.keys(film.keys.filter((_, i) => i !== chosen), Math.max(chosen - 1, 0));
}

/** Another key in the place of the chosen one. @param {KeyRow} row */
function replace({ film, told, chosen }, key) {
  told.keys(film.keys.map((own, i) => (i === chosen ? key : own)), chosen);
}

/** A new key has the class of the chosen one; beside the visitor's own, that of its number. @param {KeyRow} row */
function alike({ film, chosen, classes }, key) {
  const { c, own } = film.keys[chosen];
  return { ...key, c: own ? seedsClass({ classes }, key) : c };
}

/** Keys of the seeds in the field. @param {KeyRow} row */
function addSeeds(row, event) {
  event.preventDefault();
  const field = row.find("#film-seed");
  try {
    if (add(row, readSeeds(field.value).map((seed) => alike(row, freshKey(seed))))) field.value = "";
    field.removeAttribute("aria-invalid");
  } catch (error) {
    field.setAttribute("aria-invalid", "true");
    note(sentence(error, row.say), true);
  }
}

// ---- where one does it ------------------------------------------------------------------------------------------

/** @param {KeyRow} row */
function listenToButtons(row) {
  const { find, kind } = row;
  const presses = {
    "film-earlier": () => move(row, row.chosen, row.chosen - 1),
    "film-later": () => move(row, row.chosen, row.chosen + 1),
    "film-remove": () => remove(row),
    "film-another": () => replace(row, alike(row, randomKey())),
    "film-explore": () => row.told.explore(row.chosen),
    "film-add": (event) => addSeeds(row, event),
    "film-dice": () => add(row, [alike(row, randomKey())]),
  };
  for (const [id, press] of Object.entries(presses)) find(`#${id}`).addEventListener("click", press);
  kind.addEventListener("change", () => replace(row, { ...row.film.keys[row.chosen], c: Number(kind.value) }));
  const field = find("#film-seed");
  field.addEventListener("input", () => field.removeAttribute("aria-invalid"));
  field.addEventListener("keydown", (event) => {
    if (event.key === "Enter") addSeeds(row, event);
  });
}

/** @param {KeyRow} row */
function listenToTiles(row) {
  const { list } = row;
  list.addEventListener("keydown", (event) => {
    const step = STEPS[event.key], i = Number(event.target.closest("li")?.dataset.index);
    if (step && event.shiftKey) {
      row.chosen = i;
      move(row, i, i + step);
    } else if (step && row.film.keys[i + step]) choose(row, i + step, true);
    else if (event.key === "Delete") {
      row.chosen = i;
      remove(row);
    } else return;
    event.preventDefault();
  });
  list.addEventListener("click", (event) => {
    // Enter; a hand's press is heard of where it drags
    if (event.detail === 0) choose(row, Number(event.target.closest("li")?.dataset.index ?? row.chosen));
  });
}
