// The engine as a page asks it: models, two workers (a quick one for what is on the screen, a slow one for what may take
// its time), and the host instead of them where a browser or a model asks for it.
import { decodeBytes } from "../core/encoding.js";
import { painterOf } from "../core/media.js";
import { describeModel } from "../core/model.js";
import { JobQueue, pieces, single } from "./jobs.js";
import { MATMUL } from "./matmul.js";
import { startWorker } from "./workers.js";

const LIMIT = 400e6; // multiply-adds in a picture; the host makes those of larger models
const PIECE = 40e6; // multiply-adds that the slow worker does before it looks what else there is to do
const ROWS = 2000; // what the worker is given at a time, at most

/**
 * @typedef {import("../core/model.js").Model} Model
 * @typedef {{ stage: number, share: number, w: Float32Array }} Mix a second latent that takes part from a stage on
 * @typedef {object} Host where files come from
 * @property {boolean} static whether nobody can be asked to compute
 * @property {() => Promise<{ name: string, reference: boolean }[]>} models
 * @property {(name: string, part: string) => Promise<ArrayBuffer>} file
 * @property {null | ((name: string, want: string, rows: Float32Array, options: object) => Promise<Float32Array>)} render
 */

// Rows from..to - 1 of numbers that are `width` a row.
const part = (rows, from, to, width) => {
  return from === 0 && to * width === rows.length ? rows : rows.slice(from * width, to * width);
};

// A mix with one second w for each of `count` numbers of rows.
function repeated(mix, count) {
  if (!mix || mix.w.length === count) return mix;
  const w = new Float32Array(count);
  for (let i = 0; i < count; i += mix.w.length) w.set(mix.w, i);
  return { ...mix, w };
}

function joined(rows, mix) {
  if (!mix) return rows;
  const both = new Float32Array(2 * rows.length);
  both.set(rows);
  both.set(mix.w, rows.length);
  return both;
}

function once(make) {
  // make() the first time it is asked for
  let made = null;
  return () => made ??= make();
}

// The products' bytes; null where a browser knows no products of four numbers at a time.
function products() {
  const bytes = decodeBytes(MATMUL);
  return globalThis.WebAssembly?.validate(bytes) ? bytes : null;
}

export class Engine {
  #host;
  #wanted; // what ?engine= asks for
  #quick;
  #slow;
  #wasm = once(products);
  #how = once(() => this.#chosen());
  #models = new Map();
  #drawings = new Map(); // by model: whether one is being made, and the newest that waits
  #jobs = new JobQueue();
  #latest = new Map(); // task -> its newest call

  /**
   * @param {Host} host
   * @param {string} worker address of worker.js
   * @param {string | null} wanted "plain": no WebAssembly; "server": let the host compute
   */
  constructor(host, worker, wanted = null) {
    this.#host = host;
    this.#wanted = wanted;
    const start = () => startWorker(worker, this.#forced() === "plain" ? null : this.#wasm());
    this.#quick = once(start);
    this.#slow = once(start);
  }

  #serves() {
    return Boolean(this.#host.render) && !this.#host.static;
  }

  #forced() {
    return this.#wanted === "plain" || (this.#wanted === "server" && this.#serves()) ? this.#wanted : null;
  }

  async #chosen() {
    const forced = this.#forced(), serves = this.#serves();
    if (forced === "server" || (serves && !forced && !this.#wasm())) return "server";
    try {
      const found = await this.#quick().ready;
      return found === "plain" && serves && !forced ? "server" : found;
    } catch (error) {
      if (serves) return "server"; // a page that may not have workers
      throw error;
    }
  }

  /** How pictures are made: "wasm", "plain" or "server". */
  get how() {
    return this.#how();
  }

  // ---- models ---------------------------------------------------------------------------------------------------

  /** @returns {Promise<Model>} */
  model(name) {
    if (!this.#models.has(name)) {
      this.#how().catch(() => {}); // the worker starts while the file is on its way
      const model = this.#host.file(name, "generator").then((file) => describeModel(name, file));
      this.#models.set(name, model);
      model.catch(() => this.#models.delete(name)); // asked again, it is tried again
    }
    return this.#models.get(name);
  }

  async #remote(model) {
    return (await this.#how()) === "server" || (model.macs > LIMIT && this.#serves());
  }

  // A worker that has a file; it is sent once.
  #ready(worker, name, part) {
    const key = `${part} ${name}`;
    if (!worker.files.has(key)) {
      const file = Promise.all([this.#host.file(name, part), worker.ready]);
      const sent = file.then(([content]) => worker.ask("load", { name, part, file: content }));
      worker.files.set(key, sent);
      sent.catch(() => worker.files.delete(key));
    }
    return worker.files.get(key);
  }

  // Images of rows of w, by a worker or by the host.
  async #pictures(start, name, model, rows, mix) {
    const full = repeated(mix, rows.length);
    if (await this.#remote(model)) {
      const options = full ? { stage: full.stage, share: full.share } : {};
      return this.#host.render(name, "pictures", joined(rows, full), options);
    }
    const worker = start();
    await this.#ready(worker, name, "generator");
    return worker.ask("pictures", { name, rows, mix: full });
  }

  // ---- the picture on the screen --------------------------------------------------------------------------------

  /**
   * Images of w; null if a newer one was asked for before this one's turn.
   * @param {string} name
   * @param {Float32Array} w
   * @param {Mix | null} mix
   * @returns {Promise<Float32Array | null>}
   */
  draw(name, w, mix = null) {
    return new Promise((done, failed) => {
      const state = this.#drawings.get(name) ?? { busy: false, next: null };
      this.#drawings.set(name, state);
      state.next?.done(null);
      state.next = { w, mix, done, failed };
      if (!state.busy) this.#drain(name, state);
    });
  }

  async #drain(name, state) {
    state.busy = true;
    while (state.next) {
      const { w, mix, done, failed } = state.next;
      state.next = null;
      try {
        done(await this.#pictures(this.#quick, name, await this.model(name), w, mix));
      } catch (error) {
        failed(error);
      }
    }
    state.busy = false;
  }

  // ---- what may take its time -----------------------------------------------------------------------------------

  /**
   * Images of rows of w; null if a newer call of the same task came before they were done.
   * @param {string} name
   * @param {Float32Array} rows [N, w_dim]
   * @param {{ task?: string, mix?: Mix | null }} options
   * @returns {Promise<Float32Array | null>}
   */
  async render(name, rows, { task = "", mix = null } = {}) {
    const turn = task ? this.#started(task) : null, model = await this.model(name), far = await this.#remote(model);
    if (turn && turn !== this.#latest.get(task)) return null;
    const { width } = model, count = rows.length / width, full = repeated(mix, rows.length);
    const few = far ? painterOf(model).most : Math.min(Math.max(Math.floor(PIECE / model.macs), 1), ROWS);
    const make = (from, to) => {
      const second = full && { ...full, w: part(full.w, from, to, width) };
      return this.#pictures(this.#slow, name, model, part(rows, from, to, width), second);
    };
    return this.#jobs.add(task, pieces(count, few, model.values, make));
  }

  #started(task) {
    const turn = {};
    this.#latest.set(task, turn);
    return turn;
  }

  /**
   * What the generator's layers make of w.
   * @param {string} name
   * @param {Float32Array} w
   * @param {number} stage after which layer; 0 is w itself
   * @param {Mix | null} mix
   * @returns {Promise<{ shape: number[], values: Float32Array }>}
   */
  async features(name, w, stage, mix = null) {
    const model = await this.model(name), far = await this.#remote(model);
    const shape = stage ? model.plan[stage - 1].shape : [model.wDim];
    const options = mix ? { stage, at: mix.stage, share: mix.share } : { stage };
    const make = async () => {
      if (far) return this.#host.render(name, "features", joined(w, mix), options);
      await this.#ready(this.#slow(), name, "generator");
      return this.#slow().ask("features", { name, rows: w, mix, stage });
    };
    return { shape, values: await this.#jobs.add("", single(make)) };
  }

  /**
   * The share of real pictures that the critic likes less than each of n images; null if the model has no critic.
   * @param {string} name
   * @param {Float32Array} images
   * @param {number} n
   * @param {number} c their class
   * @returns {Promise<Float32Array | null>}
   */
  async criticRank(name, images, n, c = 0) {
    const model = await this.model(name);
    if (!model.critic) return null;
    const far = await this.#remote(model), few = painterOf(model).judged;
    const make = async (from, to) => {
      const rows = part(images, from, to, model.values);
      if (far) return this.#host.render(name, "critic_rank", rows, c ? { c } : {});
      await this.#ready(this.#slow(), name, "critic");
      return this.#slow().ask("critic_rank", { name, rows, count: to - from, c });
    };
    return this.#jobs.add("", pieces(n, few, 1, make));
  }

  /**
   * The real pictures nearest to an image; null where there are none at hand.
   * @returns {Promise<{ index: number, distance: number, pixels: Uint8Array }[] | null>}
   */
  async nearest(name, image, count) {
    const entry = (await this.#host.models()).find((one) => one.name === name);
    if (!entry?.reference) return null;
    const make = async () => {
      await this.#ready(this.#slow(), name, "reference");
      return this.#slow().ask("nearest", { name, rows: image, count });
    };
    return this.#jobs.add("", single(make));
  }
}
