// Entries of a legend: a mark and the word for it, and buttons by which samples are heard.
import { make } from "../page/elements.js";

/** @param {string} look of the mark, as live.css names it */
export const keyOf = (look, word) => make("span", { class: `live-key live-${look}` }, make("i"), word);
export const lineKey = (role, word) => keyOf(`line-${role}`, word);

/** The buttons by which fakes are heard, and the real samples nearest to them; `word` is what is said of the latter. */
export const hearing = (say, word, press) => [
  button(say("hear_fakes"), "live-hear-fakes", () => press("fakes")),
  button(say(word), "live-hear-nearest", () => press("nearest")),
];

const button = (text, id, onclick) => make("button", { type: "button", id, onclick }, text);

/** Puts entries into a place, unless the same ones are there; what stays is not read out again. */
export function putEntries(place, entries) {
  const same = place.children.length === entries.length &&
    entries.every((one, i) => one.isEqualNode(place.children[i]));
  if (!same) place.replaceChildren(...entries);
}
