// The address bar: it names the tab that is shown and what it shows, so a reload and Back keep both.

import { GLOBALS } from "./globals.js";
import { ownQuery } from "./links.js";

const EVERY = 1000; // milliseconds between two changes of the address while one tab is shown
const FIRST = "explore";
const TABS = ["learn", FIRST, "interpolate", "yours", ...(GLOBALS.atelierSite ? [] : ["live"])];
const BUTTON = /^tab-(.+)-button$/;

const tabOf = (/** @type {string} */ search) =>
  TABS.find((tab) => tab === new URLSearchParams(search).get("tab")) ?? FIRST;

const searchOf = (/** @type {string} */ query) => `?${query}${ownQuery && `&${ownQuery}`}`;

/**
 * @type {{ tab: string, searches: Record<string, string>, arrived: boolean, changed: number,
 *   waiting: ReturnType<typeof setTimeout> | undefined }}
 */
const bar = {
  tab: tabOf(location.search), // that is shown
  searches: { [tabOf(location.search)]: location.search }, // by tab, the newest; the live tab's stays as it was opened
  arrived: tabOf(location.search) === FIRST, // gradio shows its first tab until it has read the link
  changed: 0, // when
  waiting: undefined, // the timer of a change to come
};

/** @param {"pushState" | "replaceState"} way */
function write(way) {
  clearTimeout(bar.waiting);
  bar.waiting = undefined;
  const search = bar.searches[bar.tab] ??= searchOf(`tab=${bar.tab}`);
  if (way === "replaceState" && search === location.search) return;
  bar.changed = performance.now();
  try {
    history[way](way === "pushState" ? null : history.state, "", location.href.split(/[?#]/)[0] + search);
  } catch { /* a frame may forbid it, a browser limits how often */ }
}

/**
 * Tells what a tab shows now, as the query of a link.
 * @param {string} tab
 * @param {string} query
 */
export function showInAddress(tab, query) {
  bar.searches[tab] = searchOf(query);
  if (tab !== bar.tab || bar.waiting) return;
  const due = Math.max(0, bar.changed + EVERY - performance.now());
  bar.waiting = setTimeout(write, due, "replaceState");
}

function follow() {
  const button = document.querySelector("#tabs [role=tab][aria-selected=true]");
  const tab = BUTTON.exec(button?.id ?? "")?.[1];
  if (!tab) return;
  bar.arrived ||= tab !== FIRST;
  if (tab === bar.tab || !bar.arrived) return;
  if (bar.waiting) write("replaceState");
  bar.tab = tab;
  write("pushState");
}

function goBack() {
  const tab = tabOf(location.search);
  bar.searches[tab] ??= location.search; // of before a reload: the tab is about to read it
  if (tab !== bar.tab) {
    bar.tab = tab;
    document.getElementById(`tab-${tab}-button`)?.click();
  }
  write("replaceState"); // tabs keep what they show
}

export function watchTabs() {
  const watched = { subtree: true, attributes: true, attributeFilter: ["aria-selected"] };
  new MutationObserver(follow).observe(document.documentElement, watched);
  window.addEventListener("popstate", goBack);
  follow(); // gradio may have opened the link's tab before
}
