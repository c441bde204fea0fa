// The plane of a live run in layers: field, contour, manifold, real ●, fake ▲, gradient arrows.

import { crowds } from "../core/crowds.js";
import { decodeBytes, decodePlaces, decodeSigned } from "../core/encoding.js";
import { arrow, dot, FONT, marks, newSheet, shade, sized, triangle } from "./canvas.js";
import { keyOf } from "./legend.js";

export const LAYERS = ["real", "fake", "opinion", "field", "manifold", "gradient"];
const PLANE_DOTS = 560; // css pixels of the plane for which the sizes of marks are meant
const MARK = 4.6; // css pixels from a fake's middle to its tip
const NEAR = 14; // css pixels from a fake at which the pointer means it
const LAST = 9; // the stage in which the forger follows its gradients: there they are shown
const ARROW = [0.03, 0.11]; // shares of the plane between which the longest arrow is drawn
const read = new WeakMap();
const places = new WeakMap(); // scene -> where its real data are
const kept = new WeakMap(); // canvas -> its layers that last longer than a frame
let small = null;

function layer(canvas, name, key, { g, w, h, dots }, trace) {
  // what `trace` paints, painted anew only when something of `key` has changed
  if (!kept.has(canvas)) kept.set(canvas, {});
  const layers = kept.get(canvas), whole = [...key, canvas.width, canvas.height, dots];
  const found = layers[name] ??= { sheet: newSheet(1, 1), key: [] };
  if (whole.some((value, i) => value !== found.key[i])) {
    found.key = whole;
    Object.assign(found.sheet, { width: canvas.width, height: canvas.height }); // also wipes it
    const own = found.sheet.getContext("2d");
    own.scale(dots, dots);
    trace(own);
  }
  g.drawImage(found.sheet, 0, 0, w, h);
}

function decoded(lane) {
  // the numbers of a lane's frame, or of a stage's batch, read once
  if (!read.has(lane)) {
    const { grid, arrows } = lane;
    read.set(lane, {
      fakes: decodePlaces(lane.fakes),
      opinions: decodeBytes(lane.opinions),
      field: decodeBytes(lane.field),
      grid: grid && { ...grid, at: decodePlaces(grid.points), alpha: decodeBytes(grid.density) },
      arrows: arrows && { ...arrows, way: decodeSigned(arrows.by) },
    });
  }
  return read.get(lane);
}

function placesOf(scene) {
  if (!places.has(scene)) places.set(scene, decodePlaces(scene.reals));
  return places.get(scene);
}

function field(g, w, h, cells, colours) {
  const side = Math.round(Math.sqrt(cells.length));
  if (!side) return;
  if (small?.width !== side) small = newSheet(side, side);
  const pixels = new ImageData(side, side), ink = new Uint32Array(pixels.data.buffer);
  for (let i = 0; i < ink.length; i++) ink[i] = colours.ramp[cells[i]];
  small.getContext("2d").putImageData(pixels, 0, 0);
  g.imageSmoothingEnabled = true;
  g.imageSmoothingQuality = "high";
  g.drawImage(small, 0, 0, w, h);
  contour(g, w / side, h / side, cells, side, colours);
}

function contour(g, dx, dy, cells, side, colours) {
  // marching squares at one half: where an edge between two cells' middles is crossed, linearly between its ends;
  // the outermost cells reach beyond the rim
  const xs = new Float32Array(4), ys = new Float32Array(4), inside = (i) => Math.min(Math.max(i, 0), side - 1);
  g.beginPath();
  for (let j = -1; j < side; j++) {
    const above = inside(j) * side, below = inside(j + 1) * side;
    for (let i = -1; i < side; i++) {
      const left = inside(i), right = inside(i + 1);
      const a = cells[above + left] - 127.5, b = cells[above + right] - 127.5;
      const c = cells[below + right] - 127.5, d = cells[below + left] - 127.5;
      let n = 0;
      if (a < 0 !== b < 0) {
        xs[n] = i + a / (a - b);
        ys[n++] = j;
      }
      if (b < 0 !== c < 0) {
        xs[n] = i + 1;
        ys[n++] = j + b / (b - c);
      }
      if (d < 0 !== c < 0) {
        xs[n] = i + d / (d - c);
        ys[n++] = j + 1;
      }
      if (a < 0 !== d < 0) {
        xs[n] = i;
        ys[n++] = j + a / (a - d);
      }
      for (let k = 0; k + 1 < n; k += 2) {
        g.moveTo((xs[k] + 0.5) * dx, (ys[k] + 0.5) * dy);
        g.lineTo((xs[k + 1] + 0.5) * dx, (ys[k + 1] + 0.5) * dy);
      }
    }
  }
  g.strokeStyle = colours.ink;
  g.globalAlpha = 0.45;
  g.lineWidth = 1.2;
  g.stroke();
  g.globalAlpha = 1;
}

function manifold(g, w, h, { n, dims, at, alpha }, colours, size) {
  g.strokeStyle = g.fillStyle = colours.forger;
  const x = (k) => at[2 * k] * w, y = (k) => at[2 * k + 1] * h;
  if (dims === 1) {
    g.lineWidth = 4 * size;
    g.lineCap = "round";
    for (let k = 0; k < n - 1; k++) {
      g.globalAlpha = 0.15 + 0.65 * alpha[k] / 255;
      g.beginPath();
      g.moveTo(x(k), y(k));
      g.lineTo(x(k + 1), y(k + 1));
      g.stroke();
    }
    g.globalAlpha = 1;
    return;
  }
  for (let j = 0; j < n - 1; j++) {
    for (let i = 0; i < n - 1; i++) {
      const k = j * n + i;
      g.globalAlpha = 0.06 + 0.5 * alpha[j * (n - 1) + i] / 255;
      g.beginPath();
      g.moveTo(x(k), y(k));
      g.lineTo(x(k + 1), y(k + 1));
      g.lineTo(x(k + n + 1), y(k + n + 1));
      g.lineTo(x(k + n), y(k + n));
      g.fill();
    }
  }
  g.globalAlpha = 0.4;
  g.lineWidth = 0.8;
  g.beginPath();
  for (let k = 0; k < n * n; k++) {
    if (k % n) {
      g.moveTo(x(k - 1), y(k - 1));
      g.lineTo(x(k), y(k));
    }
    if (k >= n) {
      g.moveTo(x(k - n), y(k - n));
      g.lineTo(x(k), y(k));
    }
  }
  g.stroke();
  g.globalAlpha = 1;
}

function dots(g, w, h, at, size, colours) {
  marks(
    g,
    () => {
      for (let k = 0; k < at.length; k += 2) dot(g, at[k] * w, at[k + 1] * h, 4.2 * size);
    },
    colours.data,
    colours.sheet,
    2 * size,
  );
}

function stamps(colours, size, dots) {
  // a triangle in each shade and, last, in the forger's colour: to copy one is ten times as fast as to trace it
  if (stamps.of !== colours || stamps.size !== size || stamps.dots !== dots) {
    const side = Math.ceil(14 * size * dots);
    Object.assign(stamps, {
      of: colours,
      size,
      dots,
      made: [...colours.shades, colours.forger].map((colour) => {
        const sheet = newSheet(side, side), own = sheet.getContext("2d");
        own.scale(dots, dots);
        const middle = side / dots / 2;
        marks(own, () => triangle(own, middle, middle, MARK * size), colour, colours.sheet, 1.6 * size);
        return sheet;
      }),
    });
  }
  return stamps.made;
}

function triangles({ g, w, h, dots }, at, size, colours, opinions) {
  // coloured by D's opinion; without opinions all in the forger's colour
  const made = stamps(colours, size, dots), side = made[0].width / dots;
  const whole = (v) => Math.round((v - side / 2) * dots) / dots; // on the screen's own grid
  for (let k = 0; k < at.length / 2; k++) {
    const stamp = made[opinions ? shade(colours, opinions[k]) : colours.shades.length];
    g.drawImage(stamp, whole(at[2 * k] * w), whole(at[2 * k + 1] * h), side, side);
  }
}

/** Beside each spot that hides many fakes: a larger triangle, and how many they are. */
function countCrowds({ g, w, h }, at, size, colours) {
  g.font = `600 ${Math.round(15 * size)}px ${FONT}`;
  g.textBaseline = "middle";
  const written = []; // where numbers stand already: that of a crowd close by goes to the other side
  for (const { x, y, count } of crowds(at, w, h, MARK * size)) {
    const large = MARK * size * (1 + Math.sqrt(2 * count / at.length)), text = `×${count}`;
    marks(g, () => triangle(g, x, y, large), colours.forger, colours.sheet, 2 * size);
    const room = g.measureText(text).width + large + 6, right = x + large + 6;
    const taken = written.some((other) => Math.abs(other.y - y) < 18 * size && Math.abs(other.left - right) < room);
    const left = x + room > w || taken ? x - room : right;
    written.push({ left, y });
    g.lineWidth = 3 * size;
    g.strokeStyle = colours.sheet;
    g.strokeText(text, left, y);
    g.fillStyle = colours.ink;
    g.fillText(text, left, y);
  }
  g.textBaseline = "alphabetic";
}

function arrows(g, w, h, at, { count, way, longest }, extent, colours, size) {
  const reach = Math.min(Math.max(longest / (2 * extent), ARROW[0]), ARROW[1]) * w;
  g.strokeStyle = colours.ink;
  g.lineWidth = 1.5 * size;
  g.lineCap = g.lineJoin = "round";
  g.beginPath();
  for (let k = 0; k < count; k++) {
    const dx = way[2 * k] / 127 * reach, dy = -way[2 * k + 1] / 127 * reach;
    const length = Math.hypot(dx, dy), x = at[2 * k] * w, y = at[2 * k + 1] * h;
    if (length > 1.5) arrow(g, x, y, x + dx, y + dy, Math.min(length * 0.45, 6 * size));
  }
  g.stroke();
}

export function drawPlane(canvas, { scene, lane, stage, layers, colours }) {
  canvas.style.height = canvas.style.aspectRatio = ""; // a sheet of pictures may have stood there
  const sheet = sized(canvas), { g, w, h } = sheet;
  const size = Math.min(Math.max(w / PLANE_DOTS, 0.7), 1.3);
  const now = decoded(lane);
  if (layers.field) layer(canvas, "field", [lane.field, colours], sheet, (own) => field(own, w, h, now.field, colours));
  if (layers.manifold && now.grid) {
    layer(
      canvas,
      "manifold",
      [lane.grid.points, colours],
      sheet,
      (own) => manifold(own, w, h, now.grid, colours, size),
    );
  }
  if (stage?.index === LAST) {
    triangles(sheet, now.fakes.subarray(0, 2 * (now.arrows?.count ?? 0)), size * 1.5, colours, now.opinions);
  } else if (stage) {
    batch(sheet, stage, size, colours);
  } else {
    if (layers.real) {
      const reals = placesOf(scene);
      layer(canvas, "real", [reals, colours], sheet, (own) => dots(own, w, h, reals, size, colours));
    }
    if (layers.fake) {
      triangles(sheet, now.fakes, size, colours, layers.opinion ? now.opinions : null);
      countCrowds(sheet, now.fakes, size, colours);
    }
  }
  if (now.arrows && (stage ? stage.index === LAST : layers.gradient)) {
    arrows(g, w, h, now.fakes, now.arrows, scene.extent, colours, size);
  }
}

function batch(sheet, stage, size, colours) {
  // slow motion: the samples of this very step, larger, judged once the critic has spoken
  if (stage.index % 5 === 0) return;
  const { g, w, h } = sheet;
  if (stage.real) dots(g, w, h, decodePlaces(stage.real), size * 1.3, colours);
  if (stage.fake) {
    triangles(
      sheet,
      decodePlaces(stage.fake),
      size * 1.5,
      colours,
      stage.logits_fake ? decodeBytes(stage.logits_fake) : null,
    );
  }
}

export function drawPlaneBatch(g, box, text, { colours, real, opinions }) {
  // a square in the middle of the box
  const size = Math.min(box.w, box.h) - 8, left = box.x + (box.w - size) / 2, top = box.y + (box.h - size) / 2;
  const at = decodePlaces(text), said = opinions ? decodeBytes(opinions) : null;
  for (let k = 0; k < at.length / 2; k++) {
    g.beginPath();
    const x = left + at[2 * k] * size, y = top + at[2 * k + 1] * size;
    if (real) dot(g, x, y, 2.2);
    else triangle(g, x, y, 3);
    g.fillStyle = real ? colours.data : said ? colours.shades[shade(colours, said[k] ?? 128)] : colours.forger;
    g.fill();
  }
}

export function planeLegend(say, layers, at) {
  const here = at ? say(at.fake ? "fake_here" : "field_here", { share: Math.round(at.share * 100) }) : say("field");
  const real = layers.real ? [keyOf("dot", say("real"))] : [],
    fake = layers.fake ? [keyOf("triangle", say("fake"))] : [];
  return [...real, ...fake, keyOf("ramp", here)];
}

export function under(canvas, lane, layers, [px, py]) {
  // what lies under the pointer, in css pixels: {share, fake: whether it is a fake's}
  const { clientWidth: w, clientHeight: h } = canvas, now = decoded(lane);
  let best = NEAR, found = -1;
  for (let k = 0; layers.fake && k < now.opinions.length; k++) {
    const d = Math.hypot(now.fakes[2 * k] * w - px, now.fakes[2 * k + 1] * h - py);
    if (d < best) {
      best = d;
      found = k;
    }
  }
  if (found >= 0) return { share: now.opinions[found] / 255, fake: true };
  const side = Math.round(Math.sqrt(now.field.length));
  if (!side) return null;
  const i = Math.min(Math.max(Math.floor(px / w * side), 0), side - 1),
    j = Math.min(Math.max(Math.floor(py / h * side), 0), side - 1);
  return { share: now.field[j * side + i] / 255, fake: false };
}
