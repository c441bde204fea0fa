// The worker that turns w into images: it keeps networks, and answers what the page asks for.
import { soundOf } from "../core/griffin_lim.js";
import { readTensors } from "../core/safetensors.js";
import { isSentence } from "../core/trouble.js";
import { differentiable } from "./differentiable.js";
import { compileEncoder } from "./encoders.js";
import { advance } from "./fitting.js";
import { compile } from "./layout.js";
import { along, loopOf } from "./loops.js";
import { criticRank, pictures } from "./network.js";
import { nearest } from "./reference.js";
import { translated } from "./translation.js";

/** @import { Read } from "../core/stored_rows.js" */
/** @import { SoundTraits } from "../core/mel.js" */
/** @import { Differentiable } from "./differentiable.js" */
/** @import { Given, Progress, Spread } from "./fitting.js" */
/** @import { Network, NetworkFile } from "./layout.js" */
/** @import { Loop } from "./loops.js" */
/** @import { SecondLatent } from "./network.js" */
/** @import { Neighbour, Reference } from "./reference.js" */

/**
 * What a worker is asked, by name: what comes with the question, and what the answer is. `rows` and images are numbers
 * row by row; the answers are [N, C, H, W] or [N, 2] for pictures, those of one layer for features, [N] for ranks.
 * @typedef {"generator" | "critic" | "reference" | "encoder" | "repair" | "film"} Part one of a model's files
 * @typedef {{ name: string, rows: Float32Array, mix: SecondLatent | null }} Rows of a generator of that name
 * @typedef {{
 *   start: { given: { wasm: BufferSource | null }, result: "wasm" | "plain" },
 *   load: { given: { name: string, part: Part, file: ArrayBuffer }, result: void },
 *   pictures: { given: Rows, result: Float32Array<ArrayBuffer> },
 *   features: { given: Rows & { after: number }, result: Float32Array<ArrayBuffer> },
 *   critic_rank: {
 *     given: { name: string, rows: Float32Array, count: number, c: number }, result: Float32Array<ArrayBuffer>,
 *   },
 *   nearest: { given: { name: string, rows: Float32Array, count: number, of: Read }, result: Neighbour[] },
 *   encode: {
 *     given: { name: string, part: "encoder" | "repair", rows: Float32Array, count: number },
 *     result: Float32Array<ArrayBuffer>,
 *   },
 *   fit: {
 *     given: { name: string, given: Given, spread: Spread, progress: Progress, count: number }, result: Progress,
 *   },
 *   fitted: { given: { name: string }, result: void },
 *   sound: { given: { shown: Float32Array, traits: SoundTraits, rounds: number }, result: Float32Array<ArrayBuffer> },
 *   translate: { given: { name: string, picture: Float32Array }, result: Float32Array<ArrayBuffer> },
 * }} Questions
 */

/**
 * The messages themselves; a response has the id of its request.
 * @template {keyof Questions} Ask
 * @typedef {{ id: number, ask: Ask } & Questions[Ask]["given"]} RequestOf
 */
/**
 * @typedef {{ [Ask in keyof Questions]: RequestOf<Ask> }[keyof Questions]} WorkerRequest
 * @typedef {Questions[keyof Questions]["result"]} Result
 * @typedef {{ id: number, result: Result } | { id: number, trouble: string | null }} WorkerResponse
 */

/** @type {WebAssembly.Module | null} */
let module = null; // the compiled products; null: plain JavaScript
/** @type {Map<string, Network>} */
const generators = new Map();
/** @type {Map<string, Loop | null>} */
const loops = new Map(); // of generators, where a sample is several pictures
/** @type {Map<string, { net: Network, real: Float32Array }>} */
const critics = new Map(); // `real`: the logits of real data, in rising order
/** @type {Map<string, Reference>} */
const references = new Map();
/** @type {Map<string, Network>} */
const encoders = new Map(); // by part and model
/** @type {Map<string, Differentiable>} */
const fits = new Map(); // generators that something is being fitted by

/**
 * @template Loaded
 * @param {Map<string, Loaded>} loaded
 * @param {string} name of a model
 */
function ofModel(loaded, name) {
  const entry = loaded.get(name);
  if (entry === undefined) throw new Error(`a file of ${name} was never loaded`);
  return entry;
}

/**
 * What a generator makes of rows: of each sample all its pictures, or the first ones, or features of these.
 * @param {Rows} given
 * @param {number} [after]
 * @param {number} [count] of pictures of a sample
 */
function made({ name, rows, mix }, after, count) {
  const net = ofModel(generators, name), loop = ofModel(loops, name);
  const every = (/** @type {Float32Array} */ some) => along(loop, some, net.start, count);
  return pictures(net, every(rows), mix && { ...mix, w: every(mix.w) }, after);
}

/** @type {{ readonly [Ask in keyof Questions]: (given: Questions[Ask]["given"]) => Questions[Ask]["result"] }} */
const ANSWERS = {
  start: ({ wasm }) => {
    try {
      module = wasm && new WebAssembly.Module(wasm);
    } catch { /* a page may forbid it */ }
    return module ? "wasm" : "plain";
  },
  load: ({ name, part, file }) => {
    const read = readTensors(file);
    if (part === "reference") {
      const pixels = /** @type {Uint8Array} */ (read.raw("pictures"));
      references.set(name, { pixels, shape: read.shape("pictures") });
      return;
    }
    if (part === "encoder" || part === "repair") {
      encoders.set(`${part} ${name}`, compileEncoder(/** @type {NetworkFile} */ (read), module));
      return;
    }
    const net = compile(/** @type {NetworkFile} */ (read), module);
    if (part === "critic") critics.set(name, { net, real: read.tensor("stats.real_logits") });
    else {
      generators.set(name, net);
      loops.set(name, loopOf(read));
    }
  },
  pictures: (given) => made(given),
  features: ({ after, ...given }) => made(given, after, 1),
  critic_rank: ({ name, rows, count, c }) => {
    const { net, real } = ofModel(critics, name);
    return criticRank(net, real, rows, count, c);
  },
  nearest: ({ name, rows, count, of }) => nearest(ofModel(references, name), rows, count, of),
  encode: ({ name, part, rows, count }) => {
    const net = ofModel(encoders, `${part} ${name}`);
    if (rows.length !== count * net.start) throw new RangeError(`a picture for it has ${net.start} values`);
    return pictures(net, rows, null);
  },
  fit: ({ name, given, spread, progress, count }) => {
    const net = ofModel(generators, name), network = fits.get(name) ?? differentiable(net, module);
    fits.set(name, network);
    advance(network, net.plan[net.plan.length - 1].shape, given, spread, progress, count);
    return progress;
  },
  fitted: ({ name }) => {
    fits.delete(name);
  },
  sound: ({ shown, traits, rounds }) => soundOf(shown, traits, rounds),
  translate: ({ name, picture }) => translated(ofModel(generators, name), picture),
};

/**
 * @template {keyof Questions} Ask
 * @param {Ask} ask
 * @param {Questions[Ask]["given"]} given
 * @returns {Questions[Ask]["result"]}
 */
const answer = (ask, given) => ANSWERS[ask](given);

/** @param {WorkerResponse} response */
function respond(response, /** @type {Transferable[]} */ transfer = []) {
  self.postMessage(response, { transfer });
}

self.onmessage = (/** @type {MessageEvent<WorkerRequest>} */ { data }) => {
  try {
    const result = answer(data.ask, data);
    respond({ id: data.id, result }, result instanceof Float32Array ? [result.buffer] : []);
  } catch (error) {
    console.error(error);
    respond({ id: data.id, trouble: isSentence(error) ? /** @type {Error} */ (error).message : null });
  }
};
