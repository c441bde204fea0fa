// A note at the foot of the page: something done, or the sentence that answers a mistake.

const DONE = 2000, TROUBLE = 8000; // milliseconds for which a note of each kind is seen
let hiding = 0;

function noteBox() {
  const old = document.getElementById("atelier-note");
  if (old) return old;
  const box = document.createElement("div");
  box.id = "atelier-note";
  box.onclick = () => box.classList.remove("seen"); // plain ones let a click through
  (document.querySelector(".contain") ?? document.body).append(box); // inside, for gradio's fonts and media rules
  return box;
}

export function note(text, trouble = false) {
  const box = noteBox();
  box.setAttribute("role", trouble ? "alert" : "status");
  box.classList.toggle("trouble", trouble);
  box.textContent = (trouble ? "⚠ " : "") + text;
  box.classList.add("seen");
  clearTimeout(hiding);
  hiding = setTimeout(() => box.classList.remove("seen"), trouble ? TROUBLE : DONE);
}
