// The page opens on a picture that moves: a slow round through the cell of the first seed, until a hand touches
// anything. Nothing of it is kept: not in the address, not for undo; the canvas alone tells where it is.

import { samplingOf } from "../core/sampling.js";
import { make, put } from "../page/elements.js";
import { paint } from "./drawing.js";
import { newHistory } from "./history.js";
import { placeOf } from "./petal.js";
import { drawView } from "./scene.js";

/** @import { Page } from "./state.js" */

const ROUND = 24_000; // milliseconds
const EVERY = 33; // milliseconds between two pictures, at least
const LONG = 100; // milliseconds: no step is longer, however late its frame
const HEAVY = 150e6; // multiply-adds of a picture beyond which moving it is no pleasure
const HANDS = ["pointerdown", "keydown", "input", "change", "click"];
const PASSING = ["Tab", "Shift", "Control", "Alt", "Meta"]; // keys that touch nothing

/** Whether the opening picture of a page can move by itself. */
export const canStroll = ({ how, model }) =>
  (how === "wasm" || how === "plain") && samplingOf(model).shown * model.macs <= HEAVY;

/**
 * Begins it, from the page's view.
 * @param {Page} page
 */
export function stroll(page) {
  const { section, say, model, view } = page, calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
  const button = make("button", {
    type: "button",
    id: "explore-stroll",
    class: "explore-stroll",
    title: say("stroll_info"),
  });
  const own = { walks: true, end, resume };
  let goes = !calm, frame = 0, before = 0, drawn = 0, share = 0, busy = false;

  const isOwn = ({ target }) => button.contains(target);
  const touched = (event) => {
    if (!isOwn(event) && !PASSING.includes(event.key)) end();
  };

  function show() {
    put(button, goes ? "❚❚" : "▶");
    button.setAttribute("aria-label", say(goes ? "stroll_pause" : "stroll_go"));
    section.dataset.strolls = goes ? "yes" : "no";
  }

  function resume() {
    if (!own.walks || !goes || frame || !page.visible()) return;
    before = performance.now();
    frame = requestAnimationFrame(onward);
  }

  function onward(now) {
    frame = 0;
    if (!own.walks || !goes || !page.visible()) return;
    share = (share + Math.min(Math.max(now - before, 0), LONG) / ROUND) % 1;
    before = now;
    if (!busy && now - drawn >= EVERY) {
      drawn = now;
      step();
    }
    frame = requestAnimationFrame(onward);
  }

  async function step() {
    const [x, y] = placeOf(share), there = { ...view, x, y };
    busy = true;
    try {
      const images = await drawView(model, there);
      if (images && own.walks && goes) paint(page, there, images);
    } catch {
      end(); // what is wrong shows with the first touch
    }
    busy = false;
  }

  // For good; what is seen is what is changed from now on.
  function end() {
    if (!own.walks) return;
    own.walks = false;
    cancelAnimationFrame(frame);
    for (const hand of HANDS) section.removeEventListener(hand, touched, true);
    document.removeEventListener("visibilitychange", resume);
    button.remove();
    delete section.dataset.strolls;
    if (page.view === view && page.shown) {
      page.view = page.shown;
      page.history = newHistory(page.view);
      page.parts.plane.set(page.view); // the others stand where they stood: one of them may be in a hand
    }
    page.rest();
  }

  button.addEventListener("click", () => {
    goes = !goes;
    show();
    resume();
  });
  for (const hand of HANDS) section.addEventListener(hand, touched, true);
  document.addEventListener("visibilitychange", resume);
  section.querySelector(".explore-first .explore-frame").append(button);
  show();
  resume();
  return own;
}
