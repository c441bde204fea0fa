// What follows in Explore when the hand rests: captions, the address, and all the smaller pictures.

import { showAtRest } from "./drawing.js";
import { settle } from "./history.js";

/** @import { Job, Page } from "./state.js" */

const REST = 150; // milliseconds without a change until other pictures follow
const SETTLED = 600; // milliseconds without a change until undo counts a step

/**
 * Has everything else follow, after a while without a change.
 * @param {Page} page
 */
export function rest(page) {
  if (!page.view) return;
  const { section, following, timers } = page;
  following.turn++;
  section.dataset.still = "no";
  clearTimeout(timers.resting);
  clearTimeout(timers.settling);
  timers.resting = setTimeout(follow, REST, page);
  timers.settling = setTimeout(settle, SETTLED, page);
}

/**
 * Has everything else follow now, until something changes.
 * @param {Page} page
 */
export async function follow(page) {
  const { section, drawing, following, timers } = page;
  const mine = ++following.turn, alive = () => mine === following.turn;
  timers.resting = 0;
  showAtRest(page);
  for (const job of following.jobs) {
    if (!alive() || !page.visible()) return;
    if (!job.box.getClientRects().length || job.box.open === false) continue;
    const made = pursue(page, job, alive);
    if (!job.fetches) await made; // the first time it waits for a file; the others need not
  }
  if (alive() && !drawing.busy) section.dataset.still = "yes";
  else if (alive()) timers.resting = setTimeout(follow, REST, page);
}

/**
 * Makes a job's pictures, unless they are there.
 * @param {Page} page
 * @param {Job} job
 * @param {() => boolean} alive
 */
async function pursue(page, job, alive) {
  const key = job.key();
  if (job.done === key || (job.fetches && job.busy)) return;
  Object.assign(job, { done: undefined, busy: true });
  if (await job.run(alive)) job.done = key;
  job.busy = false;
  if (job.fetches && key !== job.key()) rest(page);
}

/**
 * Has the seed plane's pictures follow into the next cell while the hand still moves.
 * @param {Page} page
 */
export async function hurry(page) {
  const job = page.following.jobs.find(({ hurried }) => hurried);
  if (page.how === "server" || job.busy || !page.visible()) return;
  const { seed } = page.view;
  await pursue(page, job, () => seed === page.view.seed);
  if (seed !== page.view.seed) hurry(page);
}

/**
 * Forgets what another model's pictures were, and the jobs that were its alone.
 * @param {Page} page
 */
export function startOver({ following, model }) {
  following.jobs = following.jobs.filter(({ of }) => !of || of === model);
  for (const job of following.jobs) job.done = undefined;
}
