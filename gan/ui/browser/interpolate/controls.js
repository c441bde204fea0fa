// The controls of a film: its model, its path and pace as choices of a few, each with its sentence, and sliders.

import { CHOICES, hasOwn, PLAIN_FILM, RANGES, spaceOf, turnOf } from "../core/film.js";
import { make, put } from "../page/elements.js";
import { host } from "../page/host.js";
import { isKept, SLOWLY } from "./training.js";

const LOOKS = ["path", "space", "turn", "ease", "pace", "grid"]; // in the order they stand
const SLIDERS = { path: ["frames"], grid: ["psi", "fps"] }; // what stands after which choice
const OF_PATHS = ["path", "space", "turn", "frames", "ease", "pace", "grid"]; // mean nothing to a film through training
const GRIDS = { 1: "1", 2: "2 × 2", 3: "3 × 3", 4: "4 × 4" };

const SLACK = 10; // pixels after which a finger's way is known

export function slide(range, change) {
  // a slider that a finger may cross to scroll the page: it moves once the finger goes along it
  let held = null;
  range.addEventListener("pointerdown", ({ pointerType, clientX, clientY }) => {
    held = pointerType === "touch" ? { x: clientX, y: clientY, value: range.value } : null;
  });
  range.addEventListener("pointermove", ({ clientX, clientY }) => {
    if (held && Math.abs(clientX - held.x) >= Math.max(SLACK, Math.abs(clientY - held.y))) held = null;
  });
  range.addEventListener("input", () => {
    if (held) range.value = held.value;
    else change(Number(range.value));
  });
  for (const name of ["pointerup", "pointercancel"]) {
    range.addEventListener(name, () => {
      setTimeout(() => {
        held = null;
      });
    });
  }
}

export function buildControls(form, say, told) {
  // told: {change(patch), grid() of a film of a training that is kept, where nobody chose}
  const inputs = {}, helps = {}, rows = {};
  const seen = {}; // frames a second and grid of both kinds of film, as they were when last seen
  let film = null;

  const own = (name, value) => (["space", "source", "ease", "pace"].includes(name) ? `${name}_${value}` : value);

  function sentence(name, value) {
    if (hasOwn(film) && (name === "space" || name === "source")) return say(`${name}_own`);
    const kept = film.training && isKept(set.entry);
    if (name === "source" && kept) return say("source_kept_is");
    if (name !== "grid") return say(`${own(name, value)}_is`);
    return say(value === 1 ? "grid_one" : kept ? "grid_kept" : "grid_many", { n: value ** 2 });
  }

  // The word of a choice; sizes of a grid are signs of any language.
  const worded = (name, value) =>
    name === "grid" ? make("span", {}, GRIDS[value]) : make("span", { "data-word": own(name, value) });

  function choice(name, values, change) {
    const help = make("p", { class: "film-help", id: `film-${name}-help` });
    const options = values.map((value) => {
      const input = make("input", {
        type: "radio",
        name: `film-${name}`,
        value,
        id: `film-${name}-${value}`,
        onchange: () => change(value),
      });
      (inputs[name] ??= []).push(input);
      return make("label", {}, input, worded(name, value));
    });
    helps[name] = help;
    return (rows[name] = make(
      "fieldset",
      { class: "film-choice", "data-name": name, "aria-describedby": help.id },
      make("legend", { "data-word": name }),
      make("div", { class: "film-options" }, ...options),
      help,
    ));
  }

  function slider(name) {
    const [min, max, steps] = RANGES[name], id = `film-${name}`;
    const change = (value) => told.change({ [name]: value }) || set(film);
    const range = make("input", {
      type: "range",
      id,
      min,
      max,
      step: 1 / steps,
      "aria-describedby": `${id}-help`,
    });
    slide(range, change);
    const field = make("input", {
      type: "text",
      inputmode: "decimal",
      "aria-label": say(name),
      autocomplete: "off",
      id: `${id}-number`,
    });
    field.addEventListener("change", () => change(field.value));
    inputs[name] = [range, field];
    const help = make("p", { class: "film-help", id: `${id}-help`, "data-word": `${name}_info` });
    return (rows[name] = make(
      "div",
      { class: "film-slider", "data-name": name },
      make("label", { for: id }, say(name)),
      field,
      range,
      help,
    ));
  }

  /** Frames a second and grid of the film through training, or of the one from picture to picture. */
  function usual(training) {
    const { fps, grid } = film;
    seen[film.training] = { fps, grid };
    const first = training
      ? { fps: Math.min(fps, SLOWLY), grid: isKept(set.entry) ? told.grid() : grid }
      : { fps: fps > SLOWLY ? fps : PLAIN_FILM.fps, grid: isKept(set.entry) ? PLAIN_FILM.grid : grid };
    return seen[training] ?? first;
  }

  function models(entries) {
    inputs.model.replaceChildren(
      ...entries.map(({ name, label }) =>
        make("option", { value: name }, label && label !== name ? `${name} · ${say.named(label)}` : name)
      ),
    );
  }

  inputs.model = make("select", {
    id: "film-model",
    onchange: () => told.change({ model: inputs.model.value }) || set(film),
  });
  const alone = make("p", { class: "film-help", hidden: true }, say("training_alone"));
  const parts = [
    make("div", { class: "film-field" }, make("label", { for: "film-model" }, say("model")), inputs.model),
    choice("source", ["keys", "training"], (value) => {
      const training = value === "training";
      if (!told.change({ training, ...usual(training) })) set(film);
    }),
    alone,
  ];
  for (const name of LOOKS) {
    parts.push(choice(name, CHOICES[name], (value) => told.change({ [name]: value }) || set(film)));
    parts.push(...(SLIDERS[name] ?? []).map(slider));
  }
  form.replaceChildren(...parts);
  form.addEventListener("submit", (event) => event.preventDefault());

  function set(next, entry = set.entry) {
    // the controls show the film; what is being typed is left alone
    film = next;
    set.entry = entry;
    inputs.model.value = film.model;
    const values = { ...film, turn: turnOf(film), space: spaceOf(film), source: film.training ? "training" : "keys" };
    for (const name of [...LOOKS, "source"]) {
      for (const input of inputs[name]) input.checked = input.value === String(values[name]);
      put(helps[name], sentence(name, values[name]));
    }
    for (const name of Object.keys(RANGES)) {
      const [range, field] = inputs[name];
      range.value = film[name];
      if (field !== document.activeElement || field.value !== String(film[name])) field.value = film[name];
    }
    rows.source.hidden = !entry?.history;
    alone.hidden = !host.static || !rows.source.hidden;
    const kept = film.training && isKept(entry);
    for (const name of OF_PATHS) rows[name].hidden = film.training && !(kept && name === "grid");
    rows.psi.hidden = kept; // it was drawn before
    for (const input of inputs.turn) input.disabled = film.path === "circle";
    for (const input of [...inputs.space, ...inputs.source]) input.disabled = hasOwn(film);
  }

  return { set, models, usual };
}
