// What a control does, in a sentence: beside it while a mouse rests on it or the keyboard is at it, and always for
// screen readers.

const AFTER = 350; // milliseconds that a mouse must rest
const GAP = 6, EDGE = 8; // css pixels between a control and its hint, and from a hint to the window's edge
const SENTENCE = "aria-description";
/** @type {ReturnType<typeof setTimeout> | undefined} */
let waiting;

function hintBox() {
  const old = document.getElementById("atelier-hint");
  if (old) return old;
  const box = document.createElement("div");
  box.id = "atelier-hint";
  box.setAttribute("aria-hidden", "true"); // screen readers have the description
  (document.querySelector(".contain") ?? document.body).append(box); // inside, for gradio's fonts and media rules
  return box;
}

/** @param {HTMLElement} control */
function show(control) {
  const box = hintBox(), at = control.getBoundingClientRect();
  box.textContent = control.getAttribute(SENTENCE);
  box.classList.add("seen");
  const left = Math.min(at.left, innerWidth - box.offsetWidth - EDGE);
  const below = at.bottom + GAP + box.offsetHeight < innerHeight;
  box.style.left = `${Math.max(left, EDGE)}px`;
  box.style.top = `${below ? at.bottom + GAP : Math.max(at.top - box.offsetHeight - GAP, EDGE)}px`;
}

function hide() {
  clearTimeout(waiting);
  document.getElementById("atelier-hint")?.classList.remove("seen");
}

/**
 * Gives a control another sentence.
 * @param {Element} control
 * @param {string} text
 */
export const explainAnew = (control, text) => control.setAttribute(SENTENCE, text);

/**
 * Gives a control its sentence, and shows it when it is asked for.
 * @param {HTMLElement} control
 * @param {string} text
 */
export function explain(control, text) {
  explainAnew(control, text);
  control.addEventListener("pointerenter", ({ pointerType }) => {
    if (pointerType === "touch") return; // a finger that presses wants no words
    clearTimeout(waiting);
    waiting = setTimeout(() => show(control), AFTER);
  });
  control.addEventListener("focus", () => {
    if (control.matches(":focus-visible")) show(control);
  });
  for (const end of ["pointerleave", "pointerdown", "blur"]) control.addEventListener(end, hide);
  control.addEventListener("keydown", ({ key }) => {
    if (key === "Escape") hide();
  });
}
