// What one sees of a live run: planes or pictures, curves, figures, slow motion, and the sentences about them.

import { painterOf } from "../core/media.js";
import { grouped } from "../core/words.js";
import { palette } from "./canvas.js";
import { drawCurves } from "./curves.js";
import { drawDiagram, stageCaption } from "./diagram.js";
import { buildDoctor, buildFigures, keyFigure } from "./figures.js";
import { drawPictures } from "./pictures.js";
import { drawPlane, LAYERS, under } from "./plane.js";
import { make, put } from "../page/elements.js";
import { pageAddress } from "../page/links.js";

const SAY_EVERY = 5000; // screen readers hear of progress this often, of a change at once
const BELOW = 380, BELOW_TWO = 600, LEAST = 300; // css pixels that stand around a sheet of pictures, and the least it gets
const FEWER = 12; // pairs on each sheet of a race
const CURVES_EVERY = 250; // milliseconds: they are long, and grow slowly

const key = (kind, word) => `<span class="live-key live-${kind}"><i></i>${word}</span>`;
const lined = (kind, word) => key(`line-${kind}`, word);

export function buildView(section, say, shown, cure) {
  // shown: the run as the page knows it, kept up by the component; `layers` are those of the plane
  const find = (selector) => section.querySelector(selector);
  const heroes = [...section.querySelectorAll(".live-hero > figure")].map((figure) => ({
    figure,
    caption: figure.querySelector("figcaption"),
    canvas: figure.querySelector("canvas"),
  }));
  const [losses, judgement, keyCurve] = [".live-losses", ".live-judgement", ".live-key-figure"].map(find);
  const numbers = buildFigures(
    { main: find(".live-side > .live-figures"), more: find(".live-all .live-figures") },
    say,
  );
  const doctor = buildDoctor(find(".live-doctor"), say, cure);
  let colours = palette(section), pointer = null, spoken = 0, updates = 0, curved = -Infinity;

  const seen = () => shown.past ?? shown.frame;
  const wish = () => Object.fromEntries(LAYERS.map((name) => [name, shown.layers.includes(name)]));
  const race = (objective, i) => `${"AB"[i]} · ${say(`objective_${objective}`)}`;

  function captions() {
    const { lanes } = shown.scene,
      who = lanes.length > 1
        ? `<span class="live-key">${
          lanes.map(({ objective }, i) => `${"AB"[i]} ${i ? "○" : "━"} ${say(`objective_${objective}`)}`).join(" · ")
        }</span>`
        : "";
    const name = keyFigure(shown.scene),
      what = [[losses, "losses"], [judgement, "judgement"], [keyCurve, `fig_${name}`]];
    const keys = [
      lined("critic", say("critic")) + lined("forger", say("forger")),
      lined("real", say("real")) + lined("fake", say("fake")),
      who || `<span class="live-key">${say(`better_${name}`)}</span>`,
    ];
    what.forEach(([canvas, word], i) => {
      canvas.previousElementSibling.innerHTML = `<b>${say(word)}</b>${keys[i]}`;
      canvas.setAttribute("aria-label", say(word));
    });
    heroes.forEach(({ figure, caption, canvas }, i) => {
      figure.hidden = i >= lanes.length;
      put(caption, lanes.length > 1 && lanes[i] ? race(lanes[i].objective, i) : "");
      canvas.setAttribute("aria-label", say(`picture_${shown.scene.kind}`, { count: shown.scene.count }));
    });
    section.classList.toggle("live-race", lanes.length > 1);
    section.classList.toggle("live-pictures", !painterOf(shown.scene).cloud);
  }

  function legend() {
    const points = painterOf(shown.scene).cloud, on = wish();
    const at = points && pointer && seen().lanes[pointer.lane]
      ? under(heroes[pointer.lane].canvas, seen().lanes[pointer.lane], on, pointer.at)
      : null;
    const here = at ? say(at.fake ? "fake_here" : "field_here", { share: Math.round(at.share * 100) }) : say("field");
    const html = points
      ? (on.real ? key("dot", say("real")) : "") + (on.fake ? key("triangle", say("fake")) : "") + key("ramp", here)
      : `<span>${say("pairs")}</span>`;
    if (legend.last !== html) find(".live-legend").innerHTML = legend.last = html;
  }

  function pace(answer) {
    const frame = shown.frame, cells = find(".live-pace").children;
    const values = [grouped(frame.nimg), shown.state === "running" ? grouped(frame.rate) : "–", String(answer.left)];
    ["nimg", "rate", "left"].forEach((name, i) => {
      if (!cells[i]) find(".live-pace").append(make("div", {}, make("dd"), make("dt", {}, say(name))));
      put(cells[i].firstChild, values[i]);
    });
  }

  function sentence(answer) {
    const frame = shown.frame, { scene } = shown, f = frame.lanes[0].figures;
    const values = {
      steps: grouped(frame.steps),
      batch: scene.batch,
      budget: Math.round(answer.budget),
      place: answer.place,
      found: f.fair != null && scene.total
        ? say(painterOf(scene).cloud ? "found" : "found_pictures", { fair: f.fair, total: scene.total })
        : "",
    };
    if (shown.past) return say("past", { steps: grouped(shown.past.steps), now: grouped(frame.steps) });
    if (frame.stage) {
      return say("slow_now", {
        n: frame.stage.index + 1,
        who: say(frame.stage.who === "d" ? "critic_learns" : "forger_learns"),
      });
    }
    const name = !painterOf(scene).cloud && say.has(`${answer.state}_pictures`)
      ? `${answer.state}_pictures`
      : answer.state;
    const trouble = answer.trouble && !["diverged", "failed"].includes(answer.state) ? ` ⚠ ${answer.trouble}` : "";
    return say(name, values).trim() + trouble;
  }

  function speak(main) {
    const status = find(".live-status"), now = performance.now();
    put(status, main);
    status.classList.toggle("live-trouble", main.includes("⚠"));
    if (shown.state === "running" && now - spoken > SAY_EVERY) {
      spoken = now;
      put(find(".live-progress"), `${say("progress", { steps: grouped(shown.frame.steps) })} ${doctor.spoken()}`);
    }
  }

  function banner(answer) {
    const box = find(".live-banner");
    const links = answer.state === "queued"
      ? (answer.shared ?? []).map((watch, i) =>
        `<a href="${pageAddress(new URLSearchParams({ tab: "live", watch }))}">${say("watch_one", { n: i + 1 })}</a>`
      ).join(" ")
      : "";
    const text = shown.role !== "owner"
      ? say("watcher")
      : links
      ? `${say("watch_lead")} ${links}`
      : answer.watchers
      ? say("watched", { n: answer.watchers })
      : "";
    if (banner.last !== text) {
      box.innerHTML = banner.last = text;
      box.hidden = !text;
    }
  }

  function drawCharts(now) {
    // `now`: also between two of their turns
    const time = performance.now();
    if (!now && shown.state === "running" && time - curved < CURVES_EVERY) return;
    curved = time;
    const name = keyFigure(shown.scene), { curve } = shown, labels = { steps: say("steps") };
    const about = { last: shown.frame.steps, moment: shown.past?.steps ?? null, labels };
    drawCurves(
      losses,
      curve,
      [[0, colours.critic, []], [1, colours.forger, [7, 4]]],
      { ...about, range: null },
      colours,
    );
    drawCurves(
      judgement,
      curve,
      [[2, colours.data, []], [3, colours.forger, [7, 4]]],
      { ...about, range: [0, 1] },
      colours,
    );
    drawCurves(keyCurve, curve, [[4, colours.ink, []]], {
      ...about,
      range: name === "quality" ? [0, 1] : null,
      floor: 0,
    }, colours);
  }

  function draw(now) {
    const frame = seen(), { scene } = shown, stage = shown.past ? null : frame.stage;
    heroes.forEach(({ canvas }, i) => {
      if (!frame.lanes[i] || !canvas.clientWidth) return; // a tab that has just been left
      if (painterOf(scene).cloud) {
        canvas.style.height = canvas.style.aspectRatio = "";
        drawPlane(canvas, scene, frame.lanes[i], wish(), colours, stage && (frame.stages?.[i] ?? stage));
      } else {
        const two = scene.lanes.length > 1;
        const tallest = innerWidth < 700
          ? canvas.clientWidth * 1.6
          : Math.max(innerHeight - (two ? BELOW_TWO : BELOW), LEAST);
        drawPictures(canvas, scene, frame.lanes[i], colours, say, tallest, two ? FEWER : Infinity);
      }
    });
    slowly(stage);
    drawCharts(now);
    numbers.set(scene, frame);
    doctor.set(frame, shown.role === "owner" && !shown.past);
    legend();
    section.dataset.updates = ++updates;
    section.dataset.moment = shown.past ? shown.past.moment : "";
  }

  function slowly(stage) {
    const box = find(".live-slowly");
    box.hidden = !stage;
    section.classList.toggle("live-slow", Boolean(stage));
    section.dataset.stage = stage ? stage.index : "";
    if (!stage) return;
    const text = stageCaption(stage, shown.scene, say);
    put(box.querySelector("h2"), `${stage.index + 1} / 10 · ${say(`stage_${stage.name}`)}`);
    put(box.querySelector(".live-caption"), text);
    drawDiagram(box.querySelector("canvas"), shown.scene, stage, colours, say);
    box.querySelector("canvas").setAttribute("aria-label", say("diagram"));
    const dots = box.querySelector("ol");
    if (!dots.children.length) {
      dots.append(...Array.from({ length: 10 }, (_, i) => make("li", { class: i < 5 ? "live-of-d" : "live-of-g" })));
    }
    [...dots.children].forEach((dot, i) => dot.classList.toggle("live-now", i === stage.index));
  }

  function repaint() {
    // after a change of the theme, the size, the layers or the moment that is looked at
    colours = palette(section);
    draw(true);
    speak(sentence(shown.answer));
  }

  heroes.forEach(({ canvas }, lane) => {
    canvas.addEventListener("pointermove", (event) => {
      pointer = { lane, at: [event.offsetX, event.offsetY] };
      if (shown.frame) legend();
    });
    canvas.addEventListener("pointerleave", () => {
      pointer = null;
      if (shown.frame) legend();
    });
  });

  return {
    captions,
    pace,
    banner,
    draw: () => draw(false),
    repaint,
    speak: (answer) => speak(sentence(answer)),
    colours: () => colours,
  };
}
