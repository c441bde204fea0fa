// The worker that turns w into images: it keeps networks, and answers what the page asks for.
import { readTensors } from "../core/safetensors.js";
import { compile, criticRank, pictures } from "./network.js";
import { nearest } from "./reference.js";

let module = null; // the compiled products; null: plain JavaScript
const nets = new Map(), references = new Map();

const ANSWERS = {
  start: ({ wasm }) => {
    try {
      module = wasm && new WebAssembly.Module(wasm);
    } catch { /* a page may forbid it */ }
    return module ? "wasm" : "plain";
  },
  load: ({ name, part, file }) => {
    const read = readTensors(file);
    if (part === "reference") references.set(name, { pixels: read.raw("pictures"), shape: read.shape("pictures") });
    else nets.set(`${part} ${name}`, { ...compile(read, module), real: part === "critic" ? read.tensor("stats.real_logits") : null });
  },
  pictures: ({ name, rows, mix }) => pictures(nets.get(`generator ${name}`), rows, mix),
  features: ({ name, rows, mix, stage }) => pictures(nets.get(`generator ${name}`), rows, mix, stage),
  critic_rank: ({ name, rows, count, c }) => criticRank(nets.get(`critic ${name}`), rows, count, c),
  nearest: ({ name, rows, count }) => nearest(references.get(name), rows, count),
};

self.onmessage = ({ data: { id, ask, ...asked } }) => {
  try {
    const found = ANSWERS[ask](asked);
    self.postMessage({ id, found }, found instanceof Float32Array ? [found.buffer] : []);
  } catch (error) {
    self.postMessage({ id, trouble: String(error.message ?? error) });
  }
};
