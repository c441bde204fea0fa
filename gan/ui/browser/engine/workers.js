// A worker as something to ask.

/**
 * @typedef {object} WorkerHandle
 * @property {(what: string, given?: object) => Promise<any>} ask
 * @property {Promise<"wasm" | "plain">} ready how it computes
 * @property {Map<string, Promise<void>>} files that it was sent, by part and model
 */

/**
 * @param {string} address of worker.js
 * @param {Uint8Array | null} wasm its products; null: plain JavaScript
 * @returns {WorkerHandle}
 */
export function startWorker(address, wasm) {
  const worker = new Worker(address, { type: "module" }), waiting = new Map();
  let count = 0;
  worker.onmessage = ({ data: { id, found, trouble } }) => {
    const { done, failed } = waiting.get(id);
    waiting.delete(id);
    if (trouble === undefined) done(found);
    else failed(new Error(trouble));
  };
  worker.onerror = ({ message }) => {
    for (const { failed } of waiting.values()) failed(new Error(message ?? "the worker does not start"));
    waiting.clear();
  };
  const ask = (what, given = {}) => new Promise((done, failed) => {
    waiting.set(++count, { done, failed });
    worker.postMessage({ id: count, ask: what, ...given });
  });
  return { ask, ready: ask("start", { wasm }), files: new Map() };
}
