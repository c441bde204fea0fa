// A drift through the seed plane of Explore: it goes by itself, in gentle bends, until it is touched.

import { placedView } from "../core/views.js";
import { make, put } from "../page/elements.js";
import { slider } from "../page/fields.js";

/** @import { Page } from "./state.js" */

const TURNING = 0.35; // radians a second by which it may bend
const SWAY = 3100; // milliseconds in which the bend changes by a radian
const LONG = 0.1; // seconds: no step is longer, however late its frame
const NEAR = 0.002; // what a view's decimals may differ by from the place that it was set to

/**
 * Where a step leads.
 * @param {{ x: number, y: number }} from
 * @param {number} way
 * @param {number} angle radians
 */
const stepped = ({ x, y }, way, angle) => [x + way * Math.cos(angle), y + way * Math.sin(angle)];

/**
 * Whether a view is still where it was set to, and so the drift knows the place more finely than the view.
 * @param {{ seed: number, x: number, y: number } | null} where
 * @param {{ seed: number, x: number, y: number }} view
 */
const isAt = (where, { seed, x, y }) =>
  where !== null && where.seed === seed && Math.abs(where.x - x) <= NEAR && Math.abs(where.y - y) <= NEAR;

/**
 * A button that starts and stops it, and its pace.
 * @param {Page} page
 */
export function buildDrift(page) {
  const { say } = page;
  let frame = 0, before = 0, angle = 0.5, where = null;
  const button = make("button", {
    type: "button",
    id: "explore-drift",
    "aria-pressed": "false",
    onclick: () => (frame ? stop() : start()),
  }, say("drift"));
  const pace = slider({
    id: "explore-pace",
    label: say("pace"),
    title: say("pace_info"),
    low: 0.05,
    high: 1,
    step: 0.05,
    rest: 0.25,
  }, { slide() {}, settle() {} });
  const box = make("div", { class: "explore-moving" }, button, pace.box);

  function start() {
    where = null;
    before = performance.now();
    frame = requestAnimationFrame(onward);
    button.setAttribute("aria-pressed", "true");
    put(button, say("drift_stop"));
  }

  function stop() {
    if (!frame) return;
    cancelAnimationFrame(frame);
    frame = 0;
    button.setAttribute("aria-pressed", "false");
    put(button, say("drift"));
    page.settle();
  }

  function onward(now) {
    if (!box.isConnected || !page.visible()) return stop();
    const passed = Math.min((now - before) / 1000, LONG);
    before = now;
    angle += TURNING * passed * Math.sin(now / SWAY);
    const [x, y] = stepped(isAt(where, page.view) ? where : page.view, Number(pace.range.value) * passed, angle);
    page.slide((view) => placedView(view, x, y));
    where = { seed: page.view.seed, x: x - Math.floor(x), y: y - Math.floor(y) };
    frame = requestAnimationFrame(onward);
  }

  // a touch stops it, except of what steers it
  page.section.addEventListener("pointerdown", (event) => {
    if (frame && !box.contains(event.target)) stop();
  });
  page.section.addEventListener("keydown", (event) => {
    if (frame && event.key !== "Tab" && !box.contains(event.target)) stop();
  });
  return { box, stop };
}
