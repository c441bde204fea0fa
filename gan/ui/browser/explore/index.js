// Explore: one picture of one model, drawn in the page, and every way to change it. What decides the picture is
// page.view (see core/views.js); nothing is asked of the host while sliders move.

import { sentence } from "../core/trouble.js";
import { sayer } from "../core/words.js";
import { fillFrame, put } from "../page/elements.js";
import { engine } from "../page/engine.js";
import { pageLanguage } from "../page/language.js";
import { note } from "../page/notes.js";
import { OWN_OPENED, takeOpened } from "../page/own_pictures.js";
import { smoothSwitch } from "../page/smooth.js";
import { layActions } from "./actions.js";
import { arrive } from "./arrival.js";
import { buildBookmarks } from "./bookmarks.js";
import { adopt, change, open, redo, slide, sync, undo, visit } from "./changes.js";
import { buildControls } from "./controls.js";
import { draw, fitFrame, paint } from "./drawing.js";
import { showCanvas, tellFetching, unveil } from "./fetching.js";
import { follow, rest } from "./following.js";
import { newHistory, settle } from "./history.js";
import { buildCritic, buildLayers, buildNearest } from "./inside.js";
import { buildMedium } from "./medium.js";
import { drawViews, rememberedZ } from "./scene.js";
import { buildSeedPlane } from "./seed_plane.js";
import { newState } from "./state.js";
import { canStroll, stroll } from "./stroll.js";

/** @import { Say } from "../core/words.js" */
/** @import { Page } from "./state.js" */

const A_FRAME = 16; // milliseconds

/**
 * Fills the tab's frame; the first picture comes when the tab is seen first.
 * @param {HTMLElement} element that holds the frame
 * @param {{ words: object }} props the tab's words, by language
 */
export function mount(element, props) {
  const section = element.querySelector(".explore-view"), say = sayer(props.words, pageLanguage());
  const page = newPage(section, say);
  layActions(page);
  smoothSwitch(section.querySelector("#explore-smooth"));
  page.parts = buildParts(page);
  fillFrame(section, say);
  tellFetching(page);
  engine.completed = (name) => {
    if (name === page.model?.name && !page.stroll.walks) draw(page);
  };
  document.addEventListener("keydown", (event) => undoByKey(page, event));
  window.addEventListener(OWN_OPENED, () => visitOpened(page));
  new MutationObserver(() => rest(page)).observe(document.body, { attributes: true, attributeFilter: ["class"] });
  new ResizeObserver(([{ contentRect }]) => show(page, contentRect.width > 0)).observe(section);
}

/**
 * The state, and what its parts may do with it.
 * @param {HTMLElement} section
 * @param {Say} say
 * @returns {Page}
 */
function newPage(section, say) {
  const page = newState(section, say);
  const trouble = (error) => {
    if (!error.message) throw error;
    note(sentence(error, say), true);
    return null;
  };
  return Object.assign(page, {
    slide: (edit) => {
      page.stroll.end();
      slide(page, edit);
    },
    change: (edit) => {
      page.stroll.end();
      change(page, edit);
    },
    settle: () => settle(page),
    rest: () => rest(page),
    visit: (view) => {
      page.stroll.end();
      return visit(page, view);
    },
    open: (name) => {
      page.stroll.end();
      return open(page, name);
    },
    trouble,
    follow: (job) => page.following.jobs.push(job),
    render: async (views, task) => {
      const { model } = page, images = await drawViews(model, views, task).catch(trouble);
      return model === page.model ? images : null; // of a model that was left nothing is shown
    },
    z: () => rememberedZ(page.model, page.view),
    visible: () => page.displayed && document.visibilityState === "visible",
  });
}

// In the order in which their pictures follow, and those of one column stand.
function buildParts(page) {
  const find = (selector) => page.section.querySelector(selector), side = find(".explore-side");
  return {
    plane: buildSeedPlane(side, page),
    controls: buildControls(find(".explore-controls"), page),
    nearest: buildNearest(side, page),
    layers: buildLayers(side, page),
    critic: buildCritic(side, page),
    medium: buildMedium(find(".explore-files"), find(".explore-media"), page),
    bookmarks: buildBookmarks(find(".explore-kept"), page),
  };
}

function undoByKey(page, event) {
  if (!(event.ctrlKey || event.metaKey) || event.altKey || !page.view || !page.visible()) return;
  const key = event.key.toLowerCase();
  const typing = event.target.closest?.("input:not([type=range], [type=checkbox], [type=radio]), textarea, select");
  if (typing || !["z", "y"].includes(key)) return;
  event.preventDefault();
  page.stroll.end();
  if (key === "y" || event.shiftKey) redo(page);
  else undo(page);
}

// The tab has come into sight or has gone.
function show(page, displayed) {
  const before = page.displayed;
  page.displayed = displayed;
  if (!displayed) {
    page.parts.plane.stop();
    page.hero.stop();
    page.besideHero.stop();
  }
  if (!displayed || before) return;
  unveil(page.section);
  page.stroll.resume();
  if (page.view) rest(page);
  else begin(page);
}

// What another tab hands over; while the first picture is on its way it waits.
function visitOpened(page) {
  const view = page.view && takeOpened();
  if (view) page.visit(view);
}

// The first picture; where it fails, the next time that the tab is opened is another try.
async function begin(page) {
  const { section, canvas, parts } = page;
  try {
    const [{ list, view, model, images, error, opens }, how] = await Promise.all([arrive(), engine.how]);
    Object.assign(page, { list, view, model, how, history: newHistory(view) });
    section.dataset.engine = how;
    fitFrame(canvas, model);
    showCanvas(section);
    if (images) {
      paint(page, view, images);
      await new Promise((done) => setTimeout(done, A_FRAME)); // it is seen before a hundred controls are laid out
    }
    adopt(page, model);
    parts.controls.unfold(view);
    sync(page);
    if (!images || view.beside) draw(page);
    if (images && opens && canStroll(page)) page.stroll = stroll(page);
    section.dataset.ready = "yes";
    document.documentElement.dataset.ready = "yes";
    follow(page);
    if (error) page.trouble(error); // it was made before the words were there
    visitOpened(page);
  } catch (error) {
    put(section.querySelector(".explore-engine"), `⚠ ${page.trouble(error) ?? sentence(error, page.say)}`);
  }
}
