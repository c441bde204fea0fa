// Single numbers of z in Explore: a slider each, which holds its number until it is released; a latent of the visitor's
// own has no z.

import { RAW, round, within } from "../core/views.js";
import { make, put } from "../page/elements.js";
import { able, group, slider } from "../page/fields.js";
import { without } from "./edits.js";

/** @import { Page } from "./state.js" */

/**
 * @param {Page} page
 */
export function buildNumbers(page) {
  const { say } = page;
  const list = make("div", { class: "explore-coordinates", tabindex: 0, role: "group", "aria-label": say("raw") });
  const releaseAll = make("button", {
    type: "button",
    id: "explore-release",
    onclick: () => page.change((view) => ({ ...view, raw: {} })),
  }, say("release_all"));
  const box = group(say, "raw", false, list, releaseAll);
  let rows = []; // laid out when they are looked at first
  const lay = ({ zDim }) => {
    if (rows.length) return;
    rows = Array.from({ length: zDim }, (_, i) => buildNumber(page, i));
    list.replaceChildren(...rows.map((row) => row.box));
  };
  const show = (view) => {
    for (const part of [list, releaseAll]) part.hidden = Boolean(view.own);
    put(box.querySelector(".explore-hint"), say(view.own ? "raw_own" : "raw_info"));
    if (!box.open || !rows.length || view.own) return;
    const z = page.z();
    rows.forEach((row, i) => row.show(view.raw[i], z[i]));
    able(releaseAll, Object.keys(view.raw).length);
  };
  box.addEventListener("toggle", () => {
    if (!box.open) return;
    lay(page.model);
    show(page.view);
  });
  const isUsed = (view) => Object.keys(view.raw).length > 0;
  return {
    box,
    open(model) {
      rows = [];
      list.replaceChildren();
      box.open &&= model.zDim > 0;
      if (box.open) lay(model);
    },
    set(view) {
      show(view);
      box.classList.toggle("explore-used", isUsed(view));
    },
    unfold(view) {
      box.open ||= isUsed(view);
    },
  };
}

// One number; `show` is given the value that it is held at, if any, and the one that it has by itself.
function buildNumber(page, i) {
  const name = `z[${i}]`, word = page.say("release", { name });
  const lever = slider({ id: `explore-z${i}`, label: name, low: -4, high: 4, step: 0.05, rest: 0 }, {
    slide: (value) => page.slide((view) => ({ ...view, raw: { ...view.raw, [i]: within(name, value, RAW) } })),
    settle: page.settle,
  });
  const release = make("button", {
    type: "button",
    class: "explore-release",
    "aria-label": word,
    title: word,
    onclick: () => {
      page.change((view) => ({ ...view, raw: without(view.raw, i) }));
      lever.range.focus();
    },
  }, "×");
  lever.box.append(release);
  const show = (held, free) => {
    const isHeld = held !== undefined;
    lever.set(isHeld ? held : round(Math.min(Math.max(free, RAW[0]), RAW[1])));
    lever.box.classList.toggle("explore-held", isHeld);
    release.style.visibility = isHeld ? "visible" : "hidden";
  };
  return { box: lever.box, show };
}
