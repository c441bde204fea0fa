// The key frames of a film as a row of pictures: choose, add, remove, put in another order by hand or by keys.

import { sentence } from "../core/trouble.js";
import { classLabel } from "../core/classes.js";
import { freshKey, isPlainKey, MAX_KEYS, MIN_KEYS, randomKey, readSeeds } from "../core/film.js";
import { frameImage } from "./frames.js";
import { make, put } from "../page/elements.js";
import { note } from "../page/notes.js";

const SLACK = 6; // pixels that a hand may tremble before it drags
const EDGE = 16; // pixels at the ends of a row that scroll it under a drag, and how far

export function buildKeys(box, say, told) {
  // told: {keys(list, chosen), choose(index), explore(index)}
  const find = (selector) => box.querySelector(selector);
  const list = find(".film-list");
  const kind = find("#film-class");
  let film = null, chosen = 0, held = null, classes = [];

  // ---- the row ----------------------------------------------------------------------------------------------------------

  const plain = (i) => isPlainKey(film.keys[i]);
  const classOf = (i) => classes[film.keys[i].c] ?? "";
  const place = (i) =>
    say(plain(i) ? "key_n" : "key_edited", { n: i + 1, count: film.keys.length, seed: film.keys[i].seed });
  const label = (i) => place(i) + (classes.length ? say("key_class", { name: classOf(i) }) : "");

  function tile(i) {
    const own = classes.length ? `${classLabel(classOf(i))} · ` : "";
    const name = `${own}${film.keys[i].seed}${plain(i) ? "" : "\u200a✎"}`;
    return make(
      "li",
      { "data-index": i },
      make(
        "button",
        {
          type: "button",
          class: "film-key",
          "aria-label": label(i),
          "aria-describedby": "film-keys-hint",
          title: label(i),
        },
        make("canvas", { class: "crisp", width: 1, height: 1, "aria-hidden": "true" }),
        make("span", {}, name),
      ),
    );
  }

  function set(next, at = chosen, names = []) {
    // the tiles are laid anew only where keys changed, so that pictures do not flicker
    const same = film && JSON.stringify(film.keys) === JSON.stringify(next.keys) && film.model === next.model;
    const focused = list.contains(document.activeElement);
    film = next;
    if (JSON.stringify(names) !== JSON.stringify(classes)) {
      classes = names;
      kind.replaceChildren(...classes.map((name, c) => make("option", { value: c }, name)));
      kind.parentElement.hidden = !classes.length;
    }
    chosen = Math.min(at, film.keys.length - 1);
    if (!same) {
      held = null; // what was being dragged is no more
      const old = [...list.querySelectorAll("canvas")];
      list.replaceChildren(...film.keys.map((_, i) => tile(i)));
      list.querySelectorAll("canvas").forEach((canvas, i) => {
        if (old[i]) copy(old[i], canvas);
      });
    }
    mark(focused && !same);
    if (!same) sight();
  }

  function copy(from, to) {
    Object.assign(to, { width: from.width, height: from.height });
    to.getContext("2d").drawImage(from, 0, 0);
  }

  function mark(focus = false) {
    list.querySelectorAll("button").forEach((button, i) => {
      if (i === chosen) button.setAttribute("aria-current", "true");
      else button.removeAttribute("aria-current");
    });
    if (focus) list.children[chosen].firstChild.focus();
    const many = film.keys.length;
    kind.value = String(film.keys[chosen].c);
    put(find(".film-chosen"), place(chosen));
    const few = many <= MIN_KEYS, full = many >= MAX_KEYS;
    const off = { earlier: chosen === 0, later: chosen === many - 1, remove: few, add: full, dice: full };
    // not `disabled`, which would take the focus away from who presses a button again and again
    for (const [name, cannot] of Object.entries(off)) {
      find(`#film-${name}`).setAttribute("aria-disabled", String(cannot));
    }
  }

  function sight() {
    // a row that scrolls shows the chosen key
    const row = list.getBoundingClientRect(), box = list.children[chosen].getBoundingClientRect();
    if (box.left < row.left) list.scrollLeft -= row.left - box.left;
    else if (box.right > row.right) list.scrollLeft += box.right - row.right;
  }

  function paint(reel) {
    // the pictures of the keys: a reel of one frame each
    [...list.querySelectorAll("canvas")].forEach((canvas, i) => {
      if (!reel.has(i)) return;
      Object.assign(canvas, { width: reel.width, height: reel.height });
      canvas.getContext("2d").putImageData(frameImage(reel, i), 0, 0);
    });
  }

  // ---- what one does ----------------------------------------------------------------------------------------------------

  function move(from, to) {
    if (to < 0 || to >= film.keys.length || to === from) return;
    const keys = [...film.keys];
    keys.splice(to, 0, ...keys.splice(from, 1));
    told.keys(keys, to);
  }

  const add = (keys) => told.keys([...film.keys, ...keys], film.keys.length + keys.length - 1);
  const remove = () => told.keys(film.keys.filter((_, i) => i !== chosen), Math.max(chosen - 1, 0)); // of the last two: a sentence
  const choose = (i, focus) => {
    chosen = i;
    mark(focus);
    sight();
    told.choose(i);
  };

  const alike = (key) => ({ ...key, c: film.keys[chosen].c }); // a new key has the class of the chosen one

  function addSeeds(event) {
    event?.preventDefault();
    const field = find("#film-seed");
    try {
      if (add(readSeeds(field.value).map(freshKey).map(alike))) field.value = "";
      field.removeAttribute("aria-invalid");
    } catch (error) {
      field.setAttribute("aria-invalid", "true");
      note(sentence(error, say), true);
    }
  }

  const presses = {
    "film-earlier": () => move(chosen, chosen - 1),
    "film-later": () => move(chosen, chosen + 1),
    "film-remove": remove,
    "film-another": () => told.keys(film.keys.map((key, i) => (i === chosen ? alike(randomKey()) : key)), chosen),
    "film-explore": () => told.explore(chosen),
    "film-add": addSeeds,
    "film-dice": () => add([alike(randomKey())]),
  };
  for (const [id, press] of Object.entries(presses)) find(`#${id}`).addEventListener("click", press);
  kind.addEventListener(
    "change",
    () => told.keys(film.keys.map((key, i) => (i === chosen ? { ...key, c: Number(kind.value) } : key)), chosen),
  );
  find("#film-seed").addEventListener("input", (event) => event.target.removeAttribute("aria-invalid"));
  find("#film-seed").addEventListener("keydown", (event) => {
    if (event.key === "Enter") addSeeds(event);
  });

  list.addEventListener("keydown", (event) => {
    const step = { ArrowLeft: -1, ArrowUp: -1, ArrowRight: 1, ArrowDown: 1 }[event.key];
    const i = Number(event.target.closest("li")?.dataset.index);
    if (step && event.shiftKey) {
      chosen = i;
      move(i, i + step);
    } else if (step && film.keys[i + step]) choose(i + step, true);
    else if (event.key === "Delete") {
      chosen = i;
      remove();
    } else return;
    event.preventDefault();
  });

  // ---- dragging -----------------------------------------------------------------------------------------------------------

  const begun = (tile, { clientX, clientY, pointerId }) => ({
    tile,
    from: Number(tile.dataset.index),
    x: clientX,
    y: clientY,
    pointer: pointerId,
    moving: false,
  });

  list.addEventListener("pointerdown", (event) => {
    const tile = event.target.closest("li");
    if (tile && event.button === 0) held = begun(tile, event);
  });

  window.addEventListener("pointermove", (event) => { // of the window: a fast hand leaves the row at once
    if (!held || event.pointerId !== held.pointer) return;
    if (!event.buttons) {
      drop(event);
      return;
    } // released where nobody saw it
    const { tile } = held;
    if (!held.moving) {
      if (Math.hypot(event.clientX - held.x, event.clientY - held.y) < SLACK) return;
      const box = tile.getBoundingClientRect();
      Object.assign(held, {
        moving: true,
        dx: held.x - box.left,
        dy: held.y - box.top,
        row: getComputedStyle(list).flexWrap === "nowrap",
      });
      list.setPointerCapture(event.pointerId);
      tile.classList.add("film-dragged");
    }
    tile.style.translate = "none";
    const edges = list.getBoundingClientRect();
    if (held.row && event.clientX < edges.left + EDGE) list.scrollLeft -= EDGE;
    if (held.row && event.clientX > edges.right - EDGE) list.scrollLeft += EDGE;
    const place = nearest(event.clientX, event.clientY);
    if (place !== tile) {
      const after = [...list.children].indexOf(place) > [...list.children].indexOf(tile);
      list.insertBefore(tile, after ? place.nextSibling : place);
    }
    const box = tile.getBoundingClientRect();
    tile.style.translate = `${event.clientX - held.dx - box.left}px ${
      held.row ? 0 : event.clientY - held.dy - box.top
    }px`;
  });

  function nearest(x, y) {
    const away = (tile) => {
      const box = tile.getBoundingClientRect();
      return Math.hypot(x - box.left - box.width / 2, y - box.top - box.height / 2);
    };
    return [...list.children].reduce((a, b) => (away(b) < away(a) ? b : a));
  }

  function drop(event) {
    if (!held) return;
    const { tile, from, moving } = held;
    held = null;
    if (!moving) {
      if (event.type === "pointerup") choose(from);
      return;
    }
    const to = [...list.children].indexOf(tile);
    tile.classList.remove("film-dragged");
    tile.style.translate = "";
    const tiles = [...list.children].sort((a, b) => a.dataset.index - b.dataset.index);
    list.replaceChildren(...tiles); // the film says what stands where
    if (event.type === "pointerup") move(from, to);
  }
  for (const name of ["pointerup", "pointercancel"]) {
    window.addEventListener(name, (event) => {
      if (event.pointerId === held?.pointer) drop(event);
    });
  }
  list.addEventListener("lostpointercapture", (event) => {
    if (event.target === list) drop(event);
  }); // not a tile's, which a finger has first
  list.addEventListener("click", (event) => {
    if (event.detail === 0) choose(Number(event.target.closest("li")?.dataset.index ?? chosen));
  }); // Enter

  return {
    set,
    paint,
    mark: (i) => {
      if (i !== chosen) {
        chosen = i;
        mark();
      }
    },
  };
}
