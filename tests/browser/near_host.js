// For tests of the engine as a page asks it: workers that run in the test's own thread, and a host that only writes
// down. Its model is one of PLANS, its other files are of one layer.
import { expected, fileOf, numbers, PLANS } from "./tiny_networks.js";
import "../../gan/ui/browser/engine/worker.js";

/** @import { Host } from "../../gan/ui/browser/engine/client.js" */
/** @import { Layer } from "../../gan/ui/browser/engine/layers.js" */

export const CLOSE = 1e-5;
export const GROWING = PLANS["pictures that grow"], W = 5, VALUES = 3 * 8 * 8;
const CRITIC = /** @type {Layer[]} */ ([{ op: "dense", in: VALUES, out: 1, act: "none", shape: [1] }]);

/**
 * A safetensors file.
 * @param {object} note
 * @param {Record<string, Float32Array | Uint8Array>} tensors
 * @param {Record<string, number[]>} shapes of those that are no list
 */
export function packed(note, tensors, shapes = {}) {
  let used = 0;
  const places = Object.entries(tensors).map(([name, values]) => {
    const from = used, dtype = values instanceof Uint8Array ? "U8" : "F32";
    used += values.byteLength;
    return [name, { dtype, shape: shapes[name] ?? [values.length], data_offsets: [from, used] }];
  });
  const header = { __metadata__: { atelier: JSON.stringify(note) }, ...Object.fromEntries(places) };
  const text = new TextEncoder().encode(JSON.stringify(header)), file = new Uint8Array(8 + text.length + used);
  new DataView(file.buffer).setBigUint64(0, BigInt(text.length), true);
  file.set(text, 8);
  let at = 8 + text.length;
  for (const { buffer, byteOffset, byteLength } of Object.values(tensors)) {
    file.set(new Uint8Array(buffer, byteOffset, byteLength), at);
    at += byteLength;
  }
  return file.buffer;
}

export function generator(macs = 1000, tensors = fileOf(GROWING).tensors) {
  const note = {
    kind: "pictures",
    shape: [3, 8, 8],
    unit: 1,
    z_dim: W,
    w_dim: W,
    noise: "normal",
    plan: GROWING,
    macs,
    critic: true,
  };
  return packed(note, { ...tensors, "stats.w_avg": new Float32Array(W) });
}

/**
 * An encoder that is one layer.
 * @param {number} out numbers that it gives
 */
export function encoder(out = W) {
  const plan = /** @type {Layer[]} */ ([{ op: "dense", in: VALUES, out, act: "none", shape: [out] }]);
  const stats = { "stats.w_mean": numbers(W, 2), "stats.w_sd": numbers(W, 1).map((v) => 1.5 + v) };
  return packed({ plan }, { ...fileOf(plan).tensors, ...stats });
}

export function critic() {
  return packed({ plan: CRITIC }, { ...fileOf(CRITIC).tensors, "stats.real_logits": Float32Array.of(-9, 9) });
}

function reference() {
  const pictures = Uint8Array.from({ length: 2 * VALUES }, (_, i) => (i < VALUES ? 0 : 250));
  return packed({}, { pictures }, { pictures: [2, 8, 8, 3] });
}

/** @type {NearWorker} */
let speaking; // the worker whose message is being answered

// Answers with the worker's own code, a moment later.
export class NearWorker {
  static started = 0;
  /** @type {string[]} */
  static asked = []; // what all of them were asked, by name
  /** @type {(event: { data: unknown }) => void} */
  onmessage = () => {};
  onerror = () => {};

  constructor() {
    NearWorker.started++;
  }

  /** @param {{ ask: string }} message */
  postMessage(message) {
    const data = structuredClone(message);
    NearWorker.asked.push(data.ask);
    setTimeout(() => {
      speaking = this;
      self.onmessage?.(new MessageEvent("message", { data }));
    });
  }
}

Object.assign(self, {
  Worker: NearWorker,
  postMessage: (/** @type {unknown} */ data) => speaking.onmessage({ data }),
});

/**
 * A host that can be asked to compute, and what it was asked for: files, and rows with their options.
 * @param {Partial<Host>} own
 */
export function recorded(own = {}) {
  const files = /** @type {string[]} */ ([]), calls = /** @type {unknown[]} */ ([]);
  /** @type {Host} */
  const host = {
    static: true,
    render: null,
    models: () => Promise.resolve([{ name: "m", reference: true }, { name: "bare", reference: false }]),
    file: (name, part) => {
      files.push(`${part} ${name}`);
      if (name === "nobody") return Promise.reject(new Error("there is no nobody"));
      return Promise.resolve({ generator, critic, reference, encoder, repair: encoder, film: reference }[part]());
    },
    ...own,
  };
  return { host, files, calls };
}

/** @param {Partial<Host>} own */
export function serving(own = {}) {
  const { host, files, calls } = recorded({ static: false, ...own });
  host.render = (name, want, rows, options) => {
    calls.push([name, want, rows.length / (want === "critic_rank" ? VALUES : W), options]);
    return Promise.resolve(new Float32Array(want === "critic_rank" ? rows.length / VALUES : rows.length / W * VALUES));
  };
  return { host, files, calls };
}

/** @param {Float32Array} rows */
export function made(rows) {
  return Array.from({ length: rows.length / W }, (_, i) => Array.from(rows.subarray(i * W, (i + 1) * W)))
    .flatMap((row) => expected(GROWING, row));
}
