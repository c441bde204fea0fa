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
const BATCH = 9; // samples in a box of the diagram
const read = new WeakMap();
const laid = new WeakMap(); // canvas -> where its tiles lie, and what each is
const kept = new WeakMap(); // canvas -> the nearest real pictures last seen there: not every frame brings them

/**
 * How the samples of a medium are drawn as tiles.
 * @typedef {object} Tiles
 * @property {number} side of a tile in the pixels that it is made of, which are drawn whole; 1 where there are none
 * @property {number} bytes of a sample
 * @property {number} least css pixels of a legible tile
 * @property {(row: Uint8Array, x: number, y: number, side: number, real: boolean) => void} show a sample, at css pixels
 */

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

function layout(w, dots, r, count, tallest, least) {
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
  if (best.scale * r >= least) return best;
  const tall = COLUMNS.map((columns) => plan(columns, Infinity)).filter(({ scale }) => scale * r >= least);
  return tall.at(-1) ?? best;
}

function room(canvas, race) {
  // the tallest that a sheet should be
  if (innerWidth < NARROW) return canvas.clientWidth * 1.6;
  return Math.max(innerHeight - (race ? BELOW_TWO : BELOW), LEAST);
}

/**
 * Pairs of a fake and the real sample nearest to it, as tiles.
 * @param {HTMLCanvasElement} canvas
 * @param {import("./media.js").Drawing} what
 * @param {(g: CanvasRenderingContext2D) => Tiles} tilesOn a canvas that has its size
 */
export function drawPairs(canvas, { scene, lane, colours, say }, tilesOn) {
  const { side, bytes, least, show } = tilesOn(canvas.getContext("2d")), race = scene.lanes.length > 1;
  const now = decoded(lane);
  const count = Math.min(now.fakes.length / bytes, race ? FEWER : Infinity);
  if (now.nearest) kept.set(canvas, { scene, raw: now.nearest });
  const beside = kept.get(canvas)?.scene === scene ? kept.get(canvas).raw : null;
  const dots = window.devicePixelRatio || 1;
  const plan = layout(canvas.clientWidth, dots, side, count, room(canvas, race), least);
  canvas.style.aspectRatio = "auto";
  canvas.style.height = `${Math.round(plan.height)}px`;
  const { g, w } = sized(canvas);
  const { columns, scale, step } = plan, tile = side * scale, pair = 2 * tile + THIN;
  const between = columns > 1 ? Math.min((w - columns * pair) / (columns - 1), 5 * GAP) : 0;
  const left = Math.round((w - columns * pair - (columns - 1) * between) / 2);
  const places = [];
  g.imageSmoothingEnabled = false;
  head(g, left, tile, colours, say);
  for (let k = 0; k < count; k++) {
    const x = Math.round(left + k % columns * (pair + between)), y = HEAD + Math.floor(k / columns) * step;
    const put = (raw, at, real) => {
      const row = raw.subarray(k * bytes, (k + 1) * bytes);
      show(row, at, y, tile, real);
      places.push({ x: at, y, side: tile, row });
    };
    put(now.fakes, x, false);
    if (beside) put(beside, x + tile + THIN, true);
    if (now.opinions.length) opinion(g, x, y + tile, pair, now.opinions[k], colours);
  }
  laid.set(canvas, places);
  canvas.setAttribute("aria-label", say(`picture_${scene.kind}`, { count }));
}

/** The row of the sample whose tile lies at css pixels of a canvas; null where there is none. */
export const rowAt = (canvas, [x, y]) =>
  laid.get(canvas)?.find((one) => x >= one.x && x < one.x + one.side && y >= one.y && y < one.y + one.side)?.row ??
    null;

/** The first rows of so many bytes each, at most `most` of them; none where there is no text. */
export function firstRows(text, bytes, most) {
  const raw = decodeBytes(text ?? "");
  return Array.from({ length: Math.min(raw.length / bytes, most) }, (_, k) => raw.slice(k * bytes, (k + 1) * bytes));
}

/** The first samples of a batch, in a square within a box of the diagram. */
export function drawTiles(g, box, text, { bytes, show }, real) {
  const raw = decodeBytes(text), count = Math.min(Math.floor(raw.length / bytes), BATCH);
  const side = Math.min(box.w, box.h) / 3 - 3;
  g.imageSmoothingEnabled = false;
  for (let k = 0; k < count; k++) {
    const x = box.x + (box.w - 3 * side - 4) / 2 + k % 3 * (side + 2),
      y = box.y + (box.h - 3 * side - 4) / 2 + Math.floor(k / 3) * (side + 2);
    show(raw.subarray(k * bytes, (k + 1) * bytes), x, y, side, real);
  }
}

/** Tiles that are small pictures, made pixel by pixel by `fill`. */
export function pixelTiles(g, width, bytes, fill) {
  const small = newSheet(width, width), sheet = small.getContext("2d"), pixels = new ImageData(width, width);
  const show = (row, x, y, side) => {
    sheet.putImageData(fill(pixels, row), 0, 0);
    g.drawImage(small, x, y, side, side);
  };
  return { side: width, bytes, least: SMALL, show };
}

const pictureTiles = ({ resolution: r, channels }) => (g) =>
  pixelTiles(g, r, r * r * channels, (pixels, row) => pictureTile(pixels, row, 0, r, channels));

export const drawPictures = (canvas, what) => drawPairs(canvas, what, pictureTiles(what.scene));

export const drawPictureBatch = (g, box, text, { scene, real }) =>
  drawTiles(g, box, text, pictureTiles(scene)(g), real);

function head(g, left, tile, colours, say) {
  g.font = `600 13px ${FONT}`;
  g.textBaseline = "alphabetic";
  g.fillStyle = colours.forger;
  const fake = `▲ ${say("fake")}`;
  g.fillText(fake, left, 14);
  g.fillStyle = colours.data;
  g.fillText(`● ${say("nearest")}`, left + Math.max(tile + THIN, g.measureText(fake).width + 12), 14);
}

export function opinion(g, x, y, width, value, colours) {
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
