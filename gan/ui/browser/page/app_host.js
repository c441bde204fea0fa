// The host of the app: files, pictures and films by its routes, and one sentence where there are none.
import { receive } from "./generators.js";
import { GLOBALS } from "./globals.js";
import { inLanguage } from "./language.js";
import { OPENED } from "./links.js";
import { onceEach } from "./once.js";
import { jsonBody, routeAddress } from "./wire.js";

/** @import { HostOptions, Want } from "../engine/client.js" */
/** @typedef {Promise<Response> | null} Asked */

const NUMBERS = "application/octet-stream";
const LONG = 100; // characters of a model's name
const NEWLINE = 10;

// What the page's first script asked for already: a list of models and files by name, each taken once.
function underWay() {
  const { models = null, files = {} } = GLOBALS.atelierFirst ?? {};
  const taken = (/** @type {Record<string, Asked>} */ place, /** @type {string} */ key) => {
    const answer = place[key] ?? null;
    delete place[key];
    return answer;
  };
  const list = { models };
  return { models: () => taken(list, "models"), file: (/** @type {string} */ name) => taken(files, name) };
}

/**
 * The answer of a route; an Error with one sentence where there is none.
 * @param {string} route
 * @param {Record<string, unknown>} query
 * @param {RequestInit} options
 * @param {Asked} sent a request that is on its way already
 */
async function ask(route, query = {}, options = {}, sent = null) {
  /** @type {[string, any][]} */
  const pairs = Object.entries(query).flatMap(([key, value]) =>
    [value].flat().map((one) => /** @type {[string, any]} */ ([key, one]))
  );
  const asked = new URLSearchParams(pairs.filter(([, value]) => value != null && value !== ""));
  let response;
  try {
    response = await (sent ?? fetch(routeAddress(`${route}?${asked}`), options));
  } catch (error) {
    if (error instanceof Error && error.name === "AbortError") throw error;
    throw new Error(inLanguage("The host cannot be reached; is it still running?", "无法连接主机；它还在运行吗？"));
  }
  if (response.ok) return response;
  const { trouble } = await response.json().catch(() => ({}));
  const { status } = response;
  throw new Error(trouble ?? inLanguage(`The host answers ${status}.`, `主机回答 ${status}。`));
}

// ---- pictures ---------------------------------------------------------------------------------------------------

/**
 * What a network makes of rows, as the host computes it.
 * @param {string} name the model's
 * @param {Want} want
 * @param {Float32Array} rows
 * @param {HostOptions & { signal?: AbortSignal }} options `stage` and `share` of a mix; `at`, for features alone: the
 *   stage where two w are mixed; `c`, for ranks: the class of the images
 */
async function render(name, want, rows, { stage, share, at, c, signal } = {}) {
  const body = new Uint8Array(/** @type {ArrayBuffer} */ (rows.buffer), rows.byteOffset, rows.byteLength);
  const options = { method: "POST", headers: { "Content-Type": NUMBERS }, body, signal };
  const response = await ask("explore/render", { name, want, stage, share, at, c }, options);
  return new Float32Array(await response.arrayBuffer());
}

// ---- films ------------------------------------------------------------------------------------------------------

/**
 * The length of the header, the header as JSON, the pixels.
 * @param {object} header
 * @param {Uint8Array<ArrayBuffer>} pixels
 */
function packed(header, pixels) {
  const text = new TextEncoder().encode(JSON.stringify(header));
  const length = new Uint8Array(4);
  new DataView(length.buffer).setUint32(0, text.length, true);
  return new Blob([length, text, pixels]);
}

/** @param {Uint8Array} a @param {Uint8Array} b */
function joined(a, b) {
  const both = new Uint8Array(a.length + b.length);
  both.set(a);
  both.set(b, a.length);
  return both;
}

/**
 * What a stream begins with, lines of JSON up to the one that tells of the file: {header, rest}, the bytes behind it.
 * @param {ReadableStreamDefaultReader<Uint8Array<ArrayBuffer>>} reader
 * @param {(share: number) => void} onProgress
 */
async function readHeader(reader, onProgress) {
  for (let bytes = new Uint8Array(0);;) {
    const { done, value } = await reader.read();
    if (done) {
      throw new Error(inLanguage("The host stopped before the film was done.", "影片完成前主机停止了。"));
    }
    bytes = joined(bytes, value);
    for (let end; (end = bytes.indexOf(NEWLINE)) >= 0;) {
      const line = JSON.parse(new TextDecoder().decode(bytes.subarray(0, end)));
      bytes = bytes.subarray(end + 1);
      if (line.trouble) throw new Error(line.trouble);
      if (line.bytes != null) return { header: line, rest: bytes };
      onProgress(line.share);
    }
  }
}

/**
 * The file of a film, as a Blob.
 * @param {string} suffix
 * @param {object} film
 * @param {Uint8Array<ArrayBuffer>} pixels
 * @param {(share: number) => void} onProgress is told the share that is done
 */
async function encode(suffix, film, pixels, onProgress = () => {}) {
  const options = { method: "POST", headers: { "Content-Type": NUMBERS }, body: packed({ ...film, suffix }, pixels) };
  const { body } = await ask("films/encode", {}, options);
  const reader = /** @type {ReadableStream<Uint8Array<ArrayBuffer>>} */ (body).getReader();
  const { header, rest } = await readHeader(reader, onProgress), parts = [rest];
  for (let read; !(read = await reader.read()).done;) parts.push(read.value);
  const blob = new Blob(parts, { type: header.type });
  if (blob.size !== header.bytes) throw new Error(inLanguage("The film arrived only in part.", "影片只到了一部分。"));
  return blob;
}

/**
 * A film through a run's snapshots: {width, height, channels, frames, labels, pixels}.
 * @param {string} name
 * @param {{ seeds: number[], psi?: number, classes?: number[] }} film
 */
async function training(name, { seeds, psi = 1, classes }) {
  const response = await ask("films/training", {}, jsonBody({ name, seeds, psi, classes }));
  const buffer = await response.arrayBuffer(), length = new DataView(buffer).getUint32(0, true);
  const header = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, 4, length)));
  return { ...header, pixels: new Uint8Array(buffer, 4 + length) };
}

// ---- models -----------------------------------------------------------------------------------------------------

export function appHost() {
  const once = onceEach(), early = underWay();
  /** @type {Map<string, (file: ArrayBuffer) => void>} */
  const sketches = new Map();
  let first = "", opening = "";

  /**
   * The models that the host offers, those of the page's link and of `also` among them.
   * @param {string | string[]} also
   */
  function models(also = []) {
    const named = [OPENED.get("model"), OPENED.get("beside"), ...[also].flat()];
    const asked = /** @type {string[]} */ (named.filter(Boolean));
    const guests = [...new Set(asked)].map((name) => name.slice(0, LONG));
    return once(`models ${guests}`, async () => {
      const sent = guests.length ? null : early.models();
      const list = await (await ask("explore/models", { also: guests }, {}, sent)).json();
      ({ first, opening = "" } = list);
      return list.models;
    });
  }

  const plain = (/** @type {string} */ name, /** @type {string} */ part) =>
    once(`${part} ${name}`, async () => (await ask("explore/file", { name, part })).arrayBuffer());

  /** A recorded run of the lesson, which lies beside the page's own files. @param {string} name */
  const recording = (name) =>
    once(`recording ${name}`, async () => {
      const response = await fetch(new URL(`../recordings/${name}.json`, import.meta.url));
      if (!response.ok) {
        throw new Error(inLanguage(`The host answers ${response.status}.`, `主机回答 ${response.status}。`));
      }
      return response.json();
    });

  /** A generator's file in the order in which pictures can be drawn soonest. @param {string} name */
  const generator = (name) =>
    once(`generator ${name}`, async () => {
      const given = { name, part: "generator", order: "high" };
      const answer = await ask("explore/file", given, {}, early.file(name));
      return receive(name, answer, (file) => sketches.get(name)?.(file));
    });

  const file = (
    /** @type {string} */ name,
    /** @type {string} */ part,
  ) => (part === "generator" ? generator(name) : plain(name, part));

  /**
   * The file of a generator, or one that is almost right where the rest of that takes its time.
   * @param {string} name
   * @returns {Promise<ArrayBuffer>}
   */
  const sketch = (name) =>
    once(`sketch ${name}`, () =>
      new Promise((done, failed) => {
        sketches.set(name, done);
        generator(name).then(done, failed);
      }));

  return {
    static: false,
    worker: new URL("../engine/worker.js", import.meta.url).href,
    models,
    file,
    recording,
    sketch,
    render,
    encode,
    training,
    get first() {
      return first;
    },
    get opening() {
      return opening;
    },
  };
}
