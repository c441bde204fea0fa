// The browser half of the Learn tab: a lesson that needs no host, for its runs are recorded; where there is one, each
// step can be trained for real. Its steps are the table of gan/ui/learn/steps.py.
import { answered, asked, choiceOf, goneTo, readProgress, stepOf } from "../core/lesson.js";
import { wholeRecording } from "../core/recordings.js";
import { sayer } from "../core/words.js";
import { showInAddress } from "../page/address_bar.js";
import { fillFrame, put } from "../page/elements.js";
import { host } from "../page/host.js";
import { pageLanguage } from "../page/language.js";
import { OPENED } from "../page/links.js";
import { followLook } from "../page/look.js";
import { keep, kept } from "../page/storage.js";
import { isByHand } from "./acts.js";
import { writeClassColumn } from "./class_column.js";
import { addressOf, buildClass, lead, lookAgain, vote } from "./class_room.js";
import { writeColumn, writeDone } from "./column.js";
import { endFree } from "./free.js";
import { buildPlayer, play, rest, stand, stop } from "./player.js";
import { emptyTab, KEPT, stepNow } from "./tab.js";
import { draw, planeSentence, repaint } from "./view.js";

/** @typedef {import("./tab.js").LearnTab} LearnTab */

export function mount(element, props) {
  const tab = emptyTab(element.querySelector(".learn-view"), sayer(props.words, pageLanguage()), props.schema);
  fillFrame(tab.section, tab.say);
  buildPlayer(tab, {
    moved: () => {
      if (isByHand(tab)) done(tab);
    },
  });
  begin(tab);
  followRoom(tab);
  followLook(() => repaint(tab));
  window.addEventListener("pagehide", () => endFree(tab));
  enter(tab);
  buildClass(tab, {
    enter: () => enter(tab),
    write: () => write(tab),
    set: () => set(tab),
    go: (at) => go(tab, at),
    alone: () => {
      const { at } = tab.progress;
      begin(tab);
      note(tab, goneTo(tab.progress, at));
      enter(tab);
    },
  });
}

/**
 * Where one left, or the step of the link.
 * @param {LearnTab} tab
 */
function begin(tab) {
  const progress = readProgress(kept(KEPT, null), tab.steps.map(({ name }) => name));
  const linked = OPENED.get("tab") === "learn" ? stepOf(OPENED.get("step"), tab.steps.length) : null;
  tab.progress = linked == null ? progress : goneTo(progress, linked);
}

// ---- going from step to step ---------------------------------------------------------------------------------------

/** @param {LearnTab} tab @param {number} at */
function go(tab, at) {
  note(tab, goneTo(tab.progress, at));
  enter(tab);
  tab.find("#learn-title").focus({ preventScroll: true });
  if (tab.section.getBoundingClientRect().top < 0) tab.section.scrollIntoView({ block: "start" });
}

/** Takes progress and keeps it, where the browser lets us. */
function note(tab, progress) {
  tab.progress = progress;
  if (tab.classroom) return; // a class goes its own way through the steps
  keep(KEPT, progress);
  document.documentElement.classList.remove("atelier-newcomer");
}

/**
 * Opens the step one is at: its text at once, its recording as soon as somebody looks.
 * @param {LearnTab} tab
 */
function enter(tab) {
  const { section, progress } = tab, step = stepNow(tab);
  stop(tab);
  endFree(tab);
  Object.assign(tab, { recording: null, take: "", clip: null, hidden: false, layers: [...step.layers] });
  showInAddress("learn", addressOf(tab));
  Object.assign(section.dataset, { step: step.name, number: progress.at + 1, act: "", moment: "" });
  write(tab);
  load(tab);
  if (tab.classroom) lead(tab);
}

async function load(tab) {
  const { name } = stepNow(tab);
  if (!tab.displayed || tab.recording) return;
  try {
    const recording = wholeRecording(await host.recording(name));
    if (stepNow(tab).name !== name || tab.recording) return; // one has gone on meanwhile
    tab.recording = recording;
    set(tab);
  } catch (error) {
    console.error(error);
    put(tab.find(".learn-seen"), tab.say("no_recording"));
  }
}

/** Sets the plane up for the step: before a prediction, or as it stood after one. */
function set(tab) {
  const { before, after, name } = stepNow(tab);
  if (choiceOf(tab.progress, name) == null) stand(tab, before);
  else rest(tab, after);
}

function write(tab) {
  const { section, progress } = tab, choice = choiceOf(progress, stepNow(tab).name);
  Object.assign(section.dataset, { phase: choice == null ? "asked" : "answered", choice: choice ?? "" });
  const writeAny = tab.classroom ? writeClassColumn : writeColumn;
  writeAny(tab, {
    go: (at) => go(tab, at),
    answer: (given) => answer(tab, given),
    again: () => again(tab),
    done: () => done(tab),
    latent: (latent) => mark(tab, latent),
    closed: () => leaveFree(tab),
    vote: (given) => vote(tab, given),
  });
}

// ---- what one does -------------------------------------------------------------------------------------------------

/** @param {LearnTab} tab @param {number} choice */
async function answer(tab, choice) {
  const step = stepNow(tab), { find } = tab;
  note(tab, answered(tab.progress, step.name, choice));
  write(tab);
  find("[data-testid=learn-verdict]").focus({ preventScroll: true });
  find("[data-testid=learn-verdict]").scrollIntoView({ block: "nearest" });
  if (!tab.recording) return;
  await play(tab, step.after);
  put(find(".learn-told"), planeSentence(tab));
}

function again(tab) {
  note(tab, asked(tab.progress, stepNow(tab).name));
  enter(tab);
  tab.find("#learn-answer-0").focus({ preventScroll: true });
}

function done(tab) {
  tab.section.dataset.act = "done";
  writeDone(tab);
}

/** Another z: its fake is marked on the plane. */
function mark(tab, latent) {
  tab.latent = latent;
  draw(tab);
  done(tab);
}

function leaveFree(tab) {
  endFree(tab);
  tab.layers = [...stepNow(tab).layers];
  write(tab);
  set(tab);
  tab.find("#learn-free-open").focus({ preventScroll: true });
}

// ---- the page around it --------------------------------------------------------------------------------------------

/** @param {LearnTab} tab */
function followRoom(tab) {
  new ResizeObserver(([{ contentRect }]) => {
    const before = tab.displayed;
    tab.displayed = contentRect.width > 0;
    if (tab.displayed && !before) {
      load(tab);
      lookAgain(tab);
    }
    if (!tab.displayed) stop(tab);
  }).observe(tab.section);
  new ResizeObserver(() => draw(tab)).observe(tab.find("#learn-canvas"));
}
