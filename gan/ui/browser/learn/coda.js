// What stands behind the last step of the lesson: what a small GAN cannot do, shown by its poems.
import { make } from "../page/elements.js";

/**
 * @typedef {object} Coda
 * @property {Record<string, number>} known shares of known bigrams, of poems by who wrote them
 * @property {string[]} poems of the GAN, 20 characters each
 */

const LINE = 5; // characters

/**
 * @param {import("../core/words.js").Say} say
 * @param {Coda} coda
 */
export function buildCoda(say, { known, poems }) {
  const most = Math.max(...Object.values(known));
  return make(
    "section",
    { class: "learn-coda", "data-testid": "learn-coda" },
    make("h3", {}, say("coda_head")),
    make("p", {}, say("coda_lead")),
    make("div", { class: "learn-poems", lang: "zh-CN" }, ...poems.map(poemOf)),
    make("p", { id: "learn-coda-known" }, say("coda_known")),
    make(
      "table",
      { "aria-labelledby": "learn-coda-known" },
      ...Object.entries(known).map(([who, share]) => rowOf(say, who, share, share / most)),
    ),
    make("p", {}, say("coda_why")),
  );
}

/** @param {string} poem */
function poemOf(poem) {
  const signs = [...poem], lines = Array.from({ length: signs.length / LINE }, (_, i) => i * LINE);
  return make("p", {}, ...lines.flatMap((at) => [signs.slice(at, at + LINE).join(""), make("br")]));
}

/**
 * @param {import("../core/words.js").Say} say
 * @param {string} who
 * @param {number} share
 * @param {number} length of its bar, of the longest
 */
function rowOf(say, who, share, length) {
  const bar = make("span", { class: `learn-share learn-share-${who}`, "aria-hidden": "true" });
  bar.style.setProperty("--length", String(length));
  return make(
    "tr",
    {},
    make("th", { scope: "row" }, say(`coda_${who}`)),
    make("td", {}, bar, say("coda_share", { share: Math.round(share * 100) })),
  );
}
