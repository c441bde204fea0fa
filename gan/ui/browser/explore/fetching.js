// What is seen of Explore before its picture can be changed: the picture that came with the page, and how far the model
// is that is being fetched.

import { make, put } from "../page/elements.js";
import { firstPicture, liftCurtain } from "../page/curtain.js";
import { watchFetching } from "../page/generators.js";

/** @import { Page } from "./state.js" */

const MEGABYTE = 1e6;
const LATE = 400; // milliseconds before the loading of a further model is told

const megabytes = (bytes) => (bytes / MEGABYTE).toFixed(1);

/**
 * Puts the picture that came with the page over the canvas, which is drawn later, and takes the curtain away.
 * @param {HTMLElement} section
 */
export function unveil(section) {
  const drawn = firstPicture(), empty = section.querySelector(".explore-empty");
  if (drawn) {
    if (document.documentElement.lang !== "en") drawn.alt = drawn.dataset.zh;
    empty.parentElement.style.setProperty("--side", drawn.style.getPropertyValue("--side"));
    empty.after(drawn);
    const told = document.querySelector(`#atelier-curtain figcaption [lang="${document.documentElement.lang}"]`);
    if (told) put(section.querySelector(".explore-first figcaption"), told.textContent);
  }
  liftCurtain();
}

/**
 * Shows the canvas in the place of the picture that came with the page.
 * @param {HTMLElement} section
 */
export function showCanvas(section) {
  const drawn = section.querySelector(".explore-drawn");
  if (drawn) drawn.hidden = true;
  section.querySelector(".explore-empty").hidden = true;
}

/**
 * A bar at the foot of the picture, and a sentence below it, as long as a model is on its way.
 * @param {Page} page
 */
export function tellFetching(page) {
  const { section, say } = page, place = section.querySelector(".explore-first figcaption");
  const bar = make("progress", { class: "explore-fetching", "data-testid": "explore-fetching", max: 1 });
  let shows = false, began = 0;
  bar.hidden = true;
  section.querySelector(".explore-first .explore-frame").append(bar);
  watchFetching((progress) => {
    if (!progress) {
      bar.hidden = true;
      if (shows && page.view) page.rest(); // the caption comes back
      shows = false;
      return;
    }
    if (!shows) {
      shows = true;
      began = performance.now();
    }
    if (page.view && performance.now() - began < LATE) return;
    const { name, got, all } = progress;
    const text = say("fetching_share", { name, got: megabytes(got), all: megabytes(all) });
    bar.hidden = false;
    bar.value = got / all;
    bar.setAttribute("aria-label", text);
    if (page.model?.name !== name) put(place, text); // else its pictures are almost right already and have a caption
  });
}
