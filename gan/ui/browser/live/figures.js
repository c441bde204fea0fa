// Figures of a live run with their definitions one click away, and the doctor who says what they mean.

import { percent, short } from "../core/words.js";
import { make, put } from "../page/elements.js";
import { openBy } from "../page/popovers.js";
import { mediumOf } from "./media.js";

const ICONS = {
  starting: "◔",
  healthy: "✓",
  learning: "…",
  "strong-critic": "⚖",
  collapsed: "◎",
  oscillating: "↻",
  diverged: "✕",
  "one-point": "•",
};
const covered = (f, scene) => (f.fair == null ? `– / ${scene.total}` : `${f.fair} / ${f.total}`);
const WAYS = { // name -> how its number is written; the word and the definition are `fig_<name>` and `fig_<name>_help`
  modes: covered,
  quality: (f) => percent(f.quality),
  kl: (f) => short(f.kl),
  distance: (f) => short(f.distance),
  frechet: (f) => short(f.frechet),
  classes: covered,
  variety: (f) => percent(f.variety),
  passing: (f) => percent(f.passing),
  real: (f) => percent(f.real),
  fake: (f) => percent(f.fake),
  loss_d: (f) => short(f.loss_d),
  loss_g: (f) => short(f.loss_g),
  penalty: (f) => short(f.penalty),
  grad_d: (f) => short(f.grad_d),
  grad_g: (f) => short(f.grad_g),
};
const SHOWN = {
  modes: ["modes", "quality", "kl", "real", "fake", "grad_g"],
  plane: ["distance", "variety", "passing", "real", "fake", "grad_g"],
  pictures: ["frechet", "classes", "variety", "real", "fake", "grad_g"],
};
const figuresOf = (scene) => mediumOf(scene).figures(scene);
export const keyFigure = (scene) => ({ modes: "quality", plane: "distance", pictures: "frechet" })[figuresOf(scene)];

function definition(name, say) {
  // the label as a button that opens its definition beside it; Escape and a click elsewhere close it
  const id = `live-say-${name}`;
  const box = make("div", { id, class: "live-definition", role: "note" }, say(`fig_${name}_help`));
  const button = make("button", { type: "button", class: "live-term", "aria-describedby": id }, say(`fig_${name}`));
  openBy(button, box);
  return [button, box];
}

function table(place, names, say) {
  const cells = {};
  place.replaceChildren(...names.map((name) => {
    cells[name] = make("dd");
    return make("div", { "data-name": name }, make("dt", {}, ...definition(name, say)), cells[name]);
  }));
  return cells;
}

export function buildFigures(places, say) {
  // places: {main, more}; set(scene, frame) writes the numbers where they belong
  let laid = "", cells = {};
  function set(scene, frame) {
    if (laid !== figuresOf(scene)) {
      laid = figuresOf(scene);
      const main = SHOWN[laid], more = Object.keys(WAYS).filter((name) => !main.includes(name) && fits(name));
      cells = { ...table(places.main, main, say), ...table(places.more, more, say) };
    }
    const race = frame.lanes.length > 1;
    for (const [name, cell] of Object.entries(cells)) {
      const text = frame.lanes.map(({ figures }, i) => (race ? `${"AB"[i]} ` : "") + WAYS[name](figures, scene)).join(
        "\n",
      );
      put(cell, text);
      cell.classList.toggle("live-two", race);
    }
  }
  const fits = (name) =>
    ({ modes: ["modes"], quality: ["modes"], kl: ["modes"], frechet: ["pictures"], classes: ["pictures"] })[name]
      ?.includes(laid) ?? true;
  return { set };
}

function sentence(name, values, say, ending) {
  // the words fit what is known: counts of modes where the data have them
  const known = values?.total && say.has(`doctor_${name}_modes${ending}`) ? "_modes" : "";
  const numbers = Object.fromEntries(
    Object.entries(values ?? {}).map(([k, v]) => [k, typeof v === "number" && !Number.isInteger(v) ? short(v) : v]),
  );
  return say(`doctor_${name}${known}${ending}`, numbers);
}

// Well, but not there yet: the word for a run in good health that holds few modes so far.
const heading = (
  { name, values },
) => (name === "healthy" && values?.total && values.fair < values.total / 2 ? "learning" : name);

export function buildDoctor(place, say, cured) {
  const said = [];
  const lanes = [0, 1].map((lane) => {
    const icon = make("span", { class: "live-icon", "aria-hidden": "true" }), name = make("span");
    const why = make("p", { class: "live-why" }), more = make("p");
    const cure = make("button", {
      type: "button",
      id: lane ? "live-cure-1" : "live-cure",
      class: "live-main",
      hidden: true,
      onclick: () => cured(lane),
    });
    const details = make("details", {}, make("summary", {}, say("why")), more);
    const card = make(
      "div",
      { class: "live-verdict", hidden: lane > 0 },
      make("h2", {}, icon, name),
      why,
      make("div", { class: "live-remedy" }, cure, details),
    );
    place.append(card);
    return { card, icon, name, why, more, cure, details };
  });
  function set(frame, steers) {
    lanes.forEach(({ card, icon, name, why, more, cure }, lane) => {
      const verdict = frame.doctor?.[lane];
      card.hidden = !verdict;
      if (!verdict) return;
      const race = frame.lanes.length > 1 ? `${"AB"[lane]}: ` : "";
      const title = heading(verdict);
      put(icon, ICONS[title] ?? "⚠");
      put(name, race + say(`doctor_${title}`));
      put(why, sentence(verdict.name, verdict.values, say, "_why"));
      put(more, say(`doctor_${verdict.name}_more`));
      card.dataset.state = verdict.name;
      cure.hidden = !verdict.cure || lane > 0 || !steers;
      put(cure, verdict.cure ? say(`cure_${verdict.cure}`) : "");
    });
    said[0] =
      frame.doctor?.map((verdict) =>
        `${say(`doctor_${heading(verdict)}`)}: ${sentence(verdict.name, verdict.values, say, "_why")}`
      ).join(" ") ?? "";
  }
  return { set, spoken: () => said[0] ?? "" };
}
