// What canvases must be painted anew for.

/**
 * Calls `repaint` whenever the screen's resolution changes, or the theme, which is a class of the body.
 * @param {() => void} repaint
 */
export function followLook(repaint) {
  const sharpen = () =>
    matchMedia(`(resolution: ${devicePixelRatio}dppx)`).addEventListener("change", () => {
      repaint();
      sharpen();
    }, { once: true });
  sharpen();
  new MutationObserver(() => repaint()).observe(document.body, { attributes: true, attributeFilter: ["class"] });
}
