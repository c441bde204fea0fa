// The tempo of the page's scores: one for all rooms, by which they are played and saved.

export const SLOWEST = 40, FASTEST = 160; // beats a minute
let beats = 76;
const changes = new EventTarget();

/** Beats a minute. */
export const tempo = () => beats;

/** @param {number} value beats a minute */
export function setTempo(value) {
  beats = value;
  changes.dispatchEvent(new Event("change"));
}

/**
 * Calls `tell` whenever the tempo changes, as long as the slider that shows it is in its host.
 * @param {Node} host
 * @param {Node} slider
 * @param {() => void} tell
 */
export function followTempo(host, slider, tell) {
  const follow = () => (host.contains(slider) ? tell() : changes.removeEventListener("change", follow));
  changes.addEventListener("change", follow);
}
