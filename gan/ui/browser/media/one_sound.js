// One sound at a time on the whole page: what begins to sound silences what sounded before.

/** @type {(() => void) | null} */
let silence = null; // what sounded last

/**
 * To be told by whatever begins to sound.
 * @param {() => void} stop silences it; the same function each time
 */
export function soundAlone(stop) {
  const before = silence;
  silence = stop;
  if (before !== stop) before?.();
}
