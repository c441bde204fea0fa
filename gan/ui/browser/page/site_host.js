// The folder of a static site: its models' files are scripts, which a page opened from a disk may load too.
import { decodeBytes } from "../core/encoding.js";
import { make } from "./elements.js";
import { inLanguage } from "./language.js";
import { onceEach } from "./once.js";

/** @import { Site } from "./globals.js" */

/** @param {Site} site */
export function siteHost(site) {
  const once = onceEach();
  /** @type {Map<string, (text: string) => void>} */
  const waiting = new Map();
  site.arrived = (key, text) => waiting.get(key)?.(text);

  /** @param {string} key @returns {Promise<ArrayBuffer>} */
  const load = (key) =>
    new Promise((resolve, reject) => {
      const sentence = inLanguage(`The file of ${key} is not in this folder.`, `此文件夹中没有 ${key} 的文件。`);
      const missing = () => reject(new Error(sentence));
      const held = site.held?.[key], src = site.files[key];
      if (held) return resolve(/** @type {ArrayBuffer} */ (decodeBytes(held).buffer));
      if (!src) return missing();
      const loaded = () => {
        script.remove();
        missing(); // unless it arrived
      };
      const script = make("script", { src, onerror: missing, onload: loaded });
      waiting.set(key, (text) => {
        waiting.delete(key);
        resolve(/** @type {ArrayBuffer} */ (decodeBytes(text).buffer));
      });
      document.head.append(script);
    });

  return {
    static: true,
    first: site.first,
    opening: site.opening,
    worker: site.worker,
    models: () => Promise.resolve(site.models),
    file: (/** @type {string} */ name, /** @type {string} */ part) =>
      once(`${part} ${name}`, () => load(`${name}.${part}`)),
    recording: (/** @type {string} */ name) =>
      once(`recording ${name}`, async () => JSON.parse(new TextDecoder().decode(await load(`lesson.${name}`)))),
    render: null,
    encode: null,
    training: null,
  };
}
