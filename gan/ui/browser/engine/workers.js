// A worker as something to ask.
import { Trouble } from "../core/trouble.js";

/** @import { Questions, Result, WorkerResponse } from "./worker.js" */

/**
 * @typedef {<Name extends keyof Questions>(
 *   name: Name, given: Questions[Name]["given"]
 * ) => Promise<Questions[Name]["result"]>} Ask
 */

/**
 * @typedef {object} WorkerHandle
 * @property {Ask} ask
 * @property {Promise<"wasm" | "plain">} ready how it computes
 * @property {Map<string, Promise<void>>} files that it was sent, by part and model
 */

/** @param {string} address */
function newWorker(address) {
  try {
    return new Worker(address, { type: "module" });
  } catch (error) {
    console.error(error);
    throw new Trouble("trouble_worker");
  }
}

/**
 * @param {string} address of worker.js
 * @param {BufferSource | null} wasm its products; null: plain JavaScript
 * @returns {WorkerHandle}
 */
export function startWorker(address, wasm) {
  const worker = newWorker(address);
  /** @type {Map<number, { done: (result: Result) => void, failed: (error: Error) => void }>} */
  const waiting = new Map();
  let count = 0, started = false;
  worker.onmessage = (/** @type {MessageEvent<WorkerResponse>} */ { data }) => {
    const question = waiting.get(data.id);
    started = true;
    waiting.delete(data.id);
    if ("result" in data) question?.done(data.result);
    else question?.failed(data.trouble === null ? new Trouble("trouble_failed") : new Error(data.trouble));
  };
  worker.onerror = ({ message }) => {
    console.error(message);
    for (const { failed } of waiting.values()) failed(new Trouble(started ? "trouble_failed" : "trouble_worker"));
    waiting.clear();
  };
  /** @type {Ask} */
  const ask = (name, given) =>
    new Promise((done, failed) => {
      waiting.set(++count, { done, failed });
      worker.postMessage({ id: count, ask: name, ...given });
    });
  return { ask, ready: ask("start", { wasm }), files: new Map() };
}
