// A note at the foot of the page: something done, or the sentence that answers a mistake.

// Milliseconds for which a note of each kind is seen; the last has something to press or to copy.
const DONE = 2000, TROUBLE = 8000, OFFER = 30_000;
/** @type {ReturnType<typeof setTimeout> | undefined} */
let hiding;

function noteBox() {
  const old = document.getElementById("atelier-note");
  if (old) return old;
  const box = document.createElement("div");
  box.id = "atelier-note";
  box.onclick = ({ target }) => {
    if (target === box) box.classList.remove("seen"); // plain ones let a click through
  };
  (document.querySelector(".contain") ?? document.body).append(box); // inside, for gradio's fonts and media rules
  return box;
}

/**
 * @param {string} text
 * @param {boolean} trouble whether it answers a mistake
 * @param {HTMLElement | null} offer what stands behind the text, to be pressed or copied
 */
export function note(text, trouble = false, offer = null) {
  const box = noteBox();
  box.setAttribute("role", trouble ? "alert" : "status");
  box.classList.toggle("trouble", trouble);
  box.classList.toggle("offer", offer !== null);
  box.textContent = (trouble ? "⚠ " : "") + text;
  if (offer) box.append(" ", offer);
  box.classList.add("seen");
  clearTimeout(hiding);
  hiding = setTimeout(() => box.classList.remove("seen"), offer ? OFFER : trouble ? TROUBLE : DONE);
}
