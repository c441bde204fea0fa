// Entries of a legend: a mark and the word for it.
import { make } from "../page/elements.js";

/** @param {string} look of the mark, as live.css names it */
export const keyOf = (look, word) => make("span", { class: `live-key live-${look}` }, make("i"), word);
export const lineKey = (role, word) => keyOf(`line-${role}`, word);

/** Puts entries into a place, unless the same ones are there; what stays is not read out again. */
export function putEntries(place, entries) {
  const same = place.children.length === entries.length &&
    entries.every((one, i) => one.isEqualNode(place.children[i]));
  if (!same) place.replaceChildren(...entries);
}
