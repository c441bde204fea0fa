// The little that builds a page.

/**
 * An element: names that begin with "on" are what it does, the others are attributes.
 * @param {string} tag
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

/** Writes a text into an element; what stays is not read out again. */
export function put(place, text) {
  if (place.textContent !== text) place.textContent = text;
}

/** Writes the words that a tab's frame asks for: `data-word` into elements, `data-name` as their names. */
export function fillFrame(section, say) {
  for (const place of section.querySelectorAll("[data-word]")) place.textContent = say(place.dataset.word);
  for (const place of section.querySelectorAll("[data-name]")) {
    place.setAttribute("aria-label", say(place.dataset.name));
  }
}
