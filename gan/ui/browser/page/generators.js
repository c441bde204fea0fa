// Generators on their way: how far each is, and what can be drawn before all of it is here.
import { enough, joinedFile } from "../core/wire.js";
import { inLanguage } from "./language.js";

const SOON = 300; // milliseconds for which a picture that is almost right is not worth the while

const watchers = new Set();
let newest = null; // {name, got, all} of the file that is on its way; null: none is

/**
 * Tells how far the file on its way is, now and whenever that changes; null: none is on its way. Returns what ends it.
 * @param {(progress: { name: string, got: number, all: number } | null) => void} watcher
 */
export function watchFetching(watcher) {
  watchers.add(watcher);
  watcher(newest);
  return () => watchers.delete(watcher);
}

function tell(progress) {
  newest = progress;
  for (const watcher of watchers) watcher(progress);
}

/**
 * The file of an answer.
 * @param {string} name of the model
 * @param {Response} answer
 * @param {(file: ArrayBuffer) => void} sketch is given one that is almost right, where the rest takes its time
 * @returns {Promise<ArrayBuffer>}
 */
export async function receive(name, answer, sketch) {
  const all = Number(answer.headers.get("X-Atelier-Bytes"));
  if (!all || !answer.body) return answer.arrayBuffer();
  const bytes = new Uint8Array(all), reader = answer.body.getReader();
  let got = 0, needed = Infinity, timer = 0;
  try {
    for (let read; !(read = await reader.read()).done;) {
      bytes.set(read.value, got);
      got += read.value.length;
      tell({ name, got, all });
      if (needed === Infinity) needed = enough(bytes, got);
      if (!timer && got >= needed) timer = setTimeout(() => sketch(joinedFile(bytes, got)), SOON);
    }
  } finally {
    clearTimeout(timer);
    tell(null);
  }
  if (got !== all) throw new Error(inLanguage("The model arrived only in part.", "模型只到了一部分。"));
  return joinedFile(bytes);
}
