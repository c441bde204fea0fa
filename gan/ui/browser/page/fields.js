// What the controls of Explore are made of: a slider with its number, small pictures, folded groups, what is kept
// between visits.

import { sideOf } from "../core/media.js";
import { drawPicture } from "./pictures.js";
import { make } from "./elements.js";

/** @import { Model } from "../core/model.js" */
/** @import { Say } from "../core/words.js" */

const KNOWN = 10; // CSS pixels after which a finger on a slider is known to slide it or to scroll the page
const AFTER = 300; // milliseconds in which a browser may still tell of a finger that has gone
const CRISP = 16; // pixels: smaller pictures show their squares, larger ones are drawn smoothly when small

/**
 * A slider and its number beside it.
 * @param {object} made
 * @param {string} made.id
 * @param {string} made.label its word
 * @param {string} [made.title]
 * @param {number} made.low
 * @param {number} made.high
 * @param {number} made.step
 * @param {number} made.rest where it stands at first, and after a double click
 * @param {HTMLElement | null} [made.own] the field in which one names it, in place of its word
 * @param {{ slide: (text: string) => void, settle: () => void }} told
 */
export function slider({ id, label, title = "", low, high, step, rest, own = null }, told) {
  const head = own ?? make("label", { for: id, title }, label);
  const range = make("input", { type: "range", id, min: low, max: high, step, value: rest });
  const number = make("input", {
    type: "number",
    id: `${id}-number`,
    class: "explore-number",
    min: low,
    max: high,
    step,
    value: rest,
  });
  const name = (/** @type {string} */ word) => {
    range.setAttribute("aria-label", word);
    number.setAttribute("aria-label", word);
  };
  name(label);
  let held = false; // a key is down
  /**
   * A finger: where it began, and what its way turned out to be.
   * @type {{ x: number, y: number, at: string, told: string, way: "" | "scroll" | "slide" } | null}
   */
  let touch = null;
  const slide = () => {
    number.value = range.value;
    told.slide(range.value);
  };
  const settle = () => {
    if (!held) told.settle();
  };
  const letGo = () => {
    if (held) {
      held = false;
      told.settle();
    }
  }; // a key that repeats is one step
  const back = () => {
    if (!touch) return;
    range.value = touch.at;
    number.value = touch.told;
  };
  for (const input of [range, number]) {
    input.addEventListener("keydown", () => {
      held = true;
    });
    for (const end of ["keyup", "blur"]) input.addEventListener(end, letGo);
  }
  range.addEventListener("pointerdown", ({ pointerType, clientX: x, clientY: y }) => {
    touch = pointerType === "touch" ? { x, y, at: range.value, told: number.value, way: "" } : null;
  });
  range.addEventListener("pointermove", (event) => {
    if (!touch || touch.way) return;
    const across = Math.abs(event.clientX - touch.x), along = Math.abs(event.clientY - touch.y);
    if (Math.hypot(across, along) < KNOWN) return;
    touch.way = along > across ? "scroll" : "slide";
    if (touch.way === "scroll") back();
    else if (range.value !== touch.at) slide();
  });
  for (const end of ["pointerup", "pointercancel"]) {
    range.addEventListener(end, () => {
      if (!touch) return;
      const { way, at } = touch, mine = touch;
      if (way === "scroll" || (!way && end === "pointercancel")) {
        touch.way = "scroll";
        back();
        setTimeout(() => {
          if (touch === mine) touch = null;
        }, AFTER);
      } else {
        touch = null;
        if (!way && range.value !== at) slide(); // a tap
      }
    });
  }
  const scrolled = () => {
    if (touch?.way === "scroll") back();
    return touch && touch.way !== "slide";
  };
  range.addEventListener("input", () => {
    if (!scrolled()) slide();
  });
  range.addEventListener("change", () => {
    if (!scrolled()) settle();
  });
  range.addEventListener("dblclick", () => {
    told.slide(String(rest));
    told.settle();
  });
  number.addEventListener("input", () => {
    const { badInput, rangeOverflow, rangeUnderflow } = number.validity; // half-typed numbers wait
    if (number.value !== "" && !badInput && !rangeOverflow && !rangeUnderflow) {
      range.value = number.value;
      told.slide(number.value);
    }
  });
  number.addEventListener("change", () => {
    told.slide(number.value);
    settle();
  });
  const set = (/** @type {number} */ value) => {
    if (Number(range.value) !== value) range.value = String(value);
    if (number.value === "" || Number(number.value) !== value) number.value = String(value);
  };
  return { box: make("div", { class: "explore-slider" }, head, number, range), set, name, range, number };
}

/**
 * A small picture; without images an empty one, so that nothing moves when it comes.
 * @param {Model | null} model
 * @param {Float32Array | null} images
 */
export function thumb(model, images, canvas = make("canvas")) {
  canvas.className = model && sideOf(model) <= CRISP ? "explore-thumb crisp" : "explore-thumb";
  canvas.setAttribute("aria-hidden", "true");
  if (model && images) drawPicture(canvas, model, images);
  else Object.assign(canvas, { width: 1, height: 1 });
  return canvas;
}

/**
 * A small picture that is a button.
 * @param {string} label
 * @param {(event: Event) => void} go
 * @param {Record<string, any>} attributes
 */
export function tile(label, go, attributes = {}) {
  return make("button", {
    type: "button",
    class: "explore-tile",
    "aria-label": label,
    title: label,
    onclick: go,
    ...attributes,
  }, thumb(null, null));
}

/**
 * A button that can do nothing now keeps the focus that it has.
 * @param {Element} button
 * @param {unknown} can
 */
export const able = (button, can) => button.setAttribute("aria-disabled", String(!can));

/**
 * A folded part of the page, with the word of its name and its sentence, see `fillFrame`.
 * @param {Say} say
 * @param {string} name
 * @param {boolean} open
 * @param {...(Node | string)} children
 */
export function group(say, name, open, ...children) {
  const info = `${name}_info`;
  return make(
    "details",
    { class: "explore-group", "data-group": name, open },
    make("summary", { "data-word": name }, say(name)),
    make("p", { class: "explore-hint", "data-word": info }, say(info)),
    ...children,
  );
}

/**
 * What a list offers.
 * @param {HTMLSelectElement} select
 * @param {(readonly [value: string, word: string])[]} pairs
 * @param {string} chosen
 */
export function options(select, pairs, chosen) {
  select.replaceChildren(...pairs.map(([value, word]) => make("option", { value, selected: value === chosen }, word)));
  select.value = chosen;
}
