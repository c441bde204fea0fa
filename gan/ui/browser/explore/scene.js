// From views to numbers: latents remembered, one picture on the quick way, many on the slow one.

import { edited, mixW, neighbours, ownW, zOfView } from "../core/latents.js";
import { painterOf } from "../core/media.js";
import { samplingOf } from "../core/sampling.js";
import { engine } from "../page/engine.js";

const REMEMBERED = 400; // latents
const found = new Map();

export function rememberedZ(model, view) {
  // as latents.z, but each step of a walk is taken once
  const walk = samplingOf(model).walks ? view.walk : [];
  const key = (steps) => [model.name, view.seed, view.x, view.y, ...steps].join(" ");
  const own = key(walk);
  if (found.has(own)) return found.get(own);
  if (found.size > REMEMBERED) found.clear();
  if (!walk.length) found.set(own, zOfView(model, { ...view, walk }));
  else {
    const before = walk.slice(0, -1), start = rememberedZ(model, { ...view, walk: before });
    neighbours(start, view.seed + before.length).forEach((latent, i) => found.set(key([...before, i]), latent));
  }
  return found.get(own);
}

export const wOf = (model, view) => (view.own ? ownW(model, view) : edited(model, rememberedZ(model, view), view));

function mixed(model, view) {
  const second = mixW(model, view);
  return second && { w: second, stage: view.mix.stage, share: view.mix.share };
}

export const drawView = (model, view) => engine.draw(model.name, wOf(model, view), mixed(model, view));

function joined(rows) {
  const all = new Float32Array(rows.reduce((length, row) => length + row.length, 0));
  rows.reduce((at, row) => {
    all.set(row, at);
    return at + row.length;
  }, 0);
  return all;
}

export async function drawViews(model, views, task) {
  // one image (or cloud) for each view, or null if a newer call of the task came before
  const parts = painterOf(model).cloud ? views.map((view) => [view]) : [views], images = [];
  for (const part of parts) {
    const seconds = part.map((view) => mixed(model, view)), [first] = seconds;
    const mix = first && { ...first, w: joined(seconds.map((one) => one.w)) };
    const made = await engine.render(model.name, joined(part.map((view) => wOf(model, view))), { task, mix });
    if (!made) return null;
    const size = made.length / part.length;
    part.forEach((_, i) => images.push(made.subarray(i * size, (i + 1) * size)));
  }
  return images;
}
