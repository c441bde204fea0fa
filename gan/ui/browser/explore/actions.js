// The buttons below the picture of Explore: its history, and what it is taken home as.

import { className, classWord } from "../core/classes.js";
import { viewQuery } from "../core/views.js";
import { make } from "../page/elements.js";
import { saveBlob } from "../page/files.js";
import { handOver } from "../page/key_frames.js";
import { copyLink, pageAddress } from "../page/links.js";
import { note } from "../page/notes.js";
import { pngFile } from "../page/pictures.js";
import { randomise, redo, reset, undo } from "./changes.js";

/** @import { Page } from "./state.js" */

const HERO = 448; // CSS pixels that the side of a saved picture fills, in whole multiples of its own

/** @type {Record<string, (page: Page) => unknown>} */
const HISTORY = { undo, redo, randomise, reset };
/** @type {Record<string, (page: Page) => unknown>} */
const FILES = { bookmark, link, png, "key-frame": keyFrame };

/**
 * Lays the buttons out.
 * @param {Page} page
 */
export function layActions(page) {
  page.section.querySelector(".explore-history").append(...buttons(page, HISTORY));
  page.section.querySelector(".explore-files").append(...buttons(page, FILES));
}

function buttons(page, acts) {
  const { say } = page;
  return Object.entries(acts).map(([name, act]) => {
    const key = name.replace("-", "_");
    const onclick = () => {
      if (page.view) act(page);
    };
    return make("button", { type: "button", id: `explore-${name}`, "data-title": `${key}_info`, onclick }, say(key));
  });
}

function bookmark({ canvas, model, view, parts, say }) {
  const own = view.own ? "" : className(model, view), named = own && say("class_one", { name: classWord(own, say) });
  const name = [named, view.own ? say("own_one") : say("seed_n", { seed: view.seed }), view.model].filter(Boolean).join(
    " · ",
  );
  parts.bookmarks.add({ ...view, beside: "" }, name, canvas);
}

function link({ view }) {
  copyLink(pageAddress(viewQuery(view)));
}

async function png({ canvas, model, view, images }) {
  const scale = Math.max(1, Math.floor(HERO / canvas.width));
  const { model: name, ...settings } = view;
  const blob = await pngFile(canvas, scale, {
    model: name,
    sha256: model.sha256,
    ...settings,
    seed: view.own ? undefined : view.seed,
    beside: undefined,
    samples: images.length / model.values,
    link: `?${viewQuery({ ...view, beside: "" })}`,
  });
  saveBlob(blob, `${name}-${view.own ? "own" : `seed-${view.seed}`}.png`);
}

function keyFrame({ say, view }) {
  note(say("key_frame_kept", { n: handOver({ ...view, beside: undefined }) }));
}
