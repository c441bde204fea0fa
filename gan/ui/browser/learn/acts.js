// What one does oneself with a step's recording, by its kind: the controls, and what they do to what is shown.
import { placesOf } from "../core/recordings.js";
import { make, put } from "../page/elements.js";
import { play, show, stop } from "./player.js";
import { stepNow } from "./tab.js";
import { draw } from "./view.js";

/** @typedef {import("./tab.js").LearnTab} LearnTab */

/**
 * An act: `build` makes its controls; `told.done` hears when it has been done.
 * @type {Record<string, { build: (tab: LearnTab, told: { done: () => void }) => HTMLElement[] }>}
 */
const ACTS = {
  disguise: { build: disguise },
  clips: { build: clips },
  stages: { build: stages },
  compare: { build: compare },
  latent: { build: () => [] }, // its controls are the panel
  scrub: { build: () => [] }, // its control is the bar below the plane
};

/** Acts that going back and forth by hand does. */
const BY_HAND = ["scrub"];

/** @param {LearnTab} tab @param {{ done: () => void }} told */
export const buildAct = (tab, told) => ACTS[stepNow(tab).act.kind].build(tab, told);

/** @param {LearnTab} tab */
export const isByHand = (tab) => BY_HAND.includes(stepNow(tab).act.kind);

const press = (id, text, onclick) => make("button", { type: "button", id: `learn-${id}`, onclick }, text);

function disguise(tab, told) {
  const { say } = tab;
  const button = press("disguise", say("disguise_on"), () => {
    tab.hidden = !tab.hidden;
    put(button, say(tab.hidden ? "disguise_off" : "disguise_on"));
    draw(tab);
    told.done();
  });
  return [button];
}

function clips(tab, told) {
  const { say } = tab, step = stepNow(tab);
  return step.act.clips.map((clip, i) =>
    press(`clip-${i}`, say(`${step.name}_clip_${i}`), async () => {
      await play(tab, clip);
      told.done();
    })
  );
}

function stages(tab, told) {
  const { say } = tab, [clip] = stepNow(tab).act.clips;
  const go = (way) => {
    stop(tab);
    const [start, end] = placesOf(tab.recording.takes[clip.take], clip), at = Math.round(tab.place) + way;
    tab.span = [start, end];
    tab.clip = clip;
    show(tab, clip.take, at > end ? start : Math.max(at, start)); // after the tenth comes the first
    if (tab.place === end) told.done();
  };
  return [press("before", say("stage_before"), () => go(-1)), press("next", say("stage_next"), () => go(1))];
}

/** Two takes with equal moments: the same moment of either. */
function compare(tab, told) {
  const { say } = tab, taken = stepNow(tab).act.clips;
  return taken.map((clip) => {
    const button = press(`take-${clip.take}`, say(`compare_${clip.take}`), () => {
      stop(tab);
      tab.span = placesOf(tab.recording.takes[clip.take], clip);
      tab.clip = clip;
      show(tab, clip.take, Math.round(tab.place));
      told.done();
    });
    button.dataset.take = clip.take; // a drawing marks that of what it shows
    return button;
  });
}
