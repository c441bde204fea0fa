// Where a seed is typed or rolled in Explore.

import { readSeed } from "../core/views.js";
import { make, onEntered } from "../page/elements.js";

/** @import { View } from "../core/views.js" */
/** @import { Page } from "./state.js" */

const DICE = 1e6;

/** A seed by chance, short enough to be read out. */
export const roll = () => Math.floor(Math.random() * DICE);

/**
 * A field for a seed; it is read when it is left or on Enter.
 * @param {Page} page
 * @param {string} id
 * @param {string} label
 * @param {(view: View, seed: number) => View} set
 */
export function seedField(page, id, label, set) {
  const input = make("input", {
    id,
    type: "text",
    inputmode: "numeric",
    autocomplete: "off",
    spellcheck: "false",
    "aria-label": label,
  });
  const send = () => page.change((view) => set(view, readSeed(input.value)));
  onEntered(input, send);
  return input;
}

/**
 * A button that rolls a seed.
 * @param {Page} page
 * @param {string} id
 * @param {(view: View, seed: number) => View} set
 */
export function diceButton(page, id, set) {
  const onclick = () => page.change((view) => set(view, roll()));
  return make("button", { type: "button", id, onclick }, page.say("dice"));
}
