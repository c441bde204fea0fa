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

/** What a worker threw: its text is for the console. */
export class WorkerError extends Error {
  /** @override */
  name = "WorkerError";
}

/**
 * The sentence for whatever went wrong. A plain Error holds a sentence of ours; the text of any other is the browser's
 * own, in its language and about its insides, and goes to the console.
 * @param {unknown} error
 * @param {import("./words.js").Say} say the page's words; what the host says is put in its language
 */
export function sentence(error, say) {
  if (!(error instanceof Trouble)) {
    if (error instanceof Error && error.constructor === Error) return say.host(error.message);
    console.warn(error);
    return say("trouble_foreign");
  }
  const words = Object.entries(error.words).map(([name, key]) => [name, say(key)]);
  return say(error.key, { ...error.values, ...Object.fromEntries(words) });
}
