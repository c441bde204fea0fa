// What the controls of Explore are made of: a slider with its number, small pictures, folded groups, what is kept
// between visits.

import { sideOf } from "../core/media.js";
import { drawPicture } from "./pictures.js";
import { make } from "./elements.js";

const KNOWN = 10; // CSS pixels after which a finger on a slider is known to slide it or to scroll the page
const AFTER = 300; // milliseconds in which a browser may still tell of a finger that has gone
const CRISP = 16; // pixels: smaller pictures show their squares, larger ones are drawn smoothly when small

export function slider({ id, label, title = "", low, high, step, rest, own = null }, told) {
  // label: its word, or `own`: the field in which one names it; told: {slide(text), settle()}
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
  const name = (word) => {
    range.setAttribute("aria-label", word);
    number.setAttribute("aria-label", word);
  };
  name(label);
  let held = false, touch = null; // a key is down; a finger: where it began, and what its way turned out to be
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
  const set = (value) => {
    if (Number(range.value) !== value) range.value = value;
    if (number.value === "" || Number(number.value) !== value) number.value = value;
  };
  return { box: make("div", { class: "explore-slider" }, head, number, range), set, name, range, number };
}

export function thumb(model, images, canvas = make("canvas")) {
  // a small picture; without images an empty one, so that nothing moves when it comes
  canvas.className = model && sideOf(model) <= CRISP ? "explore-thumb crisp" : "explore-thumb";
  canvas.setAttribute("aria-hidden", "true");
  if (images) drawPicture(canvas, model, images);
  else Object.assign(canvas, { width: 1, height: 1 });
  return canvas;
}

export function tile(label, go, attributes = {}) {
  // a small picture that is a button
  return make("button", {
    type: "button",
    class: "explore-tile",
    "aria-label": label,
    title: label,
    onclick: go,
    ...attributes,
  }, thumb(null, null));
}

// A button that can do nothing now keeps the focus that it has.
export const able = (button, can) => button.setAttribute("aria-disabled", String(!can));

export function group(name, title, help, open, ...children) {
  const hint = help ? [make("p", { class: "explore-hint" }, help)] : [];
  return make(
    "details",
    { class: "explore-group", "data-group": name, open },
    make("summary", {}, title),
    ...hint,
    ...children,
  );
}

export function options(select, pairs, chosen) {
  select.replaceChildren(...pairs.map(([value, word]) => make("option", { value, selected: value === chosen }, word)));
  select.value = chosen;
}
