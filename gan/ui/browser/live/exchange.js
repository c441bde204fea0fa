// What the server says of a live run: the page asks again and again, which is also the run's heartbeat, and takes each
// answer in.

import { laneNames } from "../core/live_words.js";
import { put } from "../page/elements.js";
import { explainAnew } from "../page/hints.js";
import { tabQuery } from "../page/links.js";
import { note } from "../page/notes.js";
import { keepText, keptText } from "../page/storage.js";
import { post, Unanswered } from "../page/wire.js";
import { disable, hideGroups, showFound, showSetup } from "./controls.js";
import { keyFigure } from "./figures.js";
import { hasEarlier, keepStage } from "./stages.js";
import { speak, writeBanner, writePace } from "./status.js";
import { isOwner, isVisible, KEPT } from "./tab.js";
import { drawView, writeCaptions } from "./view.js";

/** @typedef {import("./tab.js").LiveTab} LiveTab */

// Milliseconds between two questions out of sight, before a frame that is about to come, and between two new runs.
const HIDDEN = 600, SOON = 30, RENEW = 3000;
const STRAYED = 2; // runs that were another host's, beyond which it is no start anew of one host
const CALM = matchMedia("(prefers-reduced-motion: reduce)");
/** States of a run that trains, or will as soon as it can. */
export const GOING = ["running", "queued", "asleep"];

/**
 * Slow motion goes on by itself no longer.
 * @param {LiveTab} tab
 */
export function stopAuto(tab) {
  clearTimeout(tab.auto);
  tab.auto = 0;
  tab.find("#live-auto").setAttribute("aria-pressed", "false");
}

/** Whether slow motion can go back. */
export const showEarlier = ({ find, shown }) =>
  find("#live-back").setAttribute("aria-disabled", String(!hasEarlier(shown)));

/** The buttons follow the run's state, and the section's data tell it. */
function showState(tab, answer) {
  const { section, find, say, shown } = tab;
  const slow = answer.state === "slow";
  put(find("#live-play"), say(GOING.includes(answer.state) ? "pause" : "start"));
  put(find("#live-slow"), say(slow ? "next_stage" : "slow"));
  find("#live-auto").hidden = !slow || CALM.matches;
  find("#live-unslow").hidden = find("#live-back").hidden = !slow;
  explainAnew(find("#live-slow"), say(slow ? "next_stage_help" : "slow_help"));
  if (!slow && tab.auto) stopAuto(tab);
  for (const button of section.querySelectorAll(".live-transport button")) {
    button.disabled = !isOwner(tab) || answer.state === "working";
  }
  showEarlier(tab);
  Object.assign(section.dataset, {
    state: answer.state,
    running: answer.state === "running",
    role: answer.role,
    place: answer.place,
    query: answer.query + (shown.hide.length ? `&hide=${shown.hide.join(",")}` : ""),
    round: answer.round,
  });
}

function takeScene({ shown }, { scene, round }) {
  Object.assign(shown, { scene, round, curve: [], past: null, stages: [], behind: 0 });
}

function takeFrame({ section, shown }, { frame, number }) {
  Object.assign(shown, { frame, number });
  keepStage(shown, frame);
  const { figures } = frame.lanes[0];
  Object.assign(section.dataset, {
    steps: frame.steps,
    nimg: frame.nimg,
    modes: figures.fair ?? "",
    doctor: frame.doctor?.[0]?.name ?? "",
    trainedD: frame.trained_d,
    trainedG: frame.trained_g,
    figure: figures[keyFigure(shown.scene)] ?? "",
  });
}

/**
 * Takes an answer of `live/poll` in and shows what is new in it.
 * @param {LiveTab} tab
 */
function take(tab, answer) {
  const { say, shown, view, controls, past } = tab;
  if (answer.scene) takeScene(tab, answer);
  shown.curve.push(...answer.curve);
  Object.assign(shown, { state: answer.state, role: answer.role, answer });
  if (answer.frame) takeFrame(tab, answer);
  if (answer.moments) shown.moments = answer.moments.revision;
  showState(tab, answer);
  if (answer.scene) {
    writeCaptions(view);
    past.lanes(laneNames(shown.scene, say), isOwner(tab));
  }
  showSetup(controls, answer.setup ?? shown.scene.setup, shown.scene);
  if (answer.scene) {
    disable(controls, !isOwner(tab));
    past.back();
  }
  past.set(answer.moments, shown.frame.steps);
  writeBanner(view, answer);
  if (isVisible(tab)) {
    if (answer.frame) {
      drawView(view);
      tab.drawing.draw();
    }
    writePace(view, answer);
  }
  speak(view, answer);
}

async function open(tab, query, resume) {
  const { find, shown } = tab;
  const answer = await post("live/open", { query, resume, words: document.documentElement.lang });
  if (answer.trouble) {
    put(find(".live-status"), `⚠ ${tab.say.host(answer.trouble)}`);
    return;
  }
  Object.assign(shown, {
    id: answer.id,
    role: answer.role,
    round: -1,
    number: -1,
    moments: -1,
    hide: answer.hide ?? shown.hide,
  });
  if (answer.role === "owner") {
    keepText(KEPT.run, answer.id, "sessionStorage");
    keepText(KEPT.of, tabQuery(location.search), "sessionStorage");
  }
  hideGroups(tab.controls, shown.hide);
  showFound(tab.controls, answer.data);
  if (answer.shut) note(tab.say.host(answer.shut), true);
}

/** The run of the address: a reload re-attaches, another link in the same window is another run. */
function openFirst(tab) {
  const same = keptText(KEPT.of, "sessionStorage") === tabQuery(location.search);
  const mine = same ? keptText(KEPT.run, "sessionStorage") : null;
  return open(tab, location.search, new URLSearchParams(location.search).has("watch") ? null : mine);
}

/** Opens a run where there is none, but not at every beat. */
async function openWhereGone(tab, now) {
  if (tab.shown.id || !isVisible(tab) || now - tab.renewed <= RENEW) return;
  tab.renewed = now;
  if (tab.shown.answer && isOwner(tab)) await open(tab, `?${tab.section.dataset.query}`, null);
  else await openFirst(tab);
}

/** Asks once; returns the milliseconds until the next question. */
async function poll(tab) {
  const { id, round, number, moments, curve } = tab.shown;
  if (!id) return HIDDEN;
  const answer = await post("live/poll", {
    id,
    round,
    number,
    points: curve.length,
    moments,
    hidden: !isVisible(tab),
  });
  if (answer.state) take(tab, answer);
  else if (answer.gone) {
    tab.shown.id = null;
    tab.strayed += answer.elsewhere ? 1 : 0;
    if (tab.strayed >= STRAYED) put(tab.find(".live-status"), `⚠ ${tab.say.host(answer.trouble)}`);
  } else throw new Unanswered(answer.trouble);
  if (!isVisible(tab)) return HIDDEN;
  if (answer.state === "running" && isOwner(tab) && !answer.frame) return SOON;
  return answer.every || HIDDEN;
}

/**
 * Asks the server, unless a question is on its way, and then again after a while.
 * @param {LiveTab} tab
 */
export async function beat(tab) {
  clearTimeout(tab.timer);
  if (tab.asking || !tab.section.isConnected) return;
  tab.asking = true;
  const begun = performance.now();
  let every = HIDDEN;
  try {
    await openWhereGone(tab, begun);
    every = await poll(tab);
  } catch (error) {
    const isLost = error instanceof Unanswered;
    if (!isLost || tab.shown.scene) console.warn(error);
    put(tab.find(".live-status"), tab.say(isLost ? "lost" : "failed_here"));
  }
  tab.asking = false;
  tab.timer = setTimeout(() => beat(tab), Math.max(every - (performance.now() - begun), 5));
}
