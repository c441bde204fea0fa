// Sentences and numbers as a page writes them.

/**
 * The sentence of a key, with values put in. `has` tells whether there is one. `named` and `host` are for what the host
 * says in English: a name (of data, a class, a licence), a sentence; in the page's language where the words know it.
 * @typedef {((key: string, values?: Record<string, unknown>) => string) & { has: (key: string) => boolean,
 *   named: (name: string) => string, host: (sentence: string) => string }} Say
 */

/**
 * @param {Record<string, Record<string, string>>} words by language, then by key
 * @param {string} language the page's; English where the words know it not
 * @returns {Say}
 */
export function sayer(words, language) {
  const table = words[language] ?? words.en, foreign = table !== words.en;
  const say = (/** @type {string} */ key, values = {}) => fill(table[key] ?? "", values);
  const names = foreign ? translator(words.en, table, "name_") : () => null;
  const sentences = foreign ? translator(words.en, table, "host_") : () => null;
  return Object.assign(say, {
    has: (/** @type {string} */ key) => key in table,
    named: (/** @type {string} */ name) => names(name) ?? name,
    host: (/** @type {string} */ sentence) =>
      foreign && !CHINESE.test(sentence) ? sentences(sentence) ?? say("host_unknown", { sentence }) : sentence,
  });
}

/**
 * @param {string} sentence
 * @param {Record<string, unknown>} values what stands for {name} in it
 */
const fill = (sentence, values) => sentence.replace(/\{(\w+)\}/g, (_, key) => String(values[key] ?? ""));

const NUMBERED = /^\d+$/;
const CHINESE = /\p{Script=Han}/u; // a few sentences of the page's own come as errors too

/**
 * What makes of an English text that of another language, null where no entry fits. Entries are those whose key is the
 * prefix and a number; the first that fits counts.
 * @param {Record<string, string>} english
 * @param {Record<string, string>} other
 * @param {string} prefix
 * @returns {(text: string) => string | null}
 */
function translator(english, other, prefix) {
  const own = (/** @type {string} */ key) => key.startsWith(prefix) && NUMBERED.test(key.slice(prefix.length));
  const entries = Object.keys(english).filter(own).map((key) => ({ form: formOf(english[key]), text: other[key] }));
  return (text) => {
    for (const { form, text: translated } of entries) {
      const found = form.exec(text);
      if (found) return fill(translated, found.groups ?? {});
    }
    return null;
  };
}

/**
 * What texts of a form look like: {name} stands for any text, a capital at the beginning and a full stop count nothing.
 * @param {string} sentence
 */
function formOf(sentence) {
  const literal = sentence.replace(/[.*+?^$()|[\]\\/-]/g, "\\$&");
  return new RegExp(`^${literal.replace(/\{(\w+)\}/g, "(?<$1>.+?)")}\\.?$`, "is");
}

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
