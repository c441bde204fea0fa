// What stands beside a step's text: the curves, the diagram of a round, the sheet of noise.
import { drawCurves } from "../live/curves.js";
import { drawDiagram, stageCaption } from "../live/diagram.js";
import { lineKey } from "../live/legend.js";
import { make, put } from "../page/elements.js";
import { buildSheet, drawSheet } from "./latents.js";
import { stepNow } from "./tab.js";

/** @typedef {import("./tab.js").LearnTab} LearnTab */

/**
 * How a panel is built and drawn, and where it stands: below the question, or where one does something oneself. A panel
 * that is not named here is words alone.
 * @typedef {(tab: LearnTab, told: any) => HTMLElement} Build
 * @typedef {"question" | "act"} Place
 * @type {Record<string, { place: Place, build: Build, draw: (tab: LearnTab, box: HTMLElement) => void }>}
 */
const PANELS = {
  latents: { place: "act", build: latents, draw: drawLatents },
  losses: { place: "question", build: curves, draw: drawLosses },
  diagram: { place: "act", build: diagram, draw: drawStage },
};

/**
 * The panels of the step that stand at a place.
 * @param {LearnTab} tab
 * @param {Place} place
 * @param {{ latent: (latent: [number, number]) => void }} told
 */
export const buildPanels = (tab, place, told) =>
  stepNow(tab).panels.filter((name) => PANELS[name]?.place === place).map((name) => {
    const box = PANELS[name].build(tab, told);
    box.dataset.panel = name;
    return box;
  });

/** @param {LearnTab} tab */
export function drawPanels(tab) {
  for (const box of tab.section.querySelectorAll(".learn-step [data-panel]")) PANELS[box.dataset.panel].draw(tab, box);
}

// ---- the sheet of noise --------------------------------------------------------------------------------------------

function latents({ say, latent }, told) {
  return buildSheet(say, latent, told.latent);
}

function drawLatents({ latent, colours, shown }, box) {
  box.hidden = shown.frame.lanes[0].grid?.dims === 1; // one number is no sheet
  if (!box.hidden) drawSheet(box.querySelector("canvas"), latent, colours);
}

// ---- curves --------------------------------------------------------------------------------------------------------

function curves({ say }) {
  const chart = (name, keys) =>
    make(
      "figure",
      {},
      make("figcaption", {}, make("b", {}, say(name)), ...keys),
      make("canvas", { class: `learn-${name}`, role: "img", "aria-label": say(name) }),
    );
  return make(
    "div",
    { class: "learn-charts" },
    chart("losses", [lineKey("critic", say("critic")), lineKey("forger", say("forger"))]),
    chart("judgement", [lineKey("real", say("real")), lineKey("fake", say("fake"))]),
  );
}

function drawLosses({ say, shown, colours }, box) {
  const { curve, last, scene } = shown, about = { last, moment: null, labels: { steps: say("steps") } };
  const ends = [...new Set(scene.lanes.flatMap((lane) => lane.ends))].filter((value) => value != null);
  const draw = (name, series, more) =>
    drawCurves(box.querySelector(`.learn-${name}`), curve, series, { ...about, ...more }, colours);
  draw("losses", [[0, colours.critic, []], [1, colours.forger, [7, 4]]], { range: null, ends });
  draw("judgement", [[2, colours.data, []], [3, colours.forger, [7, 4]]], { range: [0, 1] });
}

// ---- a round in slow motion ----------------------------------------------------------------------------------------

function diagram({ say }) {
  return make(
    "figure",
    { class: "learn-round" },
    make("figcaption", {}, make("b")),
    make("canvas", { class: "learn-diagram", role: "img", "aria-label": say("diagram") }),
    make("p", { class: "learn-caption", "data-testid": "learn-caption", "aria-live": "polite" }),
  );
}

function drawStage({ say, shown, colours }, box) {
  const { stage } = shown.frame;
  box.hidden = !stage;
  if (!stage) return;
  put(box.querySelector("b"), `${say("moment_stage", { n: stage.index + 1 })} · ${say(`stage_${stage.name}`)}`);
  put(box.querySelector("p"), stageCaption(stage, shown.scene, say));
  drawDiagram(box.querySelector("canvas"), shown.scene, stage, colours, say);
}
