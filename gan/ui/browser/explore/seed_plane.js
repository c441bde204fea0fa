// The seed plane of Explore: one cell between four seeds to drag through, by hand or by itself.

import { painterOf } from "../core/media.js";
import { samplingOf } from "../core/sampling.js";
import { placedView, viewQuery } from "../core/views.js";
import { make, put } from "../page/elements.js";
import { thumb } from "../page/fields.js";
import { buildNeighbours, buildVariations } from "./around.js";
import { buildDrift } from "./drift.js";

/** @import { View } from "../core/views.js" */
/** @import { Say } from "../core/words.js" */
/** @import { Page } from "./state.js" */

const MAP = 5; // pictures along each side of the cell
const STEP = 0.02, LEAP = 0.1; // of the arrow keys, alone and with shift
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
const MARGIN = 1 / 2 / MAP; // the seeds lie in the middle of the corner pictures
const INNER = 1 - 2 * MARGIN, REACH = MARGIN / INNER;

// A place across the box as a coordinate: what the picture there shows; only beyond the box lies the next cell.
function along(share) {
  const at = (share - MARGIN) / INNER;
  if (at < -REACH) return at + REACH;
  return at > 1 + REACH ? at - REACH : Math.min(Math.max(at, 0), 0.999);
}

/**
 * The plane with its drift, and below it the pictures around its place; a latent of the visitor's own has no place.
 * @param {HTMLElement} place
 * @param {Page} page
 */
export function buildSeedPlane(place, page) {
  const { say } = page, drift = buildDrift(page), cell = buildCell(page);
  dragByHand(page, cell, drift.stop);
  moveByKeys(page, cell, drift.stop);
  followCell(page, cell);
  const around = [buildNeighbours(page), buildVariations(page)];
  const hint = make("p", { class: "explore-hint" });
  place.append(
    make("div", {}, make("h2", {}, say("plane")), hint, cell.box, drift.box),
    ...around.map(({ box }) => box),
  );
  let walks = true;
  return {
    open(model) {
      for (const canvas of cell.map.children) thumb(null, null, canvas);
      for (const part of around) part.open(model);
      walks = samplingOf(model).walks;
    },
    set(view) {
      const own = Boolean(view.own);
      if (own) drift.stop();
      put(hint, say(own ? "plane_own" : "plane_info"));
      for (const { box } of [cell, drift]) box.hidden = own;
      for (const { box } of around) box.hidden = own || !walks;
      setCell(say, cell, view);
    },
    stop: drift.stop,
  };
}

// ---- the cell ---------------------------------------------------------------------------------------------------

/**
 * @typedef {object} Cell
 * @property {HTMLElement} box
 * @property {HTMLElement} map of the pictures
 * @property {HTMLElement[]} corners in which the four seeds stand
 * @property {HTMLElement} handle where the view is
 */

/**
 * @param {Page} page
 * @returns {Cell}
 */
function buildCell({ say }) {
  const map = make(
    "div",
    { class: "explore-map", "aria-hidden": "true" },
    ...Array.from({ length: MAP ** 2 }, () => thumb(null, null)),
  );
  const corners = ["nw", "ne", "sw", "se"].map((corner) =>
    make("span", { class: `explore-corner explore-${corner}`, "aria-hidden": "true" })
  );
  const handle = make("div", {
    class: "explore-handle",
    id: "explore-handle",
    role: "slider",
    tabindex: 0,
    "aria-label": say("plane"),
    "aria-valuemin": 0,
    "aria-valuemax": 1,
  });
  const attributes = { class: "explore-cell", id: "explore-cell", "data-testid": "explore-cell" };
  return { box: make("div", attributes, map, ...corners, handle), map, corners, handle };
}

/**
 * @param {Say} say
 * @param {Cell} cell
 * @param {View} view
 */
function setCell(say, { corners, handle }, view) {
  handle.style.translate = `${100 * (MARGIN + INNER * view.x)}cqw ${100 * (MARGIN + INNER * view.y)}cqh`;
  handle.setAttribute("aria-valuenow", view.x);
  handle.setAttribute("aria-valuetext", say("plane_at", { x: view.x, y: view.y, seed: view.seed }));
  corners.forEach((corner, i) => put(corner, String(placedView(view, i % 2, i > 1 ? 1 : 0).seed)));
}

/**
 * @param {Page} page
 * @param {Cell} cell
 * @param {() => void} stop stops the drift
 */
function dragByHand(page, { box, handle }, stop) {
  let drag = null;
  const toPointer = (event) => {
    const { left, top, width, height } = box.getBoundingClientRect();
    const x = along((event.clientX - left) / width), y = along((event.clientY - top) / height);
    page.slide((view) => placedView({ ...view, seed: drag.seed }, x, y));
  };
  box.addEventListener("pointerdown", (event) => {
    if (event.button > 0) return;
    event.preventDefault();
    stop();
    drag = { seed: page.view.seed, pointer: event.pointerId };
    box.setPointerCapture(event.pointerId);
    handle.focus({ preventScroll: true, focusVisible: false });
    toPointer(event);
  });
  box.addEventListener("pointermove", (event) => {
    if (drag?.pointer === event.pointerId) toPointer(event);
  });
  for (const name of ["pointerup", "pointercancel"]) {
    box.addEventListener(name, () => {
      if (drag) page.settle();
      drag = null;
    });
  }
}

/**
 * @param {Page} page
 * @param {Cell} cell
 * @param {() => void} stop stops the drift
 */
function moveByKeys(page, { handle }, stop) {
  handle.addEventListener("keydown", (event) => {
    const [dx, dy] = ARROWS[event.key] ?? [];
    if (dx === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    stop();
    const step = event.shiftKey ? LEAP : STEP;
    if (!event.repeat) page.settle();
    page.slide((view) => placedView(view, view.x + dx * step, view.y + dy * step));
  });
  handle.addEventListener("keyup", (event) => {
    if (event.key in ARROWS) page.settle();
  });
  handle.addEventListener("blur", () => page.settle());
}

// ---- its pictures -----------------------------------------------------------------------------------------------

// How many of its two coordinates are at an end: 2 for the four seeds.
const ends = (column, row) => Number(column % (MAP - 1) === 0) + Number(row % (MAP - 1) === 0);

// [canvas, column, row] of the pictures that a model's cell has, the four seeds first; clouds cost more: these alone.
function placesOf(map, model) {
  const places = [...map.children].map((canvas, i) => [canvas, i % MAP, Math.floor(i / MAP)]);
  return places.filter(([, column, row]) => !painterOf(model).cloud || ends(column, row) === 2)
    .sort(([, a, b], [, c, d]) => ends(c, d) - ends(a, b));
}

/**
 * @param {Page} page
 * @param {Cell} cell
 */
function followCell(page, { box, map }) {
  page.follow({
    box,
    hurried: true,
    key: () => viewQuery({ ...page.view, x: 0, y: 0, beside: "" }),
    async run(alive) {
      const home = { ...page.view, x: 0, y: 0 }, places = placesOf(map, page.model);
      for (let from = 0; from < places.length; from += MAP) {
        const some = places.slice(from, from + MAP);
        const views = some.map(([, column, row]) => placedView(home, column / (MAP - 1), row / (MAP - 1)));
        const pictures = await page.render(views, "map");
        if (!pictures || !alive()) return false;
        some.forEach(([canvas], i) => thumb(page.model, pictures[i], canvas));
      }
      return true;
    },
  });
}
