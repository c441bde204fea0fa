// The door of a static page: Learn, Explore, Interpolate and Yours, each in its frame.
import { mount as mountExplore } from "../explore/index.js";
import { mount as mountInterpolate } from "../interpolate/index.js";
import { mount as mountLearn } from "../learn/index.js";
import { start } from "../page/shell.js";
import { mount as mountYours } from "../yours/index.js";
import { openTabs } from "./tabs.js";

const TABS = { learn: mountLearn, explore: mountExplore, interpolate: mountInterpolate, yours: mountYours };

/**
 * @param {Record<string, object>} words of each tab, by language
 * @param {Record<string, object>} schemas of the tabs that have one
 */
export function openSite(words, schemas) {
  start();
  openTabs();
  for (const [name, mount] of Object.entries(TABS)) {
    const place = document.getElementById(name);
    try {
      mount(place, { words: words[name], schema: schemas[name] });
    } catch (error) {
      console.error(error);
      place.querySelector(".atelier-unfilled").hidden = false;
    }
  }
  document.documentElement.dataset.opened = "yes";
}
