// Sentences and numbers as a page writes them.

/**
 * The sentence of a key, with values put in; `has` tells whether there is one.
 * @typedef {((key: string, values?: Record<string, unknown>) => string) & { has: (key: string) => boolean }} Say
 */

/**
 * @param {Record<string, Record<string, string>>} words by language, then by key
 * @param {string} language the page's; English where the words know it not
 * @returns {Say}
 */
export function sayer(words, language) {
  const table = words[language] ?? words.en;
  const say = (/** @type {string} */ key, values = {}) => fill(table[key] ?? "", values);
  return Object.assign(say, { has: (/** @type {string} */ key) => key in table });
}

/**
 * @param {string} sentence
 * @param {Record<string, unknown>} values what stands for {name} in it
 */
const fill = (sentence, values) => sentence.replace(/\{(\w+)\}/g, (_, key) => String(values[key] ?? ""));

/** @param {number | null | undefined} share */
export const percent = (share) => (share == null ? "–" : `${Math.round(share * 100)} %`);

/** @param {number | null | undefined} n */
export const grouped = (n) => (n == null ? "–" : Math.round(n).toLocaleString("en").replaceAll(",", "\u2009"));

/**
 * Three figures at most.
 * @param {number | null | undefined} v
 */
export function short(v) {
  if (v == null) return "–";
  const size = Math.abs(v);
  if (size && (size < 0.001 || size >= 10000)) return v.toExponential(1).replace("e+", "e");
  return size >= 100 ? v.toFixed(0) : size >= 10 ? v.toFixed(1) : v.toFixed(size < 0.1 ? 3 : 2);
}
