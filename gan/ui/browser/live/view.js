// What one sees of a live run: planes or pictures, curves, figures, and slow motion.

import { laneNames, racesItself } from "../core/live_words.js";
import { palette } from "./canvas.js";
import { drawCurves } from "./curves.js";
import { drawDiagram, stageCaption } from "./diagram.js";
import { buildDoctor, buildFigures, definition, keyFigure } from "./figures.js";
import { lineKey, putEntries } from "./legend.js";
import { mediumOf } from "./media.js";
import { LAYERS } from "./plane.js";
import { seenFrame } from "./stages.js";
import { speak } from "./status.js";
import { make, put } from "../page/elements.js";

/**
 * @typedef {object} View
 * @property {Element} section that everything stands in
 * @property {(selector: string) => any} find an element of the section
 * @property {import("../core/words.js").Say} say
 * @property {import("./tab.js").Shown} shown
 * @property {{ figure: HTMLElement, caption: HTMLElement, canvas: HTMLCanvasElement }[]} heroes a drawing for each lane
 * @property {{ losses: any, judgement: any, key: any }} charts canvases of the curves
 * @property {any} numbers of figures.js
 * @property {any} doctor of figures.js
 * @property {any} colours of the theme, by role
 * @property {{ lane: number, at: [number, number] } | null} pointer over a drawing, in css pixels
 * @property {number} spoken when screen readers heard of progress last, in milliseconds since the page was opened
 * @property {number} curved when the curves were drawn last, in the same
 * @property {number} updates drawings so far
 * @property {string | null} banner as it stands there, as HTML
 * @property {ReturnType<typeof setTimeout> | undefined} beat timer of what moves by itself
 * @property {boolean} failed whether the newest drawing failed; the status line says so
 */

const CURVES_EVERY = 250; // milliseconds: they are long, and grow slowly

/**
 * @param {Element} section
 * @param {import("../core/words.js").Say} say
 * @param {import("./tab.js").Shown} shown the run as the page knows it, kept up by the tab
 * @param {(lane: number) => unknown} cure what the doctor's button does
 * @returns {View}
 */
export function buildView(section, say, shown, cure) {
  const find = (selector) => section.querySelector(selector);
  const view = {
    section,
    find,
    say,
    shown,
    heroes: [...section.querySelectorAll(".live-hero > figure")].map((figure) => ({
      figure,
      caption: figure.querySelector("figcaption"),
      canvas: figure.querySelector("canvas"),
    })),
    charts: { losses: find(".live-losses"), judgement: find(".live-judgement"), key: find(".live-key-figure") },
    numbers: buildFigures({ main: find(".live-side > .live-figures"), more: find(".live-all .live-figures") }, say),
    doctor: buildDoctor(find(".live-doctor"), say, cure),
    colours: palette(section),
    pointer: null,
    spoken: 0,
    curved: -Infinity,
    updates: 0,
    banner: null,
    beat: undefined,
    failed: false,
  };
  view.heroes.forEach(({ canvas }, lane) => {
    canvas.addEventListener("pointermove", (event) => point(view, { lane, at: [event.offsetX, event.offsetY] }));
    canvas.addEventListener("pointerleave", () => point(view, null));
    canvas.addEventListener("click", (event) => {
      if (view.shown.scene) mediumOf(view.shown.scene).press?.(canvas, [event.offsetX, event.offsetY]);
    });
  });
  return view;
}

function point(view, pointer) {
  view.pointer = pointer;
  if (view.shown.frame) writeLegend(view);
}

/** Whether each layer of the plane is drawn, by its name. */
const layersOf = ({ shown }) => Object.fromEntries(LAYERS.map((name) => [name, shown.layers.includes(name)]));

// ---- captions ------------------------------------------------------------------------------------------------------

/**
 * Names what is drawn: the curves and the lanes of a new scene.
 * @param {View} view
 */
export function writeCaptions(view) {
  const { section, shown } = view, { lanes } = shown.scene;
  captionCharts(view);
  captionHeroes(view);
  section.classList.toggle("live-race", lanes.length > 1);
  section.classList.toggle("live-pictures", !mediumOf(shown.scene).layered);
}

function captionCharts({ say, shown, charts }) {
  const { lanes } = shown.scene, name = keyFigure(shown.scene);
  const lane = (/** @type {string} */ own, /** @type {number} */ i) => `${"AB"[i]} ${i ? "○" : "━"} ${own}`;
  const about = lanes.length > 1 ? laneNames(shown.scene, say).map(lane).join(" · ") : say(`better_${name}`);
  // A quality says nothing without its coverage: one perfect spot is perfect too.
  const covers = name === "quality" ? [lineKey("ink", say("fig_quality")), lineKey("coverage", say("fig_modes"))] : [];
  const captions = [
    [charts.losses, "losses", [lineKey("critic", say("critic")), lineKey("forger", say("forger"))]],
    [charts.judgement, "judgement", [lineKey("real", say("real")), lineKey("fake", say("fake"))]],
    [charts.key, covers.length ? "quality_coverage" : `fig_${name}`, [
      ...covers,
      ...(covers.length && lanes.length === 1 ? [] : [make("span", { class: "live-key" }, about)]), // it fits one line
    ]],
  ];
  for (const [canvas, word, keys] of captions) {
    const title = word === "losses" ? definition(word, say(word), lossWords(shown.scene, say)) : [say(word)];
    canvas.previousElementSibling.replaceChildren(make("b", {}, ...title), ...keys);
    canvas.setAttribute("aria-label", say(word));
    canvas.title = canvas === charts.key && lanes.length === 1 ? about : "";
  }
}

/** What a loss is, and where those of the objectives at play end. */
const lossWords = ({ lanes }, say) => {
  const objectives = [...new Set(lanes.map(({ objective }) => objective))];
  return [say("losses_help"), ...objectives.map((name) => say(`losses_end_${name}`))];
};

function captionHeroes({ say, shown, heroes }) {
  const { lanes, kind, count } = shown.scene, names = laneNames(shown.scene, say);
  heroes.forEach(({ figure, caption, canvas }, i) => {
    figure.hidden = i >= lanes.length;
    put(caption, lanes.length > 1 && lanes[i] ? `${"AB"[i]} · ${names[i]}` : "");
    canvas.setAttribute("aria-label", say(`picture_${kind}`, { count }));
  });
}

function writeLegend(view) {
  const { find, say, shown, heroes, pointer } = view, medium = mediumOf(shown.scene), layers = layersOf(view);
  const lane = pointer && seenFrame(shown).lanes[pointer.lane];
  const at = lane ? medium.under(heroes[pointer.lane].canvas, lane, layers, pointer.at) : null;
  putEntries(find(".live-legend"), medium.legend(say, layers, at));
}

// ---- drawing -------------------------------------------------------------------------------------------------------

/**
 * Draws the frame that is looked at.
 * @param {View} view
 * @param {boolean} now the curves too, even between two of their turns
 */
export function drawView(view, now = false) {
  try {
    drawAll(view, now);
    view.failed = false;
  } catch (error) {
    if (!view.failed) console.error(error); // once, not with every frame
    view.failed = true;
  }
}

function drawAll(view, now) {
  const { section, shown, numbers, doctor } = view, frame = seenFrame(shown), stage = shown.past ? null : frame.stage;
  drawHeroes(view, frame, stage);
  drawSlowly(view, stage);
  drawCharts(view, now);
  numbers.set(shown.scene, frame);
  doctor.set(frame, shown.role === "owner" && !shown.past, racesItself(shown.scene.setup.rival));
  writeLegend(view);
  section.dataset.updates = ++view.updates;
  section.dataset.moment = shown.past ? shown.past.moment : "";
  keepMoving(view);
}

/**
 * Draws the samples again while they are seen, where they move by themselves.
 * @param {View} view
 */
function keepMoving(view) {
  clearTimeout(view.beat);
  const { scene } = view.shown, beat = scene && mediumOf(scene).beat;
  if (!beat) return;
  view.beat = setTimeout(() => {
    const { shown, heroes } = view;
    if (shown.scene !== scene || !heroes[0].canvas.clientWidth) return; // another run, or a tab that has been left
    drawHeroes(view, seenFrame(shown), shown.past ? null : shown.frame.stage);
    writeLegend(view);
    keepMoving(view);
  }, beat(scene));
}

/**
 * Draws everything anew: after a change of the theme, the size, the layers or the moment that is looked at.
 * @param {View} view
 */
export function repaintView(view) {
  view.colours = palette(view.section);
  drawView(view, true);
  speak(view, view.shown.answer);
}

function drawHeroes(view, frame, stage) {
  const { say, colours, heroes } = view, { scene } = view.shown, layers = layersOf(view);
  heroes.forEach(({ canvas }, i) => {
    if (!frame.lanes[i] || !canvas.clientWidth) return; // a tab that has just been left
    const own = stage && (frame.stages?.[i] ?? stage);
    mediumOf(scene).draw(canvas, { scene, lane: frame.lanes[i], stage: own, layers, colours, say });
  });
}

function drawCharts(view, now) {
  const { say, shown, charts, colours } = view, time = performance.now();
  if (!now && shown.state === "running" && time - view.curved < CURVES_EVERY) return;
  view.curved = time;
  const about = { last: shown.frame.steps, moment: shown.past?.steps ?? null, labels: { steps: say("steps") } };
  const draw = (canvas, series, range) => drawCurves(canvas, shown.curve, series, { ...about, ...range }, colours);
  const ends = [...new Set(shown.scene.lanes.flatMap((lane) => lane.ends))].filter((value) => value != null);
  draw(charts.losses, [[0, colours.critic, []], [1, colours.forger, [7, 4]]], { range: null, ends });
  draw(charts.judgement, [[2, colours.data, []], [3, colours.forger, [7, 4]]], { range: [0, 1] });
  const share = keyFigure(shown.scene) === "quality";
  const coverage = share ? [[5, colours.data, [3, 3]]] : [];
  draw(charts.key, [[4, colours.ink, []], ...coverage], { range: share ? [0, 1] : null, floor: 0 });
}

/** The diagram of a stage of slow motion; `stage` is null while the run is not in it. */
function drawSlowly({ section, find, say, shown, colours }, stage) {
  const box = find(".live-slowly");
  box.hidden = !stage;
  section.classList.toggle("live-slow", Boolean(stage));
  section.dataset.stage = stage ? stage.index : "";
  if (!stage) return;
  put(box.querySelector("h2"), `${stage.index + 1} / 10 · ${say(`stage_${stage.name}`)}`);
  put(box.querySelector(".live-caption"), stageCaption(stage, shown.scene, say));
  drawDiagram(box.querySelector("canvas"), shown.scene, stage, colours, say);
  box.querySelector("canvas").setAttribute("aria-label", say("diagram"));
  const dots = box.querySelector("ol");
  if (!dots.children.length) {
    dots.append(...Array.from({ length: 10 }, (_, i) => make("li", { class: i < 5 ? "live-of-d" : "live-of-g" })));
  }
  [...dots.children].forEach((dot, i) => dot.classList.toggle("live-now", i === stage.index));
}
