// The browser half of the live tab: polls its run, which is also the run's heartbeat, and draws what comes back.
// The component's js_on_load: `element` and `props` are given. The other end is `LiveRoutes` in gan/ui/live/routes.py.

import { pageLanguage } from "../page/language.js";
import { followLook } from "../page/look.js";
import { sayer } from "../core/words.js";
import { act, branch, BUTTONS, controlActs, settle, timelineActs } from "./acts.js";
import { buildBranching } from "./branching.js";
import { buildControls } from "./control_rows.js";
import { buildPad } from "./drawing_pad.js";
import { beat } from "./exchange.js";
import { LAYERS } from "./plane.js";
import { emptyTab, KEPT, repaint } from "./tab.js";
import { buildLesson, buildTimeline } from "./timeline.js";
import { buildView } from "./view.js";
import { fillFrame, make } from "../page/elements.js";
import { explain } from "../page/hints.js";
import { pageAddress } from "../page/links.js";
import { keepText } from "../page/storage.js";
import { beacon } from "../page/wire.js";

/** @typedef {import("./tab.js").LiveTab} LiveTab */

/** The sentence of each button of the run, by the end of its id; that of #live-slow follows the run's state. */
const EXPLAINED = {
  step: "step_help",
  "step-d": "step_d_help",
  "step-g": "step_g_help",
  slow: "slow_help",
  back: "back_help",
  auto: "auto_help",
  unslow: "unslow_help",
  reset: "reset_help",
};

export function mount(element, props) {
  const tab = emptyTab(element.querySelector(".live-view"), sayer(props.words, pageLanguage()));
  fillFrame(tab.section, tab.say);
  tab.find(".live-layers").append(...LAYERS.map((name) => layerButton(tab, name)));
  for (const [name, press] of Object.entries(BUTTONS)) {
    tab.find(`#live-${name}`).addEventListener("click", () => press(tab));
  }
  for (const [id, word] of Object.entries(EXPLAINED)) explain(tab.find(`#live-${id}`), tab.say(word));
  buildParts(tab, props.schema);
  followPage(tab);
  followRoom(tab);
  followLook(() => repaint(tab));
  beat(tab);
}

/**
 * The button that shows or hides a layer of the plane.
 * @param {LiveTab} tab
 * @param {string} name
 */
function layerButton(tab, name) {
  const { layers } = tab.shown;
  const press = ({ currentTarget }) => {
    if (layers.includes(name)) layers.splice(layers.indexOf(name), 1);
    else layers.push(name);
    currentTarget.setAttribute("aria-pressed", String(layers.includes(name)));
    keepText(KEPT.layers, layers.join(" "));
    repaint(tab);
  };
  const button = make("button", {
    type: "button",
    id: `live-layer-${name}`,
    "aria-pressed": String(layers.includes(name)),
    onclick: press,
  }, tab.say(`layer_${name}`));
  explain(button, tab.say(`layer_${name}_help`));
  return button;
}

/** @param {LiveTab} tab */
function buildParts(tab, schema) {
  const { section, find, say, shown } = tab;
  tab.view = buildView(section, say, shown, (lane) => act(tab, "cure", { lane }));
  tab.controls = buildControls(find(".live-controls"), schema, say, controlActs(tab));
  tab.drawing = buildPad(
    find(".live-pad"),
    say,
    () => tab.view.colours,
    (drawing) => settle(tab, { ...tab.controls.setup, drawing }),
  );
  tab.past = buildTimeline({ scrub: find(".live-scrub"), tools: find(".live-tools") }, say, timelineActs(tab));
  tab.branching = buildBranching(section, say, (moment) => branch(tab, moment));
  tab.lesson = buildLesson(
    section,
    say,
    schema.groups.map(({ name }) => name),
    (hidden) => pageAddress(shown.answer.query + (hidden.length ? `&hide=${hidden.join(",")}` : "")),
  );
}

/**
 * The run hears at once when the page is hidden, shown again or left.
 * @param {LiveTab} tab
 */
function followPage(tab) {
  document.addEventListener("visibilitychange", () => beat(tab));
  window.addEventListener("pagehide", () => {
    if (tab.shown.id) beacon("live/close", { id: tab.shown.id });
  });
  window.addEventListener("pageshow", () => beat(tab));
}

/**
 * Whether the tab is displayed, and what depends on the size of its canvases.
 * @param {LiveTab} tab
 */
function followRoom(tab) {
  new ResizeObserver(([{ contentRect }]) => {
    const before = tab.displayed;
    tab.displayed = contentRect.width > 0;
    if (tab.displayed && !before) beat(tab);
  }).observe(tab.section);
  const sizes = new ResizeObserver(() => repaint(tab));
  for (const box of [tab.find(".live-hero"), tab.find(".live-losses")]) sizes.observe(box);
}
