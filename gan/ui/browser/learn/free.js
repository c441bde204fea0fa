// "Now you": a run that trains for real on the same plane, with the controls that belong to the step and no others.
import { grouped } from "../core/words.js";
import { make, put } from "../page/elements.js";
import { ownAddress } from "../page/links.js";
import { act, closeRun, isGoing, openRun } from "./free_run.js";
import { stop } from "./player.js";
import { stepNow } from "./tab.js";
import { draw } from "./view.js";

/** @typedef {import("./tab.js").LearnTab} LearnTab */

const TEN = 10; // single steps of one network that a button makes
/** Choices that bring their own recommended settings. */
const STEERS = ["data", "objective"];

/**
 * The section of a step: a button that opens a run, and then the run's controls.
 * @param {LearnTab} tab
 * @param {{ closed: () => void }} told hears when the recording is to be shown again
 */
export function buildFree(tab, told) {
  const { say } = tab, box = make("div", { class: "learn-free-run", "data-testid": "learn-free" });
  if (globalThis.atelierSite) {
    box.append(make("p", { class: "learn-quiet" }, say("free_none")));
    return box;
  }
  box.append(opener(tab, box, told));
  return box;
}

const opener = (tab, box, told) =>
  make("button", {
    type: "button",
    id: "learn-free-open",
    class: "learn-main",
    onclick: () => begin(tab, box, told),
  }, tab.say("free_open"));

/** @param {LearnTab} tab */
async function begin(tab, box, told) {
  const { say } = tab, step = stepNow(tab);
  stop(tab);
  const status = make("p", { class: "learn-status", role: "status", "data-testid": "learn-status" }, say("free_wait"));
  box.replaceChildren(status);
  tab.section.dataset.free = "opening";
  const free = tab.free = { run: null, status, inputs: {} };
  const isSeen = () => tab.displayed && document.visibilityState === "visible";
  const run = await openRun(step.free.setup, isSeen, (trouble) => {
    if (tab.free === free) heard(tab, trouble);
  });
  if (tab.free !== free) return closeRun(run); // one has gone on meanwhile
  if (!run.id) { // the sentence that says why stands there already
    endFree(tab);
    return box.append(opener(tab, box, told));
  }
  free.run = run;
  Object.assign(tab, { hidden: false, layers: [...step.free.layers] });
  const back = make("button", { type: "button", id: "learn-free-close", onclick: told.closed }, say("free_close"));
  box.append(...controls(tab, step.free.controls), back);
}

/**
 * Ends the run, if there is one.
 * @param {LearnTab} tab
 */
export function endFree(tab) {
  if (tab.free?.run) closeRun(tab.free.run);
  tab.free = null;
  tab.section.dataset.free = "";
}

// ---- what comes back -----------------------------------------------------------------------------------------------

/** Shows what the run of the tab says. @param {LearnTab} tab @param {string | null} trouble as of `FreeRun.told` */
export function heard(tab, trouble) {
  const { say, section, free: { run, status, inputs } } = tab;
  if (trouble == null) {
    put(status, say("free_lost"));
    return;
  }
  const { frame, scene, curve, answer } = run ?? {};
  // What the host says of a run that has diverged is meant for a terminal.
  const isState = !trouble || (answer?.state === "diverged" && trouble === answer.trouble);
  if (!isState) put(status, say.host(trouble));
  if (!frame || !answer) return;
  tab.shown = { scene, frame, curve, last: frame.steps };
  Object.assign(section.dataset, { free: answer.state, take: "free" });
  if (inputs.play) put(inputs.play, say(isGoing(run) ? "button_pause" : "button_play"));
  if (isState) put(status, stateSentence(say, answer, frame));
  if (tab.displayed) draw(tab);
}

const SENTENCES = { running: "free_running", queued: "free_queued", over: "free_over", diverged: "free_diverged" };

function stateSentence(say, answer, { steps }) {
  const name = SENTENCES[answer.state] ?? (steps ? "free_paused" : "free_ready");
  return say(name, { steps: grouped(steps), place: answer.place });
}

// ---- controls ------------------------------------------------------------------------------------------------------

/** @param {LearnTab} tab */
function controls(tab, wanted) {
  const { say } = tab, of = (kind) => wanted.filter((control) => control.kind === kind);
  const layers = of("layer").map(({ name }) => layer(tab, name));
  return [
    make("div", { class: "learn-buttons" }, ...of("button").map(({ name }) => button(tab, name))),
    ...of("choice").map((control) => choice(tab, control)),
    ...(layers.length
      ? [make("div", { class: "learn-buttons", role: "group", "aria-label": say("drawn") }, ...layers)]
      : []),
  ];
}

/**
 * What each button does.
 * @type {Record<string, (tab: LearnTab) => unknown>}
 */
const BUTTONS = {
  play: ({ free }) => act(free.run, isGoing(free.run) ? "pause" : "start"),
  reset: ({ free }) => act(free.run, "reset"),
  another: ({ free }) => settle(free, { seed: Number(free.run.answer.setup.seed) + 1 }),
  slow: ({ free }) => act(free.run, "slow"),
  critic_10: ({ free }) => ten(free, "d"),
  forger_10: ({ free }) => ten(free, "g"),
  explore: ({ free }) => explore(free),
};

function button(tab, name) {
  const made = make(
    "button",
    { type: "button", id: `learn-free-${name.replaceAll("_", "-")}` },
    tab.say(`button_${name}`),
  );
  if (name === "play") made.classList.add("learn-main");
  made.addEventListener("click", () => tab.free?.run?.answer && BUTTONS[name](tab));
  tab.free.inputs[name] = made;
  return made;
}

async function ten(free, which) {
  for (let i = 0; i < TEN; i++) await act(free.run, "step", { which });
}

const settle = ({ run }, change) => act(run, "settle", { setup: { ...run.answer.setup, ...change } });

/** Opens the model of now in Explore, in a page of its own. */
async function explore({ run }) {
  const page = globalThis.open("", "_blank"); // at once: after the answer a browser would take it for an advertisement
  const answer = await act(run, "keep", { lane: 0 });
  if (!answer?.model) return page?.close();
  const address = ownAddress(new URLSearchParams({ tab: "explore", model: answer.model }));
  if (page) page.location = address;
  else location.assign(address);
}

function choice(tab, { name, options }) {
  const { say } = tab, group = `learn-free-${name}`;
  const chosen = stepNow(tab).free.setup[name];
  const labels = options.map((value) =>
    make(
      "label",
      {},
      make("input", {
        type: "radio",
        name: group,
        id: `${group}-${value}`,
        value,
        checked: value === chosen,
        onchange: () => choose(tab, name, value),
      }),
      make("span", {}, wordOf(say, name, value)),
    )
  );
  return make(
    "fieldset",
    { class: "learn-choice" },
    make("legend", {}, say(`choice_${name}`)),
    make("div", { class: "segments" }, ...labels),
  );
}

const wordOf = (say, name, value) =>
  [`value_${name}_${value}`, `${name}_${value}`].filter((key) => say.has(key)).map((key) => say(key))[0] ??
    String(value);

function choose({ free }, name, value) {
  if (!free?.run?.answer) return null;
  const setup = { ...free.run.answer.setup, [name]: value };
  return STEERS.includes(name) ? act(free.run, "choose", { setup, changed: name }) : settle(free, { [name]: value });
}

function layer(tab, name) {
  const { say } = tab;
  const made = make("button", {
    type: "button",
    id: `learn-layer-${name}`,
    "aria-pressed": String(tab.layers.includes(name)),
    onclick: () => {
      tab.layers = tab.layers.includes(name) ? tab.layers.filter((one) => one !== name) : [...tab.layers, name];
      made.setAttribute("aria-pressed", String(tab.layers.includes(name)));
      draw(tab);
    },
  }, say(`layer_${name}`));
  return made;
}
