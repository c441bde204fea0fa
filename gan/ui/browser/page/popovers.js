// Boxes that a button opens beside it. Not by the attribute `popover`, which not every browser has.

const EDGE = 12, BELOW = 6; // CSS pixels to the window's edge, and between the button and its box

/** @type {{ button: HTMLElement, box: HTMLElement } | null} of the one that is open */
let open = null;

/**
 * Makes a box open by a button; Escape, a click elsewhere or on the button again close it.
 * @param {HTMLElement} button
 * @param {HTMLElement} box
 */
export function openBy(button, box) {
  box.hidden = true;
  button.setAttribute("aria-expanded", "false");
  button.addEventListener("click", () => {
    const again = open?.box === box;
    close();
    if (again) return;
    open = { button, box };
    box.hidden = false;
    button.setAttribute("aria-expanded", "true");
    place(button, box);
  });
}

function close() {
  if (!open) return;
  open.box.hidden = true;
  open.button.setAttribute("aria-expanded", "false");
  open = null;
}

/** @param {HTMLElement} button @param {HTMLElement} box */
function place(button, box) {
  const at = button.getBoundingClientRect();
  box.style.left = `${Math.max(Math.min(at.left, innerWidth - box.offsetWidth - EDGE), EDGE)}px`;
  const below = at.bottom + BELOW + box.offsetHeight < innerHeight;
  box.style.top = `${below ? at.bottom + BELOW : Math.max(at.top - box.offsetHeight - BELOW, EDGE)}px`;
}

/** Puts all of them to work, once. */
export function watchPopovers() {
  document.addEventListener("keydown", ({ key }) => {
    if (key === "Escape") close();
  });
  document.addEventListener("pointerdown", ({ target }) => {
    const at = /** @type {Node | null} */ (target);
    if (open && !open.box.contains(at) && !open.button.contains(at)) close();
  });
  document.addEventListener("scroll", close, { capture: true, passive: true }); // it would stay behind
}
