// Pictures of a live run: pairs of a fake and the real picture nearest to it, the critic's opinion under each.

import { decodeBytes } from "../core/encoding.js";
import { percent } from "../core/words.js";
import { dot, FONT, newSheet, pictureTile, sized } from "./canvas.js";

const COLUMNS = [2, 3, 4, 6];
const FOOT = 20, GAP = 8, THIN = 3, HEAD = 22; // css pixels: bar and number, between pairs, within a pair, headings
const BELOW = 380, BELOW_TWO = 600, LEAST = 300; // css pixels that stand around a sheet, and the least it gets
const NARROW = 700; // css pixels of a window below which a sheet may be taller than wide
const FEWER = 12; // pairs on each sheet of a race
const SMALL = 40; // css pixels below which a picture is no longer legible
const read = new WeakMap();
const kept = new WeakMap(); // canvas -> the nearest real pictures last seen there: not every frame brings them

function decoded(lane) {
  if (!read.has(lane)) {
    read.set(lane, {
      fakes: decodeBytes(lane.fakes),
      opinions: decodeBytes(lane.opinions),
      nearest: lane.nearest && decodeBytes(lane.nearest),
    });
  }
  return read.get(lane);
}

function layout(w, dots, r, count, tallest) {
  // the largest pictures that fit, scaled by whole device pixels; legible ones even if they grow taller than that
  const plan = (columns, bound) => {
    const rows = Math.ceil(count / columns);
    const wide = ((w - (columns - 1) * GAP) / columns - THIN) / 2, high = (bound - HEAD) / rows - FOOT - GAP;
    const scale = Math.max(Math.floor(Math.min(wide, high) * dots / r), 1) / dots;
    return {
      columns,
      scale,
      step: r * scale + FOOT + GAP,
      height: HEAD + rows * (r * scale + FOOT + GAP),
      fits: wide >= r * scale,
    };
  };
  const all = COLUMNS.map((columns) => plan(columns, tallest)).filter(({ fits }) => fits);
  const best = all.reduce((a, b) => (b && b.scale > a.scale ? b : a), all[0] ?? plan(COLUMNS[0], tallest));
  if (best.scale * r >= SMALL) return best;
  const tall = COLUMNS.map((columns) => plan(columns, Infinity)).filter(({ scale }) => scale * r >= SMALL);
  return tall.at(-1) ?? best;
}

function room(canvas, race) {
  // the tallest that a sheet should be
  if (innerWidth < NARROW) return canvas.clientWidth * 1.6;
  return Math.max(innerHeight - (race ? BELOW_TWO : BELOW), LEAST);
}

export function drawPictures(canvas, { scene, lane, colours, say }) {
  const { resolution: r, channels } = scene, race = scene.lanes.length > 1;
  const now = decoded(lane);
  const count = Math.min(now.fakes.length / (r * r * channels), race ? FEWER : Infinity);
  if (now.nearest) kept.set(canvas, { scene, raw: now.nearest });
  const beside = kept.get(canvas)?.scene === scene ? kept.get(canvas).raw : null;
  const plan = layout(canvas.clientWidth, window.devicePixelRatio || 1, r, count, room(canvas, race));
  canvas.style.aspectRatio = "auto";
  canvas.style.height = `${Math.round(plan.height)}px`;
  const { g, w } = sized(canvas);
  const { columns, scale, step } = plan, tile = r * scale, pair = 2 * tile + THIN;
  const between = columns > 1 ? Math.min((w - columns * pair) / (columns - 1), 5 * GAP) : 0;
  const left = Math.round((w - columns * pair - (columns - 1) * between) / 2);
  const small = newSheet(r, r), sheet = small.getContext("2d"), pixels = new ImageData(r, r);
  const show = (raw, k, x, y) => {
    sheet.putImageData(pictureTile(pixels, raw, k, r, channels), 0, 0);
    g.drawImage(small, x, y, tile, tile);
  };
  g.imageSmoothingEnabled = false;
  head(g, left, tile, colours, say);
  for (let k = 0; k < count; k++) {
    const x = Math.round(left + k % columns * (pair + between)), y = HEAD + Math.floor(k / columns) * step;
    show(now.fakes, k, x, y);
    if (beside) show(beside, k, x + tile + THIN, y);
    if (now.opinions.length) opinion(g, x, y + tile, pair, now.opinions[k], colours);
  }
}

export function drawPictureBatch(g, box, text, { scene: { resolution: r, channels } }) {
  // the first nine
  const raw = decodeBytes(text);
  const count = Math.min(Math.floor(raw.length / (r * r * channels)), 9), small = newSheet(r, r);
  const side = Math.min(box.w, box.h) / 3 - 3, pixels = new ImageData(r, r);
  g.imageSmoothingEnabled = false;
  for (let k = 0; k < count; k++) {
    small.getContext("2d").putImageData(pictureTile(pixels, raw, k, r, channels), 0, 0);
    const x = box.x + (box.w - 3 * side - 4) / 2 + k % 3 * (side + 2),
      y = box.y + (box.h - 3 * side - 4) / 2 + Math.floor(k / 3) * (side + 2);
    g.drawImage(small, x, y, side, side);
  }
}

function head(g, left, tile, colours, say) {
  g.font = `600 13px ${FONT}`;
  g.textBaseline = "alphabetic";
  g.fillStyle = colours.forger;
  const fake = `▲ ${say("fake")}`;
  g.fillText(fake, left, 14);
  g.fillStyle = colours.data;
  g.fillText(`● ${say("nearest")}`, left + Math.max(tile + THIN, g.measureText(fake).width + 12), 14);
}

function opinion(g, x, y, width, value, colours) {
  // a scale from fake to real with a mark on it, and the number beside it
  const bar = width - 44, at = value / 255;
  g.fillStyle = colours.line;
  g.fillRect(x, y + 9, bar, 4);
  g.fillStyle = colours.quiet;
  g.fillRect(x + bar / 2 - 0.5, y + 6, 1, 10);
  g.beginPath();
  dot(g, x + 4 + at * (bar - 8), y + 11, 4.5);
  g.fillStyle = at < 0.5 ? colours.forger : colours.data;
  g.fill();
  g.fillStyle = colours.ink;
  g.font = `13px ${FONT}`;
  g.textAlign = "right";
  g.fillText(percent(at), x + width, y + 16);
  g.textAlign = "left";
}
