// The switch from crisp to smooth pixels: one for the whole page, whichever tab's box is ticked.

const boxes = new Set();

/**
 * Makes a checkbox one that switches. The class is the tab's own: gradio puts its frame before every selector, and what
 * is outside of that, such as the body, is not found.
 * @param {HTMLInputElement} box
 */
export function smoothSwitch(box) {
  boxes.add(box);
  box.addEventListener("change", () => {
    const { checked } = box;
    for (const other of boxes) {
      other.checked = checked;
      other.closest(".atelier-view").classList.toggle("smooth", checked);
    }
  });
}
