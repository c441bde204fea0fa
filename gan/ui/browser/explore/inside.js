// What stands beside a picture in Explore: the real pictures nearest to it, the network's layers, the critic's word.

import { classOf, mixW } from "../core/latents.js";
import { lineOf, painterOf } from "../core/media.js";
import { samplingOf } from "../core/sampling.js";
import { short } from "../core/words.js";
import { make, put } from "../page/elements.js";
import { engine } from "../page/engine.js";
import { group, options } from "../page/fields.js";
import { drawPicture } from "../page/pictures.js";
import { wOf } from "./scene.js";

/** @import { Model } from "../core/model.js" */
/** @import { Say } from "../core/words.js" */

const NEAREST = 5;
const GAP = 1; // values between two channels
const FULL = 2.5; // times the root mean square: what is painted in full colour
const TINTS = {
  light: [[47, 84, 184], [255, 254, 251], [194, 84, 27]],
  dark: [[143, 176, 255], [25, 26, 30], [255, 154, 92]],
};

// ---- the nearest real pictures --------------------------------------------------------------------------------------

export function buildNearest(place, page) {
  const { say } = page;
  const row = make("div", { class: "explore-nearest", "data-testid": "explore-nearest" });
  const box = group(say, "nearest", false, row);
  let there = false;
  box.addEventListener("toggle", page.rest);
  page.follow({
    box,
    fetches: true,
    key: () => page.canvas.dataset.query,
    async run() {
      const { model, images } = page;
      if (!there || !images) return true;
      const found = await engine.nearest(model.name, images, NEAREST).catch(page.trouble);
      if (!found || model !== page.model) return false;
      row.replaceChildren(...found.map((one) => (samplingOf(model).reading ? read : looked)(say, model, one)));
      return true;
    },
  });
  place.append(box);
  return {
    open(entry) {
      there = Boolean(entry?.reference);
      box.hidden = !there;
      row.replaceChildren();
    },
  };
}

// A real picture.
function looked(say, { shape }, { distance, pixels }) {
  const far = `${Math.round(100 * distance)} %`, word = say("nearest_one", { distance: far });
  return make("figure", {}, real(shape, pixels, word), make("figcaption", {}, far));
}

// A real sample of a medium that says how far it is away.
function read(say, model, { distance, pixels }) {
  const sample = samplingOf(model).reading.sample(model, pixels);
  const number = Number.isInteger(distance) ? distance : short(distance), percent = `${Math.round(100 * distance)} %`;
  const far = say(`media_${model.kind}_far`, { distance: number, percent });
  const canvas = make("canvas", {
    class: "explore-thumb",
    role: "img",
    "aria-label": lineOf(say, model, sample),
  });
  drawPicture(canvas, model, sample);
  return make("figure", {}, canvas, make("figcaption", {}, far));
}

function real([channels, height, width], pixels, word) {
  const canvas = make("canvas", {
    width,
    height,
    role: "img",
    "aria-label": word,
    title: word,
    class: `explore-thumb${width <= 16 ? " crisp" : ""}`,
  });
  const picture = new ImageData(width, height);
  for (let i = 0; i < width * height; i++) {
    for (let c = 0; c < 3; c++) picture.data[4 * i + c] = pixels[channels * i + (channels === 3 ? c : 0)];
    picture.data[4 * i + 3] = 255;
  }
  canvas.getContext("2d").putImageData(picture, 0, 0);
  return canvas;
}

// ---- the layers -----------------------------------------------------------------------------------------------------

function figures(values) {
  let sum = 0, square = 0, idle = 0;
  for (const v of values) {
    sum += v;
    square += v * v;
    idle += v <= 0;
  }
  const mean = sum / values.length;
  return { mean, spread: Math.sqrt(Math.max(square / values.length - mean * mean, 0)), idle: idle / values.length };
}

function tint(picture, at, value, colours) {
  // from the first colour (-1) by the paper (0) to the last (1)
  const [from, to] = value < 0 ? [colours[1], colours[0]] : [colours[1], colours[2]],
    share = Math.min(Math.abs(value), 1);
  for (let c = 0; c < 3; c++) picture.data[at + c] = from[c] + share * (to[c] - from[c]);
  picture.data[at + 3] = 255;
}

/**
 * What a layer is called: w before the first, then what each makes.
 * @param {Say} say
 * @param {Model} model
 * @param {number} i how many layers were passed
 */
export function stageWord(say, { plan }, i) {
  if (i === 0) return say("stage_w");
  const { shape } = plan[i - 1], values = { n: i, of: plan.length, count: shape[0], side: shape[1] };
  return say(shape.length === 3 ? "stage_pictures" : "stage_units", values);
}

export function buildLayers(place, page) {
  const { say } = page;
  const select = make("select", { id: "explore-stage", "aria-label": say("inside_stage") });
  const canvas = make("canvas", {
    class: "explore-channels crisp",
    tabindex: 0,
    role: "img",
    "aria-label": say("inside"),
    "data-testid": "explore-channels",
  });
  const all = make("p", { class: "explore-numbers", "data-testid": "explore-layer" });
  const one = make("p", { class: "explore-numbers", "data-testid": "explore-channel", "aria-live": "polite" });
  const box = group(say, "inside", false, select, canvas, all, one);
  let grid = null, channel = -1;
  box.addEventListener("toggle", page.rest);
  select.addEventListener("change", () => {
    channel = -1;
    page.rest();
  });

  const told = ({ mean, spread, idle }) => ({
    mean: short(mean),
    spread: short(spread),
    idle: `${Math.round(100 * idle)} %`,
  });

  function draw() {
    const { shape, values } = grid, maps = shape.length === 3, count = shape[0];
    const [height, width] = maps ? [shape[1], shape[2]] : [1, 1], gap = maps ? GAP : 0;
    const columns = Math.ceil(Math.sqrt(count)), rows = Math.ceil(count / columns);
    Object.assign(canvas, { width: columns * (width + gap) - gap, height: rows * (height + gap) - gap });
    const picture = canvas.getContext("2d").createImageData(canvas.width, canvas.height);
    const colours = TINTS[document.body.classList.contains("dark") ? "dark" : "light"];
    const most = FULL * Math.sqrt(values.reduce((sum, v) => sum + v * v, 1e-12) / values.length);
    values.forEach((value, i) => {
      const c = Math.floor(i / (height * width)), y = Math.floor(i / width) % height, x = i % width;
      const top = Math.floor(c / columns) * (height + gap) + y, left = (c % columns) * (width + gap) + x;
      tint(picture, 4 * (top * canvas.width + left), value / most, colours);
    });
    canvas.getContext("2d").putImageData(picture, 0, 0);
    canvas.style.aspectRatio = `${canvas.width} / ${canvas.height}`;
    Object.assign(grid, { columns, count, size: height * width, across: width + gap, down: height + gap });
    put(all, say(maps ? "layer_pictures" : "layer_units", { count, side: width, ...told(figures(values)) }));
    focus(Math.min(channel, count - 1));
  }

  function focus(c) {
    channel = c;
    const own = grid && c >= 0 && grid.values.subarray(c * grid.size, (c + 1) * grid.size);
    const word = !own
      ? say("channel_hint")
      : own.length > 1
      ? say("channel", { n: c, ...told(figures(own)) })
      : say("unit", { n: c, value: short(own[0]) });
    put(one, word);
    canvas.setAttribute("aria-label", say("inside_alt", { layer: select.selectedOptions[0]?.textContent ?? "" }));
    canvas.dataset.channel = c;
  }

  canvas.addEventListener("pointermove", (event) => {
    if (!grid) return;
    const rect = canvas.getBoundingClientRect();
    const column = Math.floor((event.clientX - rect.left) / rect.width * canvas.width / grid.across);
    const row = Math.floor((event.clientY - rect.top) / rect.height * canvas.height / grid.down);
    const c = row * grid.columns + column;
    if (c !== channel && c >= 0 && c < grid.count) focus(c);
  });
  canvas.addEventListener("focus", () => {
    if (grid && channel < 0) focus(0);
  });
  canvas.addEventListener("keydown", (event) => {
    const step =
      { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -(grid?.columns ?? 0), ArrowDown: grid?.columns ?? 0 }[event.key];
    if (!grid || step === undefined) return;
    event.preventDefault();
    focus(Math.min(Math.max(channel + step, 0), grid.count - 1));
  });

  page.follow({
    box,
    key: () => `${page.canvas.dataset.query} ${select.value} ${document.body.className}`,
    async run() {
      const { model, view } = page;
      const w = wOf(model, view), second = mixW(model, view);
      const found = await engine.features(model.name, w, Number(select.value), second && { w: second, ...view.mix })
        .catch(page.trouble);
      if (!found) return false;
      grid = found;
      draw();
      return true;
    },
  });
  place.append(box);

  function open(model) {
    const stages = Array.from({ length: model.plan.length + 1 }, (_, i) => [String(i), stageWord(say, model, i)]);
    box.hidden = !painterOf(model).inside;
    options(select, stages, "1");
    grid = null;
    channel = -1;
    put(one, say("channel_hint"));
  }

  return { open };
}

// ---- the critic -----------------------------------------------------------------------------------------------------

export function buildCritic(place, page) {
  const { say } = page;
  const said = make("p", { class: "explore-numbers", "data-testid": "explore-opinion", "aria-live": "polite" });
  const box = group(say, "critic", false, said);
  let judged = false, reals = "";
  box.addEventListener("toggle", page.rest);
  page.follow({
    box,
    fetches: true,
    key: () => page.canvas.dataset.query,
    async run() {
      const { model, images, shown } = page;
      if (!judged || !images) return true;
      const c = classOf(model, shown);
      const shares = await engine.criticRank(model.name, images, images.length / model.values, c)
        .catch(page.trouble);
      if (!shares || model !== page.model) return false;
      const share = shares.reduce((sum, one) => sum + one, 0) / shares.length;
      put(said, say("opinion", { share: `${Math.round(100 * share)} %`, reals }));
      return true;
    },
  });
  place.append(box);
  return {
    open(entry) {
      judged = Boolean(entry?.critic);
      reals = say(entry?.held ? "reals_held" : "reals_learnt");
      put(said, judged ? "" : say("no_opinion"));
    },
  };
}
