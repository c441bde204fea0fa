// Pictures around a place in Explore: eight neighbours to walk to, and a grid of variations near and far.

import { placedView, STEPS, viewQuery } from "../core/views.js";
import { make } from "../page/elements.js";
import { group, slider, thumb, tile } from "../page/fields.js";

/** @import { Page } from "./state.js" */

const NEIGHBOURS = 8;
const SIDE = 5; // pictures along each side of the grid

const several = (count, make) => Array.from({ length: count }, (_, i) => make(i));

// Opens the very picture that a tile shows.
function goTo(page, one) {
  if (one.view) page.change(() => ({ ...one.view }));
}

/**
 * The present picture and a step of a walk in each of eight ways.
 * @param {Page} page
 */
export function buildNeighbours(page) {
  const { say } = page;
  const centre = make("span", { class: "explore-here", role: "img", "aria-label": say("here") }, thumb(null, null));
  const steps = several(
    NEIGHBOURS,
    (i) => tile(say("go", { n: i + 1 }), () => goTo(page, steps[i]), { "data-step": i }),
  );
  const half = NEIGHBOURS / 2, around = [...steps.slice(0, half), centre, ...steps.slice(half)];
  const box = make(
    "div",
    {},
    make("h2", { "data-word": "neighbours" }),
    make("p", { class: "explore-hint", "data-word": "neighbours_info" }),
    make("div", { class: "explore-around", "data-testid": "explore-neighbours" }, ...around),
  );
  page.follow({
    box,
    key: () => viewQuery({ ...page.view, beside: "" }),
    async run() {
      const full = page.view.walk.length >= STEPS;
      const goals = steps.map((_, i) => ({ ...page.view, walk: [...page.view.walk, i] }));
      const pictures = await page.render(full ? [page.view] : [page.view, ...goals], "near");
      if (!pictures) return false;
      thumb(page.model, pictures[0], centre.firstChild);
      steps.forEach((one, i) => {
        Object.assign(one, { view: goals[i], disabled: full });
        if (!full) thumb(page.model, pictures[i + 1], one.firstChild);
      });
      return true;
    },
  });
  return { box, open: () => forget(steps) };
}

/**
 * A grid of places of the plane, so that a click opens the very picture.
 * @param {Page} page
 */
export function buildVariations(page) {
  const { say } = page;
  const radius = slider({ id: "explore-radius", label: say("radius"), low: 0.02, high: 1, step: 0.02, rest: 0.2 }, {
    slide: page.rest,
    settle: page.rest,
  });
  const word = (i) => say(2 * i + 1 === SIDE ** 2 ? "here" : "variation", { n: i + 1 });
  const tiles = several(SIDE ** 2, (i) => tile(word(i), () => goTo(page, tiles[i]), { "data-place": i }));
  const grid = make("div", { class: "explore-many", "data-testid": "explore-variations" }, ...tiles);
  const box = group(say, "variations", false, radius.box, grid);
  page.follow({
    box,
    key: () => `${viewQuery({ ...page.view, beside: "" })} ${radius.range.value}`,
    async run(alive) {
      const half = (SIDE - 1) / 2, step = Number(radius.range.value) / half, { view: here } = page;
      for (let row = 0; row < SIDE; row++) {
        const goals = several(SIDE, (i) => placedView(here, here.x + (i - half) * step, here.y + (row - half) * step));
        const pictures = await page.render(goals, "many");
        if (!pictures || !alive()) return false;
        goals.forEach((view, i) => {
          const one = tiles[row * SIDE + i];
          one.view = view;
          thumb(page.model, pictures[i], one.firstChild);
        });
      }
      return true;
    },
  });
  box.addEventListener("toggle", page.rest);
  return { box, open: () => forget(tiles) };
}

// Before the first pictures of another model.
function forget(tiles) {
  for (const one of tiles) one.view = null;
}
