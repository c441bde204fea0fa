// Every way from one view of Explore to another: a slider's, a button's, a link's, undo's.

import { classAfter } from "../core/classes.js";
import { Trouble } from "../core/trouble.js";
import { fitsOwn } from "../core/own_latents.js";
import { checkedView, checkViewFits, PLAIN_VIEW, round } from "../core/views.js";
import { fillFrame } from "../page/elements.js";
import { engine } from "../page/engine.js";
import { note } from "../page/notes.js";
import { draw, fitFrame } from "./drawing.js";
import { hurry, rest, startOver } from "./following.js";
import { settle, showHistory, steppedBack, steppedForward } from "./history.js";
import { roll } from "./seed_field.js";
import { entryOf } from "./state.js";

/** @import { Model } from "../core/model.js" */
/** @import { View } from "../core/views.js" */
/** @import { History } from "./history.js" */
/** @import { Page } from "./state.js" */

// What a throw may reach and still look right: of a hundred pictures of each shipped model hardly one is debris there.
const THROWN = 3; // thrown directions: a normal number over this
const FURTHEST = 1; // standard deviations that a direction is thrown at most
const SOUND = 0.7; // the highest psi of a throw

// ---- the same model ---------------------------------------------------------------------------------------------

/**
 * Changes the view and draws it at once; a mistake is told, and the controls go back.
 * @param {Page} page
 * @param {(view: View) => View} edit
 */
export function slide(page, edit) {
  if (!page.view) return;
  const before = page.view;
  try {
    page.view = edit(before);
  } catch (error) {
    if (!(error instanceof Trouble)) throw error;
    page.trouble(error);
  }
  sync(page);
  if (page.view === before) return;
  draw(page);
  if (before.seed !== page.view.seed) hurry(page);
  rest(page);
}

/**
 * Changes the view in a step of its own for undo.
 * @param {Page} page
 * @param {(view: View) => View} edit
 */
export function change(page, edit) {
  settle(page);
  slide(page, edit);
  settle(page);
}

// Box and Muller 1958.
const normal = () => Math.sqrt(-2 * Math.log(1 - Math.random())) * Math.cos(2 * Math.PI * Math.random());

/**
 * Another seed, another class where there are any, and a throw of every principal direction, within what looks right.
 * @param {Page} page
 */
export function randomise(page) {
  const thrown = () => round(Math.min(Math.max(normal() / THROWN, -FURTHEST), FURTHEST), 1);
  const throws = page.model.directions.map((_, k) => [k, thrown()]);
  const directions = Object.fromEntries(throws.filter(([, sigmas]) => sigmas));
  const c = Math.floor(Math.random() * Math.max(page.model.classes.length, 1));
  change(
    page,
    (view) => ({ ...view, seed: roll(), own: "", c, x: 0, y: 0, walk: [], psi: Math.min(view.psi, SOUND), directions }),
  );
}

/**
 * The plain picture of the same seed, or of the visitor's own latent.
 * @param {Page} page
 */
export function reset(page) {
  const { psi } = page.model;
  change(page, ({ model, seed, c, beside, own }) => ({ ...PLAIN_VIEW, model, seed, c, beside, own, psi }));
}

// ---- maybe another model ----------------------------------------------------------------------------------------

/**
 * Shows the view that `make` gives of the present one, maybe of another model, which it is told once that is there.
 * @param {Page} page
 * @param {string} name of the model
 * @param {(view: View, model?: Model) => View} make
 * @param {((history: History, reached: View) => History) | null} step that undo or redo makes; null: a new one
 */
async function go(page, name, make, step = null) {
  const mine = ++page.asked;
  if (!step) settle(page);
  const names = page.list.map((one) => one.name);
  const made = ({ beside, ...view }) => checkedView({ ...view, beside: names.includes(beside) ? beside : "" }, names);
  try {
    made(make(page.view));
    const model = name === page.model.name ? page.model : await engine.model(name);
    const next = made(make(page.view, model));
    if (mine !== page.asked) return;
    checkViewFits(model, next);
    if (!step) settle(page);
    page.view = next;
    if (model !== page.model) adopt(page, model);
  } catch (error) {
    page.trouble(error);
    sync(page);
    return;
  }
  if (step) page.history = step(page.history, page.view);
  else settle(page);
  sync(page);
  draw(page);
  rest(page);
}

/**
 * Shows another view, maybe of another model.
 * @param {Page} page
 * @param {View} view
 */
export const visit = (page, view) => go(page, view.model, () => view);

/**
 * Shows another model; what is changed while it is on its way counts too. A latent of the visitor's own goes along
 * where the model's have as many numbers. A psi that was not moved becomes the one that the model is shown with first.
 * @param {Page} page
 * @param {string} model
 */
export async function open(page, model) {
  const { own: before } = page.view, left = page.model;
  await go(page, model, ({ seed, x, y, psi, beside, c, own }, next) => ({
    ...PLAIN_VIEW,
    model,
    seed,
    x,
    y,
    psi: next && psi === left.psi ? next.psi : psi,
    beside: beside === model ? "" : beside,
    c: next ? classAfter(left, next, { c, seed }) : c,
    own: next && own && fitsOwn(next, own) ? own : "",
  }));
  if (before && !page.view.own && page.view.model === model) note(page.say("own_left", { model }));
}

/**
 * Goes back to the view before the last step.
 * @param {Page} page
 */
export function undo(page) {
  settle(page);
  const view = page.history.past.at(-1), left = page.view;
  if (view) go(page, view.model, () => view, (history, reached) => steppedBack(history, left, reached));
}

/**
 * Goes on to the view that undo came from.
 * @param {Page} page
 */
export function redo(page) {
  settle(page);
  const [view] = page.history.future, left = page.view;
  if (view) go(page, view.model, () => view, (history, reached) => steppedForward(history, left, reached));
}

// ---- in line with the view --------------------------------------------------------------------------------------

/**
 * Sets every control to the view.
 * @param {Page} page
 */
export function sync(page) {
  const { section, parts, view, besideHero } = page;
  parts.controls.set(view);
  parts.plane.set(view);
  section.querySelector(".explore-second").hidden = !view.beside;
  if (!view.beside) {
    section.querySelector(".explore-media-beside").hidden = true;
    besideHero.stop();
  }
  showHistory(page);
}

/**
 * Lays every control out for another model.
 * @param {Page} page
 * @param {Model} model
 */
export function adopt(page, model) {
  const { section, canvas, parts, say } = page;
  page.model = model;
  say.speakOf(model.kind);
  fillFrame(section, say);
  page.drawing.times.length = 0;
  startOver(page);
  const entry = entryOf(page);
  parts.controls.open(model, page.list);
  parts.plane.open(model);
  parts.nearest.open(entry);
  parts.layers.open(model);
  parts.critic.open(entry);
  page.hero.open(model);
  parts.medium.open(model, entry);
  fitFrame(canvas, model);
  section.dataset.kind = model.kind;
}
