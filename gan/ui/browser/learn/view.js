// What one sees: the plane with what belongs to the step, its legend, the figures in words, and the panels.
import { decodeBytes, encodeBytes } from "../core/encoding.js";
import { grouped, percent } from "../core/words.js";
import { palette, sized } from "../live/canvas.js";
import { putEntries } from "../live/legend.js";
import { mediumOf } from "../live/media.js";
import { put } from "../page/elements.js";
import { drawMark } from "./latents.js";
import { drawPanels } from "./panels.js";
import { stepNow } from "./tab.js";

/** @typedef {import("./tab.js").LearnTab} LearnTab */

const SAMPLES = ["real", "fake"]; // layers of which a stage of a round has its own, or none
const SPOT = 0.05; // of the real points' spread, below which fakes sit on one spot

/**
 * Draws what is shown.
 * @param {LearnTab} tab
 */
export function draw(tab) {
  const { section, find, say, shown } = tab, canvas = find("#learn-canvas");
  if (!shown || !canvas.clientWidth) return;
  tab.colours ??= palette(section);
  drawHero(tab, canvas);
  drawPanels(tab);
  writeLegend(tab);
  for (const button of section.querySelectorAll("button[data-take]")) {
    button.setAttribute("aria-pressed", String(button.dataset.take === tab.take));
  }
  put(find(".learn-seen"), seenSentence(tab));
  canvas.setAttribute("aria-label", say("plane", { steps: grouped(shown.frame.steps), seen: planeSentence(tab) }));
  Object.assign(section.dataset, {
    moment: shown.frame.steps,
    stage: shown.frame.stage?.index ?? "",
    take: tab.free ? "free" : tab.take,
    updates: ++tab.updates,
  });
}

/**
 * Draws everything anew: after a change of the theme, the size or the resolution.
 * @param {LearnTab} tab
 */
export function repaint(tab) {
  tab.colours = null;
  draw(tab);
}

/** @param {LearnTab} tab @param {HTMLCanvasElement} canvas */
function drawHero(tab, canvas) {
  const { scene, frame } = tab.shown, [lane] = frame.lanes, { colours, say } = tab, medium = mediumOf(scene);
  if (!medium.layered) {
    const { g, w, h } = sized(canvas);
    medium.drawBatch(g, { x: 0, y: 0, w, h }, lane.fakes, { scene, colours, real: false, opinions: null });
    return;
  }
  const what = { lane, stage: frame.stage, colours, say };
  if (tab.hidden) medium.draw(canvas, { ...what, scene: disguised(scene, lane), layers: { real: true } });
  else medium.draw(canvas, { ...what, scene, layers: Object.fromEntries(tab.layers.map((name) => [name, true])) });
  if (stepNow(tab).panels.includes("latents") && lane.grid) drawMark(canvas, lane.grid, tab.latent, colours);
}

/** A scene in which fakes look as real points do. */
function disguised(scene, lane) {
  const parts = [decodeBytes(scene.reals), decodeBytes(lane.fakes)],
    all = new Uint8Array(parts[0].length + parts[1].length);
  all.set(parts[0]);
  all.set(parts[1], parts[0].length);
  return { ...scene, reals: encodeBytes(all) };
}

/** @param {LearnTab} tab */
function writeLegend({ find, say, shown, layers, hidden }) {
  const medium = mediumOf(shown.scene), { stage } = shown.frame;
  const isThere = (name) => !stage || !SAMPLES.includes(name) || name in stage;
  const drawn = Object.fromEntries(layers.map((name) => [name, isThere(name)]));
  const entries = medium.layered && !hidden ? medium.legend(say, drawn, null) : [];
  putEntries(find(".learn-legend"), drawn.field ? entries : entries.slice(0, -1)); // the last one is the field's
}

/** The figure of the frame that matters to the step, in words. */
function seenSentence(tab) {
  const { say, shown } = tab, { panels } = stepNow(tab), figures = shown.frame.lanes[0].figures ?? {};
  if (!mediumOf(shown.scene).layered) return say("digit_seen");
  if (panels.includes("modes") && figures.total) {
    return say("modes_seen", { fair: figures.fair ?? "–", total: figures.total });
  }
  if (tab.layers.includes("field") && figures.real != null && !shown.frame.stage) {
    return say("critic_says", { real: percent(figures.real), fake: percent(figures.fake) });
  }
  return "";
}

/** The same for those who cannot see the plane: where the fakes are. */
export function planeSentence(tab) {
  const { say, shown, hidden } = tab, { variety } = shown.frame.lanes[0].figures ?? {};
  if (!mediumOf(shown.scene).layered) return say("plane_pictures");
  if (hidden) return say("plane_hidden");
  const isSpot = variety == null || variety < SPOT;
  const where = isSpot ? say("plane_spot") : say("plane_spread", { variety: percent(variety) });
  return `${where} ${seenSentence(tab)}`.trim();
}
