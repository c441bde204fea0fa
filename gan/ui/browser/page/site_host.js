// The folder of a static site: its models' files are scripts, which a page opened from a disk may load too.
import { decodeBytes } from "../core/encoding.js";
import { make } from "./elements.js";
import { inLanguage } from "./language.js";
import { onceEach } from "./once.js";

/**
 * @param {object} site what the page says of itself
 * @param {string} site.first the first model's name
 * @param {string} site.opening the link to what is shown of it
 * @param {object[]} site.models
 * @param {Record<string, string>} site.files "model.part" -> the file's place in the folder
 * @param {string} site.worker address of the engine's worker
 */
export function siteHost(site) {
  const once = onceEach(), waiting = new Map();
  site.arrived = (key, text) => waiting.get(key)?.(text); // called by the files

  const load = (key) =>
    new Promise((resolve, reject) => {
      const sentence = inLanguage(`The file of ${key} is not in this folder.`, `此文件夹中没有 ${key} 的文件。`);
      const missing = () => reject(new Error(sentence));
      const src = site.files[key];
      if (!src) return missing();
      const loaded = () => {
        script.remove();
        missing(); // unless it arrived
      };
      const script = make("script", { src, onerror: missing, onload: loaded });
      waiting.set(key, (text) => {
        waiting.delete(key);
        resolve(decodeBytes(text).buffer);
      });
      document.head.append(script);
    });

  return {
    static: true,
    first: site.first,
    opening: site.opening,
    worker: site.worker,
    models: () => Promise.resolve(site.models),
    file: (name, part) => once(`${part} ${name}`, () => load(`${name}.${part}`)),
    recording: (name) =>
      once(`recording ${name}`, async () => JSON.parse(new TextDecoder().decode(await load(`lesson.${name}`)))),
    render: null,
    encode: null,
    training: null,
  };
}
