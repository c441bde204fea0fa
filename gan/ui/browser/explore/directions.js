// The directions of Explore, in two families, principal ones and SeFa's: a slider, a name and a film strip for each.

import { SIGMAS, viewQuery, within } from "../core/views.js";
import { make } from "../page/elements.js";
import { group, slider, thumb, tile } from "../page/fields.js";
import { keep, kept } from "../page/storage.js";
import { without } from "./edits.js";

/** @import { Model } from "../core/model.js" */
/** @import { View } from "../core/views.js" */
/** @import { Page } from "./state.js" */

/** @typedef {"directions" | "sefa"} Family as a view and a model call it */

const STOPS = [-3, -1.5, 0, 1.5, 3]; // standard deviations of a film strip
const FIRST = 5; // principal directions in sight at once
const NAMES = "atelier-names", NAME_LENGTH = 40;
const LETTERS = { directions: "d", sefa: "s" };
const WORDS = { directions: "direction_one", sefa: "sefa_one" };

// ---- names ------------------------------------------------------------------------------------------------------

/**
 * What a direction is called in links, and what its name is kept by.
 * @param {Family} family
 * @param {number} k
 */
const keyOf = (family, k) => `${LETTERS[family]}${k + 1}`;

const namesOf = (model) => kept(NAMES, {})[model.sha256] ?? {};

function rename(model, key, text) {
  const all = kept(NAMES, {}), own = { ...all[model.sha256], [key]: text.trim().slice(0, NAME_LENGTH) };
  if (!own[key]) delete own[key];
  keep(NAMES, { ...all, [model.sha256]: own });
}

const plainTitle = (say, family, k) => say(WORDS[family], { n: k + 1 });
const titleOf = (say, model, family, k) => namesOf(model)[keyOf(family, k)] || plainTitle(say, family, k);

// ---- one direction ----------------------------------------------------------------------------------------------

/**
 * One direction of a model: its box, and what sets it to a view.
 * @param {Page} page
 * @param {Model} model
 * @param {Family} family
 * @param {number} k
 */
function buildDirection(page, model, family, k) {
  const { say } = page, key = keyOf(family, k), id = `explore-${key}`;
  const title = () => titleOf(say, model, family, k);
  const set = (view, value) => {
    const sigmas = within(title(), value, SIGMAS);
    return { ...view, [family]: sigmas ? { ...view[family], [k]: sigmas } : without(view[family], k) };
  };
  const own = nameField(page, model, family, k);
  const lever = slider({ id, label: title(), low: -3, high: 3, step: 0.05, rest: 0, own }, {
    slide: (value) => page.slide((view) => set(view, value)),
    settle: page.settle,
  });
  const tiles = STOPS.map((stop) => tile("", () => page.change((view) => set(view, stop)), { "data-stop": stop }));
  labelStrip(say, tiles, title());
  own.addEventListener("change", () => {
    rename(model, key, own.value);
    lever.name(title());
    labelStrip(say, tiles, title());
  });
  own.addEventListener("keydown", (event) => {
    if (event.key === "Enter") {
      event.preventDefault();
      lever.range.focus();
    }
  });
  lever.box.lastChild.before(make("div", { class: "explore-strip" }, ...tiles)); // between the name and the slider
  const box = make("div", { class: "explore-direction", "data-direction": key }, lever.box);
  page.follow({
    of: model,
    box,
    key: () => viewQuery({ ...page.view, [family]: without(page.view[family], k) }),
    async run() {
      const pictures = await page.render(STOPS.map((stop) => set(page.view, stop)), `strip ${key}`);
      pictures?.forEach((images, i) => thumb(page.model, images, tiles[i].firstChild));
      return Boolean(pictures);
    },
  });
  return { box, set: (view) => lever.set(view[family][k] ?? 0) };
}

// Where one names a direction.
function nameField({ say }, model, family, k) {
  const key = keyOf(family, k);
  return make("input", {
    class: "explore-name",
    id: `explore-${key}-name`,
    type: "text",
    maxlength: NAME_LENGTH,
    value: namesOf(model)[key] ?? "",
    autocomplete: "off",
    spellcheck: "false",
    placeholder: plainTitle(say, family, k),
    "aria-label": say("name_of", { n: k + 1 }),
    title: say("name_info"),
  });
}

function labelStrip(say, tiles, name) {
  tiles.forEach((one, i) => {
    const sigmas = (STOPS[i] > 0 ? "+" : "") + String(STOPS[i]).replace("-", "\u2212");
    one.title = say("strip", { name, sigmas });
    one.setAttribute("aria-label", one.title);
  });
}

// ---- a family of them -------------------------------------------------------------------------------------------

/**
 * The principal directions; the first in sight, the others folded.
 * @param {Page} page
 */
export function buildPrincipal(page) {
  const { say } = page, list = make("div");
  const box = group(say, "directions", true, list);
  box.addEventListener("toggle", page.rest);
  let rows = [];
  return {
    box,
    open(model) {
      rows = model.directions.map((_, k) => buildDirection(page, model, "directions", k));
      const boxes = rows.map((row) => row.box), others = boxes.slice(FIRST);
      const more = { class: "explore-more", ontoggle: page.rest };
      list.replaceChildren(
        ...boxes.slice(0, FIRST),
        ...(others.length ? [make("details", more, make("summary", {}, say("more")), ...others)] : []),
      );
      box.hidden = !rows.length;
    },
    set(view) {
      for (const row of rows) row.set(view);
    },
    unfold(view) {
      const more = list.querySelector("details");
      if (more) more.open ||= Object.keys(view.directions).some((k) => Number(k) >= FIRST);
    },
  };
}

/**
 * The directions of SeFa, folded.
 * @param {Page} page
 */
export function buildSefa(page) {
  const { say } = page, list = make("div");
  const box = group(say, "sefa", false, list);
  box.addEventListener("toggle", page.rest);
  let rows = [];
  const isUsed = (view) => Object.keys(view.sefa).length > 0;
  return {
    box,
    open(model) {
      rows = model.sefa.map((_, k) => buildDirection(page, model, "sefa", k));
      list.replaceChildren(...rows.map((row) => row.box));
      box.hidden = !rows.length;
    },
    set(view) {
      for (const row of rows) row.set(view);
      box.classList.toggle("explore-used", isUsed(view));
    },
    unfold(view) {
      box.open ||= isUsed(view);
    },
  };
}
