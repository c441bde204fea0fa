// The key frames as a row of tiles: each a picture and a name, one of them chosen.

import { classWord } from "../core/classes.js";
import { isPlainKey, keyTitle, MAX_KEYS, MIN_KEYS } from "../core/film.js";
import { make, put } from "../page/elements.js";
import { paintFrame } from "./frames.js";

/**
 * The row at work; `film` is null until there is one.
 * @typedef {object} KeyRow
 * @property {(selector: string) => any} find an element of the box of keys
 * @property {HTMLElement} list where the tiles stand
 * @property {HTMLSelectElement} kind the class of the chosen key
 * @property {import("../core/words.js").Say} say
 * @property {{ keys: (list: object[], chosen: number) => boolean, choose: (index: number) => void,
 *   explore: (index: number) => void }} told
 * @property {any} film
 * @property {number} chosen
 * @property {string[]} classes the names of the model's
 * @property {{ forget: () => void } | null} drag see dragging.js
 */

const canvasesOf = ({ list }) => [...list.querySelectorAll("canvas")];

// ---- words ------------------------------------------------------------------------------------------------------

const classNameOf = ({ film, classes, say }, i) => say.named(classes[film.keys[i].c] ?? "");

/** "Key 2 of 5, seed 9". @param {KeyRow} row */
function placeName({ film, say }, i) {
  const key = film.keys[i], word = (key.own ? "key_own" : "key") + (isPlainKey(key) ? "_n" : "_edited");
  return say(word, { n: i + 1, count: film.keys.length, seed: film.keys[i].seed });
}

/** @param {KeyRow} row */
function tileLabel(row, i) {
  return placeName(row, i) +
    (row.classes.length && !row.film.keys[i].own ? row.say("key_class", { name: classNameOf(row, i) }) : "");
}

// ---- tiles ------------------------------------------------------------------------------------------------------

/** @param {KeyRow} row */
function makeTile(row, i) {
  const key = row.film.keys[i], label = tileLabel(row, i);
  const name = keyTitle(key, row.classes, row.say).text + (isPlainKey(key) ? "" : "\u200a✎");
  const said = { "aria-label": label, "aria-describedby": "film-keys-hint", title: label };
  return make(
    "li",
    { "data-index": i },
    make(
      "button",
      { type: "button", class: "film-key", ...said },
      make("canvas", { class: "crisp", width: 1, height: 1, "aria-hidden": "true" }),
      make("span", {}, name),
    ),
  );
}

/** The tiles anew; the pictures of the old ones stand in until the new ones are drawn. @param {KeyRow} row */
function layTiles(row) {
  row.drag.forget();
  const old = canvasesOf(row);
  row.list.replaceChildren(...row.film.keys.map((_, i) => makeTile(row, i)));
  canvasesOf(row).forEach((canvas, i) => {
    if (old[i]) copyPicture(old[i], canvas);
  });
}

function copyPicture(from, to) {
  Object.assign(to, { width: from.width, height: from.height });
  to.getContext("2d").drawImage(from, 0, 0);
}

/** @param {KeyRow} row */
function offerClasses(row, names) {
  if (JSON.stringify(names) === JSON.stringify(row.classes)) return;
  row.classes = names;
  row.kind.replaceChildren(...names.map((name, c) => make("option", { value: c }, classWord(name, row.say))));
  row.kind.parentElement.hidden = !names.length;
}

/**
 * Shows a film's keys; the tiles are laid anew only where keys changed, so that pictures do not flicker.
 * @param {KeyRow} row
 * @param {any} film
 * @param {number} chosen
 * @param {string[]} classes the names of its model's
 */
export function showKeys(row, film, chosen, classes) {
  const before = row.film;
  const same = before && JSON.stringify(before.keys) === JSON.stringify(film.keys) && before.model === film.model;
  const focused = row.list.contains(document.activeElement);
  row.film = film;
  offerClasses(row, classes);
  row.chosen = Math.min(chosen, film.keys.length - 1);
  if (!same) layTiles(row);
  markChosen(row, focused && !same);
  if (!same) scrollToChosen(row);
}

/** The pictures of the keys: a reel of one frame each. @param {KeyRow} row */
export const paintKeys = (row, reel) => canvasesOf(row).forEach((canvas, i) => paintFrame(canvas, reel, i));

// ---- the chosen one ---------------------------------------------------------------------------------------------

/** Says which key is chosen and what can be done with it. @param {KeyRow} row */
export function markChosen(row, focus = false) {
  const { list, film, chosen, kind, find } = row;
  list.querySelectorAll("button").forEach((button, i) => {
    if (i === chosen) button.setAttribute("aria-current", "true");
    else button.removeAttribute("aria-current");
  });
  if (focus) list.children[chosen].firstChild.focus();
  const { c, own } = film.keys[chosen];
  kind.value = own ? "" : String(c);
  kind.disabled = Boolean(own);
  find("#film-class-why").hidden = !own || !row.classes.length;
  put(find(".film-chosen"), placeName(row, chosen));
  const many = film.keys.length, few = many <= MIN_KEYS, full = many >= MAX_KEYS;
  const off = { earlier: chosen === 0, later: chosen === many - 1, remove: few, add: full, dice: full };
  // not `disabled`, which would take the focus away from who presses a button again and again
  for (const [name, cannot] of Object.entries(off)) {
    find(`#film-${name}`).setAttribute("aria-disabled", String(cannot));
  }
}

/** A row that scrolls shows the chosen key. @param {KeyRow} row */
export function scrollToChosen({ list, chosen }) {
  const row = list.getBoundingClientRect(), box = list.children[chosen].getBoundingClientRect();
  if (box.left < row.left) list.scrollLeft -= row.left - box.left;
  else if (box.right > row.right) list.scrollLeft += box.right - row.right;
}
