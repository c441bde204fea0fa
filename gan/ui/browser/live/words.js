// Words of a live run: a list of the forger's words, beside each the nearest real one, and the critic's opinion.

import { decodeBytes } from "../core/encoding.js";
import { NOTHING, rowWord } from "../core/spelling.js";
import { FONT, sized } from "./canvas.js";
import { opinion } from "./pictures.js";

const LINE = 27, HEAD = 26, FOOT = 4; // css pixels of a line, of the headings, below the last line
const LETTERS = 16, WIDE = 300; // css pixels of the letters, and of a column at least
const FEWER = 12; // words of each contestant of a race
const READ = 6; // words that are read to who does not see them
const kept = new WeakMap(); // canvas -> the nearest real words last seen there: not every frame brings them

/** The words of rows, as the scene says. */
function wordsOf(text, { row: [length], traits }) {
  const bytes = decodeBytes(text), count = bytes.length / length;
  return Array.from({ length: count }, (_, i) => rowWord(traits, bytes.subarray(i * length, (i + 1) * length)));
}

export function drawWords(canvas, { scene, lane, colours, say }) {
  const race = scene.lanes.length > 1, words = wordsOf(lane.fakes, scene).slice(0, race ? FEWER : undefined);
  const opinions = decodeBytes(lane.opinions);
  if (lane.nearest) kept.set(canvas, { scene, words: wordsOf(lane.nearest, scene) });
  const near = kept.get(canvas)?.scene === scene ? kept.get(canvas).words : [];
  const columns = Math.max(1, Math.min(2, Math.floor(canvas.clientWidth / WIDE)));
  const lines = Math.ceil(words.length / columns);
  canvas.style.aspectRatio = "auto";
  canvas.style.height = `${HEAD + lines * LINE + FOOT}px`;
  const { g, w } = sized(canvas), gap = 24, width = (w - (columns - 1) * gap) / columns;
  const places = { fake: 0, near: 0.36 * width, opinion: 0.7 * width };
  for (let c = 0; c < columns; c++) head(g, c * (width + gap), places, colours, say);
  words.forEach((word, k) => {
    const x = Math.floor(k / lines) * (width + gap), y = HEAD + k % lines * LINE;
    write(g, word, x + places.fake, y, places.near - 10, colours.forger);
    write(g, near[k] ?? "", x + places.near, y, places.opinion - places.near - 10, colours.data);
    if (opinions.length) opinion(g, x + places.opinion, y, width - places.opinion, opinions[k], colours);
  });
  const read = words.slice(0, READ).map((word) => word || NOTHING).join(", ");
  const label = `${say("picture_words", { count: words.length })} ${say("read_words", { words: read })}`;
  canvas.setAttribute("aria-label", label);
}

/** The first nine, one below the other. */
export function drawWordBatch(g, box, text, { scene, colours, real }) {
  const words = wordsOf(text, scene).slice(0, 9), line = box.h / 9;
  g.textAlign = "left";
  words.forEach((word, k) => {
    write(g, word, box.x + 6, box.y + k * line, box.w - 12, real ? colours.data : colours.forger, line);
  });
}

/** A word in a line, made narrower where it has no room. */
function write(g, word, x, y, room, colour, line = LINE) {
  g.font = `${Math.min(LETTERS, line * 0.8)}px ${FONT}`;
  g.textBaseline = "middle";
  g.fillStyle = colour;
  g.fillText(word || NOTHING, x, y + line / 2, Math.max(room, 1));
  g.textBaseline = "alphabetic";
}

function head(g, x, places, colours, say) {
  g.font = `600 13px ${FONT}`;
  g.textBaseline = "alphabetic";
  g.fillStyle = colours.forger;
  g.fillText(`▲ ${say("fake")}`, x + places.fake, 14);
  g.fillStyle = colours.data;
  g.fillText(`● ${say("nearest")}`, x + places.near, 14, places.opinion - places.near);
}
