// The picture of Explore, and the one of another model beside it.

import { sideOf } from "../core/media.js";
import { sentence } from "../core/trouble.js";
import { viewQuery } from "../core/views.js";
import { put } from "../page/elements.js";
import { engine } from "../page/engine.js";
import { note } from "../page/notes.js";
import { drawPicture } from "../page/pictures.js";
import { besideView } from "./beside.js";
import { tell, tellBeside } from "./captions.js";
import { drawView } from "./scene.js";

/** @import { Model } from "../core/model.js" */
/** @import { View } from "../core/views.js" */
/** @import { Page } from "./state.js" */

/**
 * Draws one picture at a time, always of the newest view.
 * @param {Page} page
 */
export async function draw(page) {
  const { drawing } = page;
  drawing.dirty = true;
  if (drawing.busy) return;
  drawing.busy = true;
  while (drawing.dirty) {
    drawing.dirty = false;
    const { view, model } = page, begun = performance.now();
    try {
      const images = await drawView(model, view);
      if (images && model === page.model) {
        drawing.times.push(performance.now() - begun);
        paint(page, view, images);
      }
      if (view.beside) await drawBeside(page, model, view);
      drawing.trouble = "";
    } catch (error) {
      drawing.trouble = sentence(error, page.say); // stays below the picture, which may be an older one
      note(drawing.trouble, true);
    }
  }
  drawing.busy = false;
  if (!page.timers.resting) showAtRest(page);
}

/**
 * Puts the images of a view of the page's model on the canvas.
 * @param {Page} page
 * @param {View} view
 * @param {Float32Array} images
 */
export function paint(page, view, images) {
  const { canvas, model } = page;
  drawPicture(canvas, model, images);
  page.hero.show(model, images, true);
  Object.assign(page, { images, shown: view });
  Object.assign(canvas.dataset, {
    frame: Number(canvas.dataset.frame) + 1,
    model: model.name,
    seed: view.own ? "" : view.seed,
    query: viewQuery(view),
  });
}

/**
 * Tells of the picture, and lets its medium say the rest: no other picture follows at once.
 * @param {Page} page
 */
export function showAtRest(page) {
  const { drawing, model, view, images, hero, beside, besideHero } = page;
  tell(page);
  if (drawing.busy) return;
  if (images) hero.show(model, images, false);
  if (view.beside && beside?.model.name === view.beside) besideHero.show(beside.model, beside.images, false);
}

// Another model's picture of the same latent.
async function drawBeside(page, model, view) {
  const other = await engine.model(view.beside), { view: there, word } = besideView(model, other, view);
  const images = await drawView(other, there);
  if (!images || page.view.beside !== other.name) return;
  const { section, besideHero } = page, canvas = section.querySelector(".explore-second canvas");
  const block = section.querySelector(".explore-media-beside");
  drawPicture(canvas, other, images);
  block.hidden = !besideHero.has(other);
  put(block.firstElementChild, other.name);
  besideHero.show(other, images, true);
  page.beside = { model: other, images };
  fitFrame(canvas, other);
  canvas.dataset.query = viewQuery(there);
  tellBeside(page, other, there, word, images);
}

/**
 * Tells the style sheet how large a model's pictures are.
 * @param {HTMLCanvasElement} canvas
 * @param {Model} model
 */
export const fitFrame = (canvas, model) => canvas.style.setProperty("--side", `${sideOf(model)}px`);
