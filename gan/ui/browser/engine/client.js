// The engine as a page asks it: models, two workers (a quick one for what is on the screen, a slow one for what may
// take its time), and the host instead of them where a browser or a model asks for it.
import { decodeBytes } from "../core/encoding.js";
import { describeModel } from "../core/model.js";
import { readTensors } from "../core/safetensors.js";
import { samplingOf } from "../core/sampling.js";
import { givenOf, withKnown } from "../core/translation.js";
import { DrawingQueue } from "./drawings.js";
import { spreadOf } from "./encoders.js";
import { fit, fitting } from "./fits.js";
import { JobQueue, pieces, single } from "./jobs.js";
import { MATMUL } from "./matmul.js";
import { suited } from "./products.js";
import { joined, part, repeated } from "./rows.js";
import { startWorker } from "./workers.js";

/** @import { Model } from "../core/model.js" */
/** @import { OnStep } from "./fits.js" */
/** @import { Fitted, Given, Progress } from "./fitting.js" */
/** @import { SecondLatent } from "./network.js" */
/** @import { Neighbour } from "./reference.js" */
/** @import { Part } from "./worker.js" */
/** @import { WorkerHandle } from "./workers.js" */

export const LIMIT = 400e6; // multiply-adds in a picture; the host makes those of larger models
const PIECE = 40e6; // multiply-adds that the slow worker does before it looks what else there is to do
const ROWS = 2000; // what the worker is given at a time, at most

/**
 * What the host is asked with rows, in its route's words: `stage` and `share` of a mix, or the layer of features and,
 * `at`, that of their mix; `c`, the class of images.
 * @typedef {{ stage?: number, at?: number, share?: number, c?: number }} HostOptions
 * @typedef {"pictures" | "features" | "critic_rank"} Want
 * @typedef {(name: string, want: Want, rows: Float32Array, options: HostOptions) => Promise<Float32Array>} HostRender
 */

/**
 * Where files come from.
 * @typedef {object} Host
 * @property {boolean} static whether nobody can be asked to compute
 * @property {() => Promise<{ name: string, reference: boolean }[]>} models
 * @property {(name: string, part: Part) => Promise<ArrayBuffer>} file
 * @property {(name: string) => Promise<ArrayBuffer>} [sketch] a generator's file, or one that is almost right where the
 *   rest of that takes its time
 * @property {HostRender | null} render
 */

/**
 * How pictures are made, and what a page may be told to do: "plain", no WebAssembly; "server", the host computes.
 * @typedef {"wasm" | "plain" | "server"} How
 */

/**
 * `make()` the first time that it is asked for.
 * @template Value
 * @param {() => Value} make
 */
function once(make) {
  /** @type {Value | null} */
  let value = null;
  return () => value ??= make();
}

export class Engine {
  #host;
  #wanted;
  #quick;
  #slow;
  #wasm = once(() => suited(decodeBytes(MATMUL)));
  #how = once(() => this.#chosen());
  /** @type {Map<string, Promise<Model>>} */
  #models = new Map();
  #drawings = new DrawingQueue();
  #jobs = new JobQueue();
  /** @type {Map<string, object>} */
  #latest = new Map(); // task -> its newest call
  /** @type {Map<string, number>} */
  #fits = new Map(); // of each model, how many fits there are

  /**
   * Called when a model that was drawn almost right so far is there as it is.
   * @type {(name: string) => void}
   */
  completed = () => {};

  /**
   * @param {Host} host
   * @param {string} worker address of worker.js
   * @param {string | null} wanted what ?engine= asks for: "plain", no WebAssembly; "server", the host computes
   */
  constructor(host, worker, wanted = null) {
    this.#host = host;
    this.#wanted = wanted;
    const start = () => startWorker(worker, this.#forced() === "plain" ? null : this.#wasm());
    this.#quick = once(start);
    this.#slow = once(start);
  }

  // How the host computes; null where nobody can be asked.
  #server() {
    return this.#host.static ? null : this.#host.render;
  }

  #forced() {
    if (this.#wanted === "plain") return "plain";
    return this.#wanted === "server" && this.#server() ? "server" : null;
  }

  /** @returns {Promise<How>} */
  async #chosen() {
    const forced = this.#forced(), serves = Boolean(this.#server());
    if (forced === "server" || (serves && !forced && !this.#wasm())) return "server";
    try {
      const ready = await this.#quick().ready;
      return ready === "plain" && serves && !forced ? "server" : ready;
    } catch (error) {
      if (serves) return "server"; // a page that may not have workers
      throw error;
    }
  }

  /** How pictures are made. */
  get how() {
    return this.#how();
  }

  // ---- models ---------------------------------------------------------------------------------------------------

  /**
   * @param {string} name
   * @returns {Promise<Model>}
   */
  model(name) {
    const known = this.#models.get(name);
    if (known) return known;
    this.#how().catch(() => {}); // the worker starts while the file is on its way
    const model = this.#first(name).then((file) => describeModel(name, file)); // these parts of a sketch are exact
    this.#models.set(name, model);
    model.catch(() => this.#models.delete(name)); // asked again, it is tried again
    return model;
  }

  // What of a generator can be drawn first.
  #first(/** @type {string} */ name) {
    return this.#host.sketch?.(name) ?? this.#host.file(name, "generator");
  }

  /**
   * How the host computes what this model makes; null where a worker does it.
   * @param {Model} model
   */
  async #remote(model) {
    const server = this.#server();
    return (await this.#how()) === "server" || model.macs > LIMIT ? server : null;
  }

  /**
   * A worker that has a file; it is sent once.
   * @param {WorkerHandle} worker
   * @param {string} name
   * @param {Part} part
   * @param {boolean} sketched whether a sketch will do until the file is there
   * @returns {Promise<void>}
   */
  #ready(worker, name, part, sketched = false) {
    const key = `${part} ${name}`, known = worker.files.get(key);
    if (known) return known;
    const load = (/** @type {ArrayBuffer} */ file) => worker.ask("load", { name, part, file });
    const file = Promise.all([sketched ? this.#first(name) : this.#host.file(name, part), worker.ready]);
    const sent = file.then(async ([content]) => {
      await load(content);
      if (sketched && this.#host.sketch) this.#complete(name, content, load);
    });
    worker.files.set(key, sent);
    sent.catch(() => worker.files.delete(key));
    return sent;
  }

  /**
   * Has the file itself take the place of a sketch.
   * @param {string} name
   * @param {ArrayBuffer} sketch
   * @param {(file: ArrayBuffer) => Promise<void>} load
   */
  async #complete(name, sketch, load) {
    try {
      const file = await this.#host.file(name, "generator");
      if (file === sketch) return;
      await load(file);
      this.completed(name);
    } catch (error) {
      console.error(error); // the sketch stays
    }
  }

  /**
   * Images of rows of w, by a worker or by the host.
   * @param {() => WorkerHandle} start
   * @param {string} name
   * @param {Model} model
   * @param {Float32Array} rows
   * @param {SecondLatent | null} mix
   * @returns {Promise<Float32Array>}
   */
  async #pictures(start, name, model, rows, mix) {
    const full = repeated(mix, rows.length), render = await this.#remote(model);
    if (render) {
      const options = full ? { stage: full.stage, share: full.share } : {};
      return render(name, "pictures", joined(rows, full), options);
    }
    const worker = start();
    await this.#ready(worker, name, "generator", start === this.#quick);
    return worker.ask("pictures", { name, rows, mix: full });
  }

  // ---- the picture on the screen --------------------------------------------------------------------------------

  /**
   * Images of w; null if a newer one was asked for before this one's turn.
   * @param {string} name
   * @param {Float32Array} w [N, width] row by row
   * @param {SecondLatent | null} mix
   * @returns {Promise<Float32Array | null>} [N, ...shape] row by row
   */
  draw(name, w, mix = null) {
    return this.#drawings.add(name, async () => {
      return this.#pictures(this.#quick, name, await this.model(name), w, mix);
    });
  }

  // ---- what may take its time -----------------------------------------------------------------------------------

  /**
   * Images of rows of w; null if a newer call of the same task came before they were done.
   * @param {string} name
   * @param {Float32Array} rows [N, width] row by row
   * @param {{ task?: string, mix?: SecondLatent | null }} options
   * @returns {Promise<Float32Array | null>} [N, ...shape] row by row
   */
  async render(name, rows, { task = "", mix = null } = {}) {
    const turn = task ? this.#started(task) : null, model = await this.model(name), far = await this.#remote(model);
    if (turn && turn !== this.#latest.get(task)) return null;
    const { width } = model, count = rows.length / width, full = repeated(mix, rows.length);
    const few = far ? samplingOf(model).most : Math.min(Math.max(Math.floor(PIECE / model.macs), 1), ROWS);
    const make = (/** @type {number} */ from, /** @type {number} */ to) => {
      const second = full && { ...full, w: part(full.w, from, to, width) };
      return this.#pictures(this.#slow, name, model, part(rows, from, to, width), second);
    };
    return this.#jobs.add(task, pieces(count, few, model.values, make));
  }

  /** @param {string} task */
  #started(task) {
    const turn = {};
    this.#latest.set(task, turn);
    return turn;
  }

  /**
   * What the generator's layers make of w.
   * @param {string} name
   * @param {Float32Array} w [width]
   * @param {number} after how many layers; 0 is w itself
   * @param {SecondLatent | null} mix
   * @returns {Promise<{ shape: number[], values: Float32Array }>} the values row by row
   */
  async features(name, w, after, mix = null) {
    const model = await this.model(name), render = await this.#remote(model);
    const shape = after ? model.plan[after - 1].shape : [model.wDim];
    const options = mix ? { stage: after, at: mix.stage, share: mix.share } : { stage: after };
    const make = async () => {
      if (render) return render(name, "features", joined(w, mix), options);
      await this.#ready(this.#slow(), name, "generator");
      return this.#slow().ask("features", { name, rows: w, mix, after });
    };
    return { shape, values: await this.#jobs.run(single(make)) };
  }

  /**
   * The share of real pictures that the critic likes less than each of n images; null if the model has no critic.
   * @param {string} name
   * @param {Float32Array} images [n, ...shape] row by row
   * @param {number} n
   * @param {number} c their class
   * @returns {Promise<Float32Array | null>} [n], 0 to 1
   */
  async criticRank(name, images, n, c = 0) {
    const model = await this.model(name);
    if (!model.critic) return null;
    const render = await this.#remote(model), few = samplingOf(model).judged;
    const make = async (/** @type {number} */ from, /** @type {number} */ to) => {
      const rows = part(images, from, to, model.values);
      if (render) return render(name, "critic_rank", rows, c ? { c } : {});
      await this.#ready(this.#slow(), name, "critic");
      return this.#slow().ask("critic_rank", { name, rows, count: to - from, c });
    };
    return this.#jobs.run(pieces(n, few, 1, make));
  }

  /**
   * The real samples nearest to one; null where there are none at hand.
   * @param {string} name
   * @param {Float32Array} image the sample, [C, H, W] row by row
   * @param {number} count
   * @returns {Promise<Neighbour[] | null>}
   */
  async nearest(name, image, count) {
    const entry = (await this.#host.models()).find((one) => one.name === name);
    if (!entry?.reference) return null;
    const { kind, shape, unit, traits } = await this.model(name), of = { kind, shape, unit, traits };
    const make = async () => {
      await this.#ready(this.#slow(), name, "reference");
      return this.#slow().ask("nearest", { name, rows: image, count, of });
    };
    return this.#jobs.run(single(make));
  }

  // ---- a picture that is given ----------------------------------------------------------------------------------

  /**
   * The latents by which the generator makes pictures like these, as an encoder sees it.
   * @param {string} name
   * @param {Float32Array} images [count, C, H, W] row by row, in [-1, 1]; for "repair" with what is known behind it,
   *   [count, C + 1, H, W]
   * @param {number} count
   * @param {"encoder" | "repair"} kind
   * @returns {Promise<Float32Array>} [count, width]
   */
  async encode(name, images, count, kind = "encoder") {
    const model = await this.model(name), worker = this.#quick();
    await this.#ready(worker, name, kind);
    const rows = await worker.ask("encode", { name, part: kind, rows: images, count });
    if (rows.length !== count * model.width) throw new RangeError(`the ${kind} of ${name} is not for it`);
    return rows;
  }

  /**
   * Latents fitted to a picture, of each start the best that was seen; null if a newer call of the same task came
   * before they were found. It runs in the worker that may take its time, and lets others have their turn.
   * @param {string} name
   * @param {Given} given
   * @param {{ task?: string, onStep?: OnStep }} options
   * @returns {Promise<Fitted | null>}
   */
  async fit(name, given, { task = "", onStep = () => {} } = {}) {
    const turn = task ? this.#started(task) : null, model = await this.model(name), whole = fitting(model, given);
    const spread = spreadOf(readTensors(await this.#host.file(name, "encoder")), model.wDim);
    if (turn && turn !== this.#latest.get(task)) return null;
    const advance = async (/** @type {Progress} */ progress, /** @type {number} */ count) => {
      await this.#ready(this.#slow(), name, "generator");
      return this.#slow().ask("fit", { name, given: whole, spread, progress, count });
    };
    this.#fits.set(name, (this.#fits.get(name) ?? 0) + 1);
    try {
      return await this.#jobs.add(task, fit(model, whole, spread, advance, onStep));
    } finally {
      this.#fitted(name);
    }
  }

  /**
   * What a model of a task makes of a damaged picture.
   * @param {string} name
   * @param {Float32Array} image [C, H, W] in [-1, 1]; where it enlarges, [C, H / factor, W / factor]
   * @param {Float32Array | null} known [H, W] where it fills holes: 1 where something is known, which stays as it is
   * @returns {Promise<Float32Array>} [C, H, W]
   */
  async translate(name, image, known = null) {
    const model = await this.model(name), picture = givenOf(model, image, known);
    const make = async () => {
      await this.#ready(this.#slow(), name, "generator");
      return this.#slow().ask("translate", { name, picture });
    };
    const made = await this.#jobs.run(single(make));
    return known ? withKnown(made, image, known) : made;
  }

  // Gives up what the worker keeps of a model for fits, after the last of them.
  #fitted(/** @type {string} */ name) {
    const others = (this.#fits.get(name) ?? 1) - 1;
    this.#fits.set(name, others);
    if (!others) this.#slow().ask("fitted", { name }).catch(() => {}); // a worker that failed has told so already
  }
}
