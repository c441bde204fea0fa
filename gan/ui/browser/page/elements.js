// The little that builds a page.

/** @import { Say } from "../core/words.js" */

/**
 * An element: names that begin with "on" are what it does, the others are attributes.
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {Record<string, any>} attributes
 * @param {...(Node | string)} children
 */
export function make(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
    else if (value === true) made.setAttribute(name, "");
    else if (value !== false && value != null) made.setAttribute(name, value);
  }
  made.append(...children);
  return made;
}

/**
 * Acts on what is typed when a field is left, and on Enter.
 * @param {HTMLInputElement} input
 * @param {() => void} act
 */
export function onEntered(input, act) {
  input.addEventListener("change", act);
  input.addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    event.preventDefault();
    act();
  });
}

/**
 * Writes a text into an element; what stays is not read out again.
 * @param {Node} place
 * @param {string} text
 */
export function put(place, text) {
  if (place.textContent !== text) place.textContent = text;
}

/**
 * Writes the words that a tab asks for: `data-word` into elements, `data-name` as their names, `data-title` as their
 * titles. It is done again where another medium's samples are spoken of.
 * @param {ParentNode} section
 * @param {Say} say
 */
export function fillFrame(section, say) {
  const asking = (
    /** @type {string} */ name,
  ) => /** @type {NodeListOf<HTMLElement>} */ (section.querySelectorAll(`[data-${name}]`));
  for (const place of asking("word")) place.textContent = say(String(place.dataset.word));
  for (const place of asking("name")) place.setAttribute("aria-label", say(String(place.dataset.name)));
  for (const place of asking("title")) place.title = say(String(place.dataset.title));
}
