// Sentences and numbers as a page writes them.

/**
 * The sentence of a key, with values put in. `has` tells whether there is one. `named` and `host` are for what the host
 * says in English: a name (of data, a class, a licence), a sentence; in the page's language where the words know it.
 * `speakOf` has all sentences speak of a medium's samples, by its name, with those that only this medium has before
 * those of all. `nouns` is what such samples are called, as values of a sentence that speaks of another model's.
 * `sample` is for a medium's line of words on a sample, which is in English as Python says it.
 * @typedef {((key: string, values?: Record<string, unknown>) => string) & { has: (key: string) => boolean,
 *   named: (name: string) => string, host: (sentence: string) => string, speakOf: (medium: string) => void,
 *   nouns: (medium: string) => Record<string, string>, sample: (medium: string, line: string) => string }} Say
 */

/**
 * @param {Record<string, Record<string, string>>} words by language, then by key
 * @param {string} language the page's; English where the words know it not
 * @returns {Say}
 */
export function sayer(words, language) {
  const table = words[language] ?? words.en, foreign = table !== words.en;
  const nouns = (/** @type {string} */ medium) => nounsOf(table, medium);
  let spoken = "", called = nouns("pictures");
  const own = (/** @type {string} */ key) => Object.hasOwn(table, key) ? table[key] : null;
  const say = (/** @type {string} */ key, values = {}) =>
    fill(own(`${key}_${spoken}`) ?? own(key) ?? "", { ...called, ...values });
  const names = foreign ? translator(words.en, table, "name_") : () => null;
  const sentences = foreign ? translator(words.en, table, "host_") : () => null;
  const named = (/** @type {string} */ name) => names(name) ?? name;
  return Object.assign(say, {
    has: (/** @type {string} */ key) => Object.hasOwn(table, key),
    named,
    nouns,
    sample: (/** @type {string} */ medium, /** @type {string} */ line) =>
      (foreign && translator(words.en, table, `media_${medium}_line_`, named)(line)) || line,
    speakOf: (/** @type {string} */ medium) => {
      spoken = medium;
      called = nouns(medium);
    },
    host: (/** @type {string} */ sentence) =>
      sentences(sentence) ?? (foreign && !isChinese(sentence) ? say("host_unknown", { sentence }) : sentence),
  });
}

/**
 * What samples of a medium are called: one, many, the word that Chinese counts them by, and the first two with a
 * capital; its twin is `nouns` in gan/ui/words.
 * @param {Record<string, string>} table
 * @param {string} medium
 * @returns {Record<string, string>}
 */
function nounsOf(table, medium) {
  const [one, many, unit] = ["one", "many", "unit"].map((form) => table[`media_${medium}_${form}`] ?? "");
  const capital = (/** @type {string} */ word) => word.slice(0, 1).toUpperCase() + word.slice(1);
  return { one, many, unit, One: capital(one), Many: capital(many) };
}

/**
 * @param {string} sentence
 * @param {Record<string, unknown>} values what stands for {name} in it
 */
const fill = (sentence, values) => sentence.replace(/\{(\w+)\}/g, (_, key) => String(values[key] ?? ""));

const NUMBERED = /^\d+$/;
const QUOTED = /'[^']*'|"[^"]*"/g;

/**
 * Whether a sentence is in Chinese, as a few of the page's own are that come as errors too. What somebody called a
 * thing may be in Chinese in any sentence; the host writes it within quotes.
 * @param {string} sentence
 */
const isChinese = (sentence) => /\p{Script=Han}/u.test(sentence.replace(QUOTED, ""));

/**
 * What makes of an English text that of another language, null where no entry fits. Entries are those whose key is the
 * prefix and a number; the first that fits counts.
 * @param {Record<string, string>} english
 * @param {Record<string, string>} other
 * @param {string} prefix
 * @param {(value: string) => string} named what is put in for a value of the text
 * @returns {(text: string) => string | null}
 */
function translator(english, other, prefix, named = (value) => value) {
  const own = (/** @type {string} */ key) => key.startsWith(prefix) && NUMBERED.test(key.slice(prefix.length));
  const entries = Object.keys(english).filter(own).map((key) => ({ form: formOf(english[key]), text: other[key] }));
  return (text) => {
    for (const { form, text: translated } of entries) {
      const found = form.exec(text);
      const values = Object.entries(found?.groups ?? {}).map(([key, value]) => [key, named(value)]);
      if (found) return fill(translated, Object.fromEntries(values));
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

/** A number whose groups of three digits stay on one line. @param {number | null | undefined} n */
export const grouped = (n) => (n == null ? "–" : Math.round(n).toLocaleString("en").replaceAll(",", "\u202f"));

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
