// What one does to a live run: each act goes to the server by itself, and its answer may bring a trouble to tell of.

import { copyLink, ownAddress, pageAddress } from "../page/links.js";
import { note } from "../page/notes.js";
import { download, post } from "../page/wire.js";
import { beat, GOING, showEarlier, stopAuto } from "./exchange.js";
import { lookEarlier, lookLater } from "./stages.js";
import { repaint } from "./tab.js";

/** @typedef {import("./tab.js").LiveTab} LiveTab */

const STAGE_EVERY = 1200; // milliseconds, of slow motion that goes on by itself
const OPENING = 50; // milliseconds from one look for a run that is being opened to the next

/** Waits until there is a run: a page is pressed before it has heard of its own, or while it gets another. */
async function opened({ shown, section }) {
  while (!shown.id && section.isConnected) await new Promise((done) => setTimeout(done, OPENING));
}

/**
 * Does one thing, once there is a run and what was done before has been answered. Returns the answer; its `trouble`
 * says what went wrong.
 * @param {LiveTab} tab
 * @param {string} name of the act, as the server knows it
 */
export function act(tab, name, more = {}) {
  tab.queue = tab.queue.then(async () => {
    await opened(tab);
    try {
      const answer = await post("live/act", { id: tab.shown.id, act: name, ...more });
      if (answer.trouble) note(tab.say.host(answer.trouble), true);
      setTimeout(() => beat(tab));
      return answer;
    } catch {
      note(tab.say("lost"), true);
      return { trouble: tab.say("lost") };
    }
  });
  return tab.queue;
}

/** The trouble of an act; "" where there is none. */
const refused = async (tab, name, more) => (await act(tab, name, more)).trouble ?? "";

// ---- the run's buttons ---------------------------------------------------------------------------------------------

/** One looks at the newest frame again. */
function toPresent(tab) {
  if (tab.shown.past) tab.past.back();
}

function play(tab) {
  stopAuto(tab);
  if (GOING.includes(tab.shown.state)) return act(tab, "pause");
  if (tab.shown.state === "slow") act(tab, "unslow");
  toPresent(tab);
  return act(tab, "start");
}

/** Shows another of the stages that were seen. */
function turn(tab) {
  showEarlier(tab);
  repaint(tab);
}

/** The next stage, of those that were seen or a new one; returns the trouble. */
function nextStage(tab) {
  if (!lookLater(tab.shown)) return refused(tab, "slow");
  turn(tab);
  return "";
}

/** Slow motion by itself, until it is stopped or the server refuses. */
function onward(tab) {
  tab.auto = setTimeout(async () => {
    if (tab.auto && !(await nextStage(tab)) && tab.auto) onward(tab);
    else stopAuto(tab);
  }, STAGE_EVERY);
  tab.find("#live-auto").setAttribute("aria-pressed", "true");
}

function slow(tab) {
  stopAuto(tab);
  toPresent(tab);
  nextStage(tab);
}

/** The stage before; the run stands where it is. */
function back(tab) {
  stopAuto(tab);
  toPresent(tab);
  if (lookEarlier(tab.shown)) turn(tab);
}

function unslow(tab) {
  stopAuto(tab);
  act(tab, "unslow");
}

function reset(tab) {
  stopAuto(tab);
  toPresent(tab);
  act(tab, "reset");
}

/**
 * What each button of the run does, by the end of its id.
 * @type {Record<string, (tab: LiveTab) => unknown>}
 */
export const BUTTONS = {
  play,
  step: (tab) => act(tab, "step", { which: "both" }),
  "step-d": (tab) => act(tab, "step", { which: "d" }),
  "step-g": (tab) => act(tab, "step", { which: "g" }),
  back,
  slow,
  auto: (tab) => (tab.auto ? stopAuto(tab) : onward(tab)),
  unslow,
  reset,
};

// ---- the controls --------------------------------------------------------------------------------------------------

/** Another setting; returns the trouble. */
export const settle = (tab, setup) => refused(tab, "settle", { setup });

/** A choice that brings its own recommended settings; returns the trouble. The pad opens for data to be drawn. */
async function choose(tab, setup, changed) {
  const trouble = await refused(tab, "choose", { setup, changed });
  if (!trouble && changed === "data" && setup.data === "drawn") tab.drawing.open(setup.drawing);
  return trouble;
}

/**
 * What the controls ask for.
 * @param {LiveTab} tab
 */
export const controlActs = (tab) => ({
  settle: (setup) => settle(tab, setup),
  choose: (setup, changed) => choose(tab, setup, changed),
  ill: (name) => {
    tab.find(".live-ills").scrollIntoView({ block: "nearest" }); // on a phone, with the plane and the doctor
    return act(tab, "ill", { name });
  },
  draw: () => tab.drawing.open(tab.controls.setup.drawing),
});

// ---- the past, and what is taken home ------------------------------------------------------------------------------

async function momentOf(tab, moment) {
  try {
    return await post("live/moment", { id: tab.shown.id, moment });
  } catch {
    return { trouble: tab.say("lost") };
  }
}

/** Looks at a moment of the past, or at the newest frame (null): one request at a time, the last wish first. */
async function look(tab, moment) {
  tab.wanted = moment;
  if (moment == null) {
    tab.shown.past = null;
    return repaint(tab);
  }
  if (tab.looking) return;
  tab.looking = true;
  while (tab.wanted != null) {
    const asked = tab.wanted;
    const { frame, trouble } = await momentOf(tab, asked);
    if (trouble) {
      note(tab.say.host(trouble), true);
      break;
    }
    if (tab.wanted != null) {
      tab.shown.past = { ...frame, moment: asked };
      repaint(tab);
    }
    if (tab.wanted === asked) break;
  }
  tab.looking = false;
}

/** Goes on from a moment of the past; what came later is lost, so it has been asked for. */
export async function branch(tab, moment) {
  if (!(await refused(tab, "branch", { moment }))) tab.past.back();
}

async function takeHome({ shown, say }, asked, name, button) {
  button.disabled = true;
  if (asked.what === "film") note(say("film_wait"));
  const trouble = await download("live/file", { id: shown.id, ...asked }, name).catch(() => say("lost"));
  if (trouble) note(say.host(trouble), true);
  button.disabled = false;
}

/** Opens the model of a lane in another tab of the site, in a page of its own. */
async function openModel(tab, name, lane) {
  const page = window.open("", "_blank"); // at once: after the answer a browser would take it for an advertisement
  const { model, trouble } = await act(tab, "keep", { lane });
  if (trouble) return page?.close();
  const address = ownAddress(new URLSearchParams({ tab: name, model }));
  if (page) page.location = address;
  else location.assign(address);
}

async function share(tab) {
  const { watch } = await act(tab, "share");
  if (watch) await copyLink(pageAddress(new URLSearchParams({ tab: "live", watch })));
}

/**
 * What the timeline and its tools ask for.
 * @param {LiveTab} tab
 */
export const timelineActs = (tab) => ({
  look: (moment) => look(tab, moment),
  branch: (moment, at, now) => tab.branching.ask(moment, at, now),
  download: (asked, name, button) => takeHome(tab, asked, name, button),
  open: (name, lane) => openModel(tab, name, lane),
  link: () => tab.lesson.open(tab.shown.hide),
  share: () => share(tab),
});
