// The switch from crisp to smooth pixels: one for the whole page, whichever tab's box is ticked.

const boxes = new Set();

/**
 * Makes a checkbox one that switches.
 * @param {HTMLInputElement} box
 */
export function smoothSwitch(box) {
  boxes.add(box);
  box.checked = document.body.classList.contains("smooth");
  box.addEventListener("change", () => {
    document.body.classList.toggle("smooth", box.checked);
    for (const other of boxes) other.checked = box.checked;
  });
}
