// Text with terms in it: each term is a button that opens its one sentence.
import { pieces } from "../core/lesson.js";
import { make } from "../page/elements.js";
import { openBy } from "../page/popovers.js";

/**
 * @param {import("../core/words.js").Say} say
 * @param {string} key of a text
 * @param {string} place that it stands in, for ids that are its alone
 * @returns {(Node | string)[]}
 */
export const prose = (say, key, place) =>
  pieces(say(key)).flatMap(({ text, term }, i) =>
    term ? termButton(say(`term_${term}`), text, `learn-${place}-${i}`) : [text]
  );

function termButton(sentence, text, id) {
  const box = make("span", { id, class: "learn-sentence", role: "note" }, sentence);
  const button = make("button", { type: "button", class: "learn-term", "aria-describedby": id }, text);
  openBy(button, box);
  return [button, box];
}
