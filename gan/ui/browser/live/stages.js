// Slow motion looked back: the stages that were seen, so that one can go back to them while the run stands where it is.

const KEPT = 20; // stages: those of two iterations

/** @typedef {import("./tab.js").Shown} Shown */

/**
 * Takes a frame in: a stage is kept; a frame that is none ends what was kept.
 * @param {Shown} shown
 * @param {any} frame
 */
export function keepStage(shown, frame) {
  shown.stages = frame.stage ? [...shown.stages, frame].slice(-KEPT) : [];
  shown.behind = 0;
}

/**
 * The frame that is looked at: of the past, of an earlier stage, or the newest.
 * @param {Shown} shown
 */
export const seenFrame = ({ past, stages, behind, frame }) => past ?? (behind ? stages.at(-1 - behind) : frame);

/** @param {Shown} shown */
export const hasEarlier = ({ stages, behind }) => behind + 1 < stages.length;

/**
 * Looks one stage back. Whether there was one.
 * @param {Shown} shown
 */
export function lookEarlier(shown) {
  const can = hasEarlier(shown);
  if (can) shown.behind++;
  return can;
}

/**
 * Looks one stage on, of those that were seen. Whether there was one.
 * @param {Shown} shown
 */
export function lookLater(shown) {
  const can = shown.behind > 0;
  if (can) shown.behind--;
  return can;
}
