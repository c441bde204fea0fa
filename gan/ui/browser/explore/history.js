// Undo and redo in Explore: the views that were shown, those that follow each other closely as one step.

import { sameView } from "../core/views.js";
import { able } from "../page/fields.js";

/** @import { View } from "../core/views.js" */
/** @import { Page } from "./state.js" */

const STEPS_BACK = 1000;

/**
 * @typedef {object} History
 * @property {View | null} committed the view after the last step; null before the first
 * @property {View[]} past what undo goes back to, the last first
 * @property {View[]} future what redo goes on to, the first first
 */

/**
 * @param {View | null} view
 * @returns {History}
 */
export const newHistory = (view) => ({ committed: view, past: [], future: [] });

// Whether a view is further than the last step.
const isBeyond = ({ committed }, view) => committed !== null && !sameView(committed, view);

/**
 * With one step more if a view is further than the last.
 * @param {History} history
 * @param {View} view
 * @returns {History}
 */
export function settled(history, view) {
  if (!isBeyond(history, view)) return history;
  return { committed: view, past: [...history.past, history.committed].slice(-STEPS_BACK), future: [] };
}

/**
 * One step back.
 * @param {History} history
 * @param {View} left the view that it leads away from
 * @param {View} reached the one that is shown now
 * @returns {History}
 */
export const steppedBack = ({ past, future }, left, reached) => ({
  committed: reached,
  past: past.slice(0, -1),
  future: [left, ...future],
});

/**
 * One step forward.
 * @param {History} history
 * @param {View} left the view that it leads away from
 * @param {View} reached the one that is shown now
 * @returns {History}
 */
export const steppedForward = ({ past, future }, left, reached) => ({
  committed: reached,
  past: [...past, left],
  future: future.slice(1),
});

/**
 * Makes one step for undo of what was done since the last.
 * @param {Page} page
 */
export function settle(page) {
  clearTimeout(page.timers.settling);
  const history = settled(page.history, page.view);
  if (history === page.history) return;
  page.history = history;
  showHistory(page);
}

/**
 * Tells by their buttons whether undo and redo have somewhere to go.
 * @param {Page} page
 */
export function showHistory({ section, history, view }) {
  const beyond = isBeyond(history, view);
  able(section.querySelector("#explore-undo"), history.past.length || beyond);
  able(section.querySelector("#explore-redo"), history.future.length && !beyond);
}
