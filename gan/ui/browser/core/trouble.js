// What a person got wrong, in links, files and fields: the key of a sentence, and what stands in it.

export class Trouble extends Error {
  /**
   * @param {string} key the sentence's, in the tables of words
   * @param {Record<string, unknown>} values what it names
   * @param {Record<string, string>} words of its values those that are themselves keys of words
   */
  constructor(key, values = {}, words = {}) {
    super([key, ...Object.values(words), ...Object.values(values)].join(" "));
    this.key = key;
    this.values = values;
    this.words = words;
  }
}

/**
 * Whether an error was thrown here with a sentence; what a browser throws itself is of a class of its own.
 * @param {unknown} error
 */
export const isSentence = (error) => error instanceof Error && error.constructor === Error && error.message !== "";

/**
 * The sentence for whatever went wrong. The browser's own text, in its language and about its insides, goes to the
 * console, and the visitor hears of that much.
 * @param {unknown} error
 * @param {import("./words.js").Say} say the page's words; what the host says is put in its language
 */
export function sentence(error, say) {
  if (!(error instanceof Trouble)) {
    if (isSentence(error)) return say.host(/** @type {Error} */ (error).message);
    console.error(error);
    return say("trouble_failed");
  }
  const words = Object.entries(error.words).map(([name, key]) => [name, say(key)]);
  return say(error.key, { ...error.values, ...Object.fromEntries(words) });
}
