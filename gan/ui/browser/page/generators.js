// Generators on their way: how far each is, and what can be drawn before all of it is here.
import { enough, joinedFile } from "../core/wire.js";
import { inLanguage } from "./language.js";

const SOON = 300; // milliseconds for which a picture that is almost right is not worth the while

/** @typedef {{ name: string, got: number, all: number }} Progress of a file: whose it is, its bytes so far and all */

/** @type {Set<(progress: Progress | null) => void>} */
const watchers = new Set();
/** @type {Map<string, Progress>} by the model's name, of each file that is on its way; the newest last */
const coming = new Map();

/**
 * Tells how far the file is that came on last, now and whenever that changes; null: none is on its way. Returns what
 * ends it.
 * @param {(progress: Progress | null) => void} watcher
 */
export function watchFetching(watcher) {
  watchers.add(watcher);
  watcher(newest());
  return () => watchers.delete(watcher);
}

const newest = () => [...coming.values()].at(-1) ?? null;

/** @param {string} name @param {Progress | null} progress */
function tell(name, progress) {
  coming.delete(name);
  if (progress) coming.set(name, progress);
  for (const watcher of watchers) watcher(newest());
}

/**
 * The file of an answer.
 * @param {string} name of the model
 * @param {Response} answer
 * @param {(file: ArrayBuffer) => void} sketch is given one that is almost right, where the rest takes its time
 * @returns {Promise<ArrayBuffer>}
 * @throws {Error} the line broke; a sentence says so
 */
export async function receive(name, answer, sketch) {
  const all = Number(answer.headers.get("X-Atelier-Bytes"));
  if (!all || !answer.body) return answer.arrayBuffer();
  const bytes = new Uint8Array(all), reader = answer.body.getReader();
  let got = 0, needed = Infinity;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  try {
    for (let read; !(read = await reader.read()).done;) {
      bytes.set(read.value, got);
      got += read.value.length;
      tell(name, { name, got, all });
      if (needed === Infinity) needed = enough(bytes, got);
      if (!timer && got >= needed) timer = setTimeout(() => sketch(joinedFile(bytes, got)), SOON);
    }
  } catch (error) {
    console.error(error); // the browser's own words, of a line that broke
    got = 0;
  } finally {
    clearTimeout(timer);
    tell(name, null);
  }
  if (got !== all) throw new Error(inLanguage("The model arrived only in part.", "模型只到了一部分。"));
  return joinedFile(bytes);
}
