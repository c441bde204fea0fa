// The controls of a live run, laid out from the schema that the server sends: data, game, networks, run, race, ills.

import { make, onEntered } from "../page/elements.js";
import { changed, labelOf, optionWord, word } from "./controls.js";

/** @typedef {import("./controls.js").Controls} Controls */

/** Fields that stand above the others of their group. */
const FIRST = { data: ["data", "drawing"], game: ["objective"] };
/** Groups that are open at first. */
const OPEN = ["data", "game"];
/** Whole numbers with at most so many values get a slider as well. */
const SLIDES = 600;
/** Fields that take a whole line. */
const WIDE = ["rival", "seed", "penalty", "start"];

const idOf = (name) => `live-${name.replaceAll("_", "-")}`;

/**
 * Lays the controls out in a form.
 * @param {HTMLFormElement} place
 * @param {any} schema
 * @param {import("../core/words.js").Say} say
 * @param {import("./controls.js").ControlActs} acts
 * @returns {Controls}
 */
export function buildControls(place, schema, say, acts) {
  /** @type {Controls} */
  const controls = {
    place,
    schema,
    fields: schema.groups.flatMap(({ fields }) => fields),
    say,
    acts,
    inputs: {},
    rows: {},
    groups: {},
    help: null,
    setup: {},
    about: "",
  };
  const groups = schema.groups.map((about) => group(controls, about));
  const game = schema.groups.findIndex(({ name }) => name === "game");
  groups.splice(game + 1, 0, ills(controls));
  place.replaceChildren(...groups);
  place.addEventListener("submit", (event) => event.preventDefault());
  return controls;
}

// ---- inputs --------------------------------------------------------------------------------------------------------

function choice(controls, { name, options }) {
  const select = make("select", {
    id: idOf(name),
    onchange: () => changed(controls, name, options.find((value) => String(value) === select.value)),
  });
  select.append(
    ...options.map((value) => make("option", { value: String(value) }, optionWord(controls, name, value))),
  );
  return select;
}

/** A number where the text is one; any other text for the server to refuse. */
const parsed = (text) => (text.trim() && Number.isFinite(Number(text)) ? Number(text) : text);

function number(controls, { name, kind: form }) {
  const input = make("input", {
    id: idOf(name),
    type: "text",
    inputmode: form === "whole" ? "numeric" : "decimal",
    autocomplete: "off",
    spellcheck: "false",
  });
  const send = () => {
    if (input.value !== String(controls.setup[name])) changed(controls, name, parsed(input.value));
  };
  onEntered(input, send);
  return input;
}

function slider(controls, { name, low, high }, input) {
  const range = make("input", {
    type: "range",
    min: low,
    max: high,
    step: 1,
    "aria-label": labelOf(controls, name),
    tabindex: -1,
  });
  range.addEventListener("input", () => {
    input.value = range.value;
  });
  range.addEventListener("change", () => changed(controls, name, Number(range.value)));
  return range;
}

// ---- rows ----------------------------------------------------------------------------------------------------------

function row(controls, field) {
  const { name, kind: form, low, high } = field;
  const input = form === "choice" ? choice(controls, field) : number(controls, field);
  controls.inputs[name] = input;
  const label = make("label", { for: input.id }, labelOf(controls, name));
  if (field.live) label.append(make("i", { title: controls.say("at_once") }, "↯"));
  const help = word(controls, `field_${name}_help`, "");
  if (help) {
    label.title = help;
    input.setAttribute("aria-description", help);
  }
  const slides = form === "whole" && high - low <= SLIDES && low != null;
  const shape = slides ? " live-slides" : WIDE.includes(name) ? " live-wide" : "";
  const made = make("div", { class: `live-field${shape}`, "data-name": name }, label, input);
  if (slides) made.append(slider(controls, field, input));
  return (controls.rows[name] = made);
}

function dataChoice(controls, { options }) {
  const set = make(
    "fieldset",
    { id: idOf("data"), class: "live-data" },
    make("legend", { class: "visually-hidden" }, labelOf(controls, "data")),
    ...options.map((data) => dataOption(controls, data)),
  );
  set.addEventListener("click", (event) => { // the pad opens again for a drawing that is chosen already
    if (event.target.value === "drawn" && controls.setup.data === "drawn") controls.acts.draw();
  });
  controls.inputs.data = set;
  return set;
}

function dataOption(controls, data) {
  const radio = make("input", {
    type: "radio",
    name: "live-data",
    value: data,
    id: `live-data-${data}`,
    onchange: () => changed(controls, "data", data),
  });
  const title = word(controls, `data_${data}`, controls.schema.data[data]?.label ?? data);
  return make("label", {}, radio, make("canvas", { "aria-hidden": "true" }), make("span", {}, title));
}

function drawing(controls) {
  const { inputs, rows, say, acts } = controls;
  inputs.drawing = make(
    "button",
    { type: "button", id: idOf("drawing"), onclick: () => acts.draw() },
    say("draw_again"),
  );
  rows.drawing = make("div", { class: "live-field live-wide", "data-name": "drawing" }, inputs.drawing);
  return rows.drawing;
}

function objective(controls, field) {
  const help = make("p", { class: "live-help", id: "live-objective-help" });
  const made = row(controls, field);
  made.classList.add("live-wide");
  controls.inputs.objective.setAttribute("aria-describedby", help.id);
  controls.help = help;
  made.append(help);
  return made;
}

/** Fields that are more than a label and an input. */
const MAKERS = { data: dataChoice, drawing, objective };

// ---- groups --------------------------------------------------------------------------------------------------------

function group(controls, { name, fields }) {
  const { say } = controls, gist = make("span", { class: "live-gist" });
  const first = fields.filter((field) => FIRST[name]?.includes(field.name));
  const rest = fields.filter((field) => !first.includes(field));
  const above = first.map((field) => (MAKERS[field.name] ?? row)(controls, field));
  const others = make("div", { class: "live-fields" }, ...rest.map((field) => row(controls, field)));
  const more = above.length && rest.length
    ? make("details", { class: "live-more", id: `live-more-${name}` }, make("summary", {}, say(`more_${name}`)), others)
    : others;
  const box = make(
    "details",
    { class: "live-group", "data-group": name, open: OPEN.includes(name) },
    make("summary", {}, make("span", {}, say(`group_${name}`)), gist),
    ...above,
    more,
  );
  controls.groups[name] = { box, gist };
  return box;
}

function ills(controls) {
  const { schema, say } = controls;
  const buttons = schema.ills.map((name) => illButton(controls, name));
  return make(
    "div",
    { class: "live-ills", "data-group": "ills" },
    make("h2", {}, say("ills")),
    make("div", {}, ...buttons),
  );
}

function illButton(controls, name) {
  return make("button", {
    type: "button",
    id: `live-ill-${name}`,
    "data-ill": name,
    "aria-pressed": "false",
    onclick: () => controls.acts.ill(name),
  }, word(controls, `ill_${name}`, word(controls, `doctor_${name}`, name)));
}
