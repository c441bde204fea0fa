// Pictures that one tab hands over to become key frames of a film in another.
import { forget, keep, kept } from "./storage.js";

const KEY = "atelier-keys", MOST = 100;

/** What the window hears when there are more. */
export const HANDED_OVER = KEY;

let fresh = 0;

/** How many this very page handed over. */
export const handedOverHere = () => fresh;

/** Counts what this page hands over from now on, whichever tab looks later. */
export function watchKeyFrames() {
  window.addEventListener(HANDED_OVER, () => {
    fresh += 1;
  });
}

/** Whatever lies there: other windows of the browser may have put it. */
export const handedOver = () => [kept(KEY, [])].flat();

/** Hands a view over; returns how many wait then. @param {object} view */
export function handOver(view) {
  const list = [...handedOver(), view].slice(-MOST);
  keep(KEY, list); // a browser that keeps nothing has this page remember them, and Interpolate is of this page
  window.dispatchEvent(new CustomEvent(HANDED_OVER));
  return list.length;
}

/** Forgets all that waits, of every window. */
export function forgetHandedOver() {
  forget(KEY);
  fresh = 0;
}
