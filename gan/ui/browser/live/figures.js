// Figures of a live run with their definitions one click away, and the doctor who says what they mean.

import { changeLines, cureLabel, doctorHeading, trainingWord } from "../core/live_words.js";
import { percent, short } from "../core/words.js";
import { make, put } from "../page/elements.js";
import { openBy } from "../page/popovers.js";
import { putEntries } from "./legend.js";
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
const degrees = (value) => (value == null ? "–" : `${Math.round(value)}°`);
const WAYS = { // name -> how its number is written; the word and the definition are `fig_<name>` and `fig_<name>_help`
  modes: covered,
  quality: (f) => percent(f.quality),
  kl: (f) => short(f.kl),
  distance: (f) => short(f.distance),
  frechet: (f) => short(f.frechet),
  classes: covered,
  perplexity: (f) => short(f.perplexity),
  pronounceable: (f) => percent(f.pronounceable),
  novel: (f) => percent(f.novel),
  unique: (f) => percent(f.unique),
  degree: (f) => short(f.degree),
  trees: (f) => percent(f.trees),
  cliques: (f) => percent(f.cliques),
  distinct: (f) => percent(f.distinct),
  chords: (f) => percent(f.chords),
  triads: (f) => percent(f.triads),
  notes: (f) => short(f.notes),
  stepwise: (f) => percent(f.stepwise),
  told: (f) => percent(f.told),
  one_class: (f) => percent(f.one_class),
  turning: (f) => degrees(f.turning),
  said: covered,
  sure: (f) => percent(f.quality),
  voices: (f) => percent(f.voices),
  heard: (f) => short(f.frechet),
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
  words: ["perplexity", "pronounceable", "novel", "unique", "real", "fake"],
  graphs: ["degree", "trees", "cliques", "distinct", "real", "fake"],
  scores: ["chords", "triads", "notes", "stepwise", "real", "fake"],
  clips: ["told", "one_class", "turning", "variety", "real", "fake"],
  sounds: ["heard", "said", "sure", "voices", "real", "fake"],
};
const OF_ONE = { // figures that mean nothing where others are shown
  modes: "modes",
  quality: "modes",
  kl: "modes",
  frechet: "pictures",
  classes: "pictures",
  perplexity: "words",
  pronounceable: "words",
  novel: "words",
  unique: "words",
  degree: "graphs",
  trees: "graphs",
  cliques: "graphs",
  distinct: "graphs",
  chords: "scores",
  triads: "scores",
  notes: "scores",
  stepwise: "scores",
  told: "clips",
  one_class: "clips",
  turning: "clips",
  heard: "sounds",
  said: "sounds",
  sure: "sounds",
  voices: "sounds",
};
const figuresOf = (scene) => mediumOf(scene).figures(scene);
const KEYS = {
  modes: "quality",
  plane: "distance",
  pictures: "frechet",
  words: "perplexity",
  graphs: "degree",
  scores: "chords",
  clips: "told",
  sounds: "heard",
};
export const keyFigure = (scene) => KEYS[figuresOf(scene)];

/**
 * A label as a button that opens its definition beside it; Escape and a click elsewhere close it.
 * @param {string} name that is its alone on the page
 * @param {string} label
 * @param {string[]} said the definition, paragraph by paragraph
 */
export function definition(name, label, said) {
  const id = `live-say-${name}`;
  const paragraphs = said.map((text) => make("p", {}, text));
  const box = make("div", { id, class: "live-definition", role: "note" }, ...paragraphs);
  const button = make("button", { type: "button", class: "live-term", "aria-describedby": id }, label);
  openBy(button, box);
  return [button, box];
}

const explained = (name, say) => definition(name, say(`fig_${name}`), [say(`fig_${name}_help`)]);

function table(place, names, say) {
  const cells = {};
  place.replaceChildren(...names.map((name) => {
    cells[name] = make("dd");
    return make("div", { "data-name": name }, make("dt", {}, ...explained(name, say)), cells[name]);
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
  const fits = (name) => (OF_ONE[name] ?? laid) === laid;
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

/** Why the doctor says so; `believed` is the mean p_real of the fakes. */
const reason = ({ name, values }, believed, say) =>
  name === "healthy" && trainingWord(name, believed) ? say("doctor_refused_why") : sentence(name, values, say, "_why");

/**
 * The cards on which the doctor says how each contestant does, with a button that cures it.
 * @param {HTMLElement} place
 * @param {import("../core/words.js").Say} say
 * @param {(lane: number) => unknown} cured
 */
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
    const list = make("ul"), changes = make("details", { hidden: true }, make("summary", {}, say("cure_see")), list);
    const card = make(
      "div",
      { class: "live-verdict", hidden: lane > 0 },
      make("h2", {}, icon, name),
      why,
      make("div", { class: "live-remedy" }, cure, changes, details),
    );
    place.append(card);
    return { card, icon, name, why, more, cure, changes, list };
  });
  /** `steers`: whether one may; `itself`: whether the second contestant is the first one before its cure. */
  function set(frame, steers, itself) {
    lanes.forEach(({ card, icon, name, why, more, cure, changes, list }, lane) => {
      const verdict = frame.doctor?.[lane];
      card.hidden = !verdict;
      if (!verdict) return;
      const race = frame.lanes.length > 1 ? `${"AB"[lane]}: ` : "";
      const { fake } = frame.lanes[lane].figures, title = doctorHeading(verdict, fake);
      put(icon, ICONS[title] ?? "⚠");
      put(name, race + say(`doctor_${title}`));
      put(why, reason(verdict, fake, say));
      put(more, say(`doctor_${verdict.name}_more`));
      card.dataset.state = verdict.name;
      const lines = verdict.cure ? changeLines(verdict, say) : [];
      cure.hidden = !verdict.cure || !steers || (lane > 0 && itself); // what would cure it trains beside it
      changes.hidden = cure.hidden || lines.length < 2;
      put(cure, verdict.cure ? cureLabel(verdict, say) : "");
      cure.title = lines.join("\n");
      putEntries(list, lines.map((line) => make("li", {}, line)));
    });
    said[0] = frame.doctor?.map((verdict, lane) => {
      const { fake } = frame.lanes[lane].figures;
      return `${say(`doctor_${doctorHeading(verdict, fake)}`)}: ${reason(verdict, fake, say)}`;
    }).join(" ") ?? "";
  }
  return { set, spoken: () => said[0] ?? "" };
}
