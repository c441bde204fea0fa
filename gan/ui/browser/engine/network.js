// A network that a page runs: laid out once in memory of its own, then run for any rows of w.
import { fours, LAYERS, sizeOf, tanh } from "./layers.js";
import { fastProducts, plainProducts } from "./products.js";

const SLACK = 16; // free numbers behind every matrix: products write and read a little past their ends
const ROOM = 1 << 17; // numbers in the widest layer of a batch; more would not stay in the cache
const MOST = 256; // pictures in a batch

// numbers between two layers for each picture: what a product of patches makes or takes
const between = (op) => {
  if (op.op === "conv_up") return op.out * op.kernel ** 2 * op.side ** 2;
  return op.op === "conv" ? op.in * op.kernel ** 2 * op.shape[1] * op.shape[2] : op.count ?? 0;
};
const depth = (op) => op.in * (op.op === "conv" ? op.kernel ** 2 : 1) || 0;

function weights(file, op, i) {
  // a layer's matrix as its product wants it, its rows `stride` numbers apart
  if (op.op === "fourier") return flipped(file.tensor(`${i}.frequencies`), op.in, op.count);
  const values = file.tensor(`${i}.weight`);
  if (op.op === "conv_up") return flipped(values, op.in, op.out * op.kernel ** 2);
  return op.op === "conv" ? values : widened(values, op.out, op.in);
}

function widened(values, rows, columns) {
  // rows as dots want them, of a multiple of four numbers
  const stride = fours(columns);
  if (stride === columns) return values;
  const wide = new Float32Array(rows * stride);
  for (let r = 0; r < rows; r++) wide.set(values.subarray(r * columns, (r + 1) * columns), r * stride);
  return wide;
}

function powers(values, op) {
  // [out, in]: how strong a channel of the output is for one of the input, each output pixel seeing a part of the kernel
  const each = op.kernel ** 2, found = new Float32Array(op.in * op.out);
  for (let c = 0, at = 0; c < op.in; c++) for (let o = 0; o < op.out; o++) {
    let sum = 0;
    for (const end = at + each; at < end; at++) sum += values[at] ** 2;
    found[o * op.in + c] = sum / op.stride ** 2;
  }
  return widened(found, op.out, op.in);
}

function flipped(values, rows, columns) {
  const found = new Float32Array(values.length);
  for (let r = 0; r < rows; r++) for (let c = 0; c < columns; c++) found[c * rows + r] = values[r * columns + c];
  return found;
}

/**
 * A network laid out once, with all the memory that it takes.
 * @param file what readTensors gives
 * @param {WebAssembly.Module | null} module the compiled products; null: plain JavaScript
 */
export function compile(file, module) {
  const plan = file.note.plan.map((op) => ({ ...op })), parts = [];
  let used = SLACK;
  const take = (n) => {
    const at = used;
    used += fours(n + SLACK);
    return at;
  };
  const lay = (values) => {
    const at = take(values.length);
    parts.push([at, values]);
    return at;
  };
  const most = (of) => Math.max(...plan.map(of));
  const none = take(most((op) => (op.op === "conv_up" ? op.out * op.kernel ** 2 : op.count ?? 0)));
  plan.forEach((op, i) => {
    if (op.op === "affine") return;
    op.at = { none, weight: lay(weights(file, op, i)), stride: fours(op.in) };
    if (op.op !== "fourier") op.at.bias = lay(file.tensor(`${i}.bias`));
    if (!op.style) return;
    const style = lay(widened(file.tensor(`${i}.style.weight`), op.in, op.style));
    Object.assign(op.at, { style, styleBias: lay(file.tensor(`${i}.style.bias`)), power: lay(powers(file.tensor(`${i}.weight`), op)) });
  });
  const width = plan[0].op === "affine" ? sizeOf(plan[0].shape) : plan[0].in * (plan[0].side ?? 1) ** 2;
  const layered = plan.some((op) => op.style), start = layered ? plan.length * width : width; // numbers of what is asked
  const channels = layered ? most((op) => Math.max(op.in, op.out)) : 0, [styles, squares, scales] = [0, 1, 2].map(() => take(channels));
  const ws = take(layered ? start : 0);
  if (layered) plan.forEach((op, i) => { op.at.w = ws + i * width; });
  const widest = Math.max(width, most((op) => sizeOf(op.shape))), patches = most(between);
  // patches of several pictures at once would leave the cache: a convolution takes them one by one, in half the time
  const batch = patches ? 1 : Math.min(Math.max(Math.floor(ROOM / widest), 1), MOST);
  const panel = take(8 * most(depth));
  const places = [take(widest * batch), take(widest * batch), take(widest * batch)], spare = take(patches * batch);

  const pages = Math.ceil(used * 4 / 65536);
  const memory = module && new WebAssembly.Memory({ initial: pages, maximum: pages });
  const room = new Float32Array(memory ? memory.buffer : new ArrayBuffer(pages * 65536));
  for (const [at, values] of parts) room.set(values, at);
  return { plan, room, batch, panel, places, spare, start, width, layered, ws, styles, squares, scales, ...(memory ? fastProducts(module, memory) : plainProducts(room)) };
}

// ---- runs -----------------------------------------------------------------------------------------------------------

function enter(net, rows, from, count, place) {
  // rows [count, start] of what is asked -> [start, count]
  const { room, start } = net;
  for (let b = 0, at = from * start; b < count; b++) for (let i = 0; i < start; i++) room[place + i * count + b] = rows[at++];
}

function run(net, place, from, to, count, other = 1) {
  // the layers from..to - 1 on what lies at places[place]; tells where their output lies, `other` is free to use
  for (const op of net.plan.slice(from, to)) {
    LAYERS[op.op](net, op, net.places[place], net.places[other], net.spare, count);
    [place, other] = [other, place];
    const n = sizeOf(op.shape) * count;
    if (op.act === "leaky") net.leaky(net.places[place], n);
    else if (op.act === "tanh") tanh(net.room, net.places[place], n);
  }
  return place;
}

function stagewise(net, rows, mix, stage, found, values) {
  // rows of ws [N, stages, w_dim], each stage following its own, up to `stage`; mix: those of mix.w from mix.stage on take part
  const { room, start, width, ws, places } = net;
  for (let row = 0, at = 0; at < rows.length; row++, at += start) {
    room.set(rows.subarray(at, at + start), ws);
    if (mix) for (let i = mix.stage * width; i < start; i++) room[ws + i] += mix.share * (mix.w[at + i] - room[ws + i]);
    room.copyWithin(places[0], ws, ws + width);
    leave(net, found, row, 1, values, places[run(net, 0, 0, stage, 1)]);
  }
  return found;
}

function through(net, rows, mix, stage, found, values) {
  // rows of w [N, start] through the plan up to `stage`; mix: features of mix.w [N, start] take part from mix.stage on
  const total = rows.length / net.start;
  for (let from = 0; from < total; from += net.batch) {
    const count = Math.min(net.batch, total - from), meet = mix ? Math.min(mix.stage, stage) : 0;
    enter(net, rows, from, count, net.places[0]);
    let place = run(net, 0, 0, meet, count);
    if (mix && stage >= mix.stage) place = blend(net, mix, from, count, place);
    place = run(net, place, meet, stage, count, place ? 0 : 1);
    leave(net, found, from, count, values, net.places[place]);
  }
  return found;
}

function blend(net, mix, from, count, place) {
  // the second latents' features at the stage, `share` of them in the first ones' place
  const { room, places } = net, n = (mix.stage ? sizeOf(net.plan[mix.stage - 1].shape) : net.start) * count;
  room.copyWithin(places[2], places[place], places[place] + n);
  enter(net, mix.w, from, count, places[0]);
  const second = run(net, 0, 0, mix.stage, count), a = places[2], b = places[second];
  for (let i = 0; i < n; i++) room[b + i] = room[a + i] + mix.share * (room[b + i] - room[a + i]);
  return second;
}

function leave(net, found, from, count, values, place) {
  for (let b = 0, at = from * values; b < count; b++) for (let i = 0; i < values; i++) found[at++] = net.room[place + i * count + b];
}

/** Images of rows of w, or features after the plan's `stage`-th layer. */
export function pictures(net, rows, mix, stage = net.plan.length) {
  const values = stage ? sizeOf(net.plan[stage - 1].shape) : net.width;
  const way = net.layered ? stagewise : through;
  return way(net, rows, mix, stage, new Float32Array(rows.length / net.start * values), values);
}

/** The share of real pictures that the critic likes less than each of `count` images, all of class c. */
export function criticRank(net, images, count, c) {
  const { real, start } = net, values = images.length / count, logits = sizeOf(net.plan.at(-1).shape);
  let rows = images;
  if (start > values) { // it takes the class beside the image
    rows = new Float32Array(count * start);
    for (let i = 0; i < count; i++) {
      rows.set(images.subarray(i * values, (i + 1) * values), i * start);
      rows[i * start + values + c] = 1;
    }
  }
  const found = pictures(net, rows, null), own = logits > 1 ? c : 0; // or has a logit for each class
  return Float32Array.from({ length: count }, (_, i) => {
    let below = 0;
    while (below < real.length && real[below] < found[i * logits + own]) below++;
    return below / real.length;
  });
}
