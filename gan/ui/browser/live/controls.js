// The controls of a live run, laid out from the schema that the server sends: data, game, networks, run, race, ills.

import { drawThumb } from "./thumbs.js";
import { make, put } from "../page/elements.js";

const FIRST = { data: ["data", "drawing"], game: ["objective"] }; // stand above the others of their group
const OPEN = ["data", "game"];
const SLIDES = 600; // whole numbers with at most so many values get a slider as well
const NEEDS = { gamma: ["r1", "r2", "r1-r2"], gp_weight: ["gradient"], clip: ["clip"] }; // the penalty that each belongs to
const WIDE = ["rival", "seed", "penalty", "start"]; // take a whole line
const STEERS = ["data", "objective", "rival"]; // another choice brings its own recommended settings
const id = (name) => `live-${name.replaceAll("_", "-")}`;

export function buildControls(form, schema, say, told) {
  // told: {settle(setup), choose(setup, changed), ill(name), draw()}
  const inputs = {}, rows = {}, groups = {}, every = schema.groups.flatMap(({ fields }) => fields);
  let setup = {}, about = "";

  const word = (key, fallback) => (say.has(key) ? say(key) : fallback);
  const label = (name) => word(`field_${name}`, name);
  const parsed = (text) => (text.trim() && Number.isFinite(Number(text)) ? Number(text) : text);

  function fitting(values, before) {
    // what means nothing for the data, or for those before, is left out: the server puts in what suits
    const kinds = [values.data, before].map((name) => schema.data[name]?.kind);
    const strange = every.filter((field) => field.for && kinds.some((kind) => kind && kind !== field.for)).map((
      { name },
    ) => name);
    return Object.fromEntries(Object.entries(values).filter(([name]) => !strange.includes(name)));
  }

  async function changed(name, value) {
    // what the server refuses stays to be corrected where it was typed, and goes back where it was chosen
    const wanted = fitting({ ...setup, [name]: value }, setup.data), input = inputs[name];
    const trouble = await (STEERS.includes(name) ? told.choose(wanted, name) : told.settle(wanted));
    if (input.type === "text") input.setAttribute("aria-invalid", String(Boolean(trouble)));
    else if (trouble) refill({ ...setup });
  }

  const optionWord = (field, value) => {
    if (["objective", "rival"].includes(field) && value) {
      return word(`objective_${value}`, schema.objectives[value]?.label ?? value);
    }
    return word(`option_${field.replace(/_d$/, "")}_${value}`, String(value));
  };

  function choice(field) {
    const select = make("select", {
      id: id(field.name),
      onchange: () => changed(field.name, field.options.find((o) => String(o) === select.value)),
    });
    select.append(
      ...field.options.map((value) => make("option", { value: String(value) }, optionWord(field.name, value))),
    );
    return select;
  }

  function number(field) {
    const input = make("input", {
      id: id(field.name),
      type: "text",
      inputmode: field.kind === "whole" ? "numeric" : "decimal",
      autocomplete: "off",
      spellcheck: "false",
    });
    const send = () => {
      if (input.value !== String(setup[field.name])) changed(field.name, parsed(input.value));
    };
    input.addEventListener("change", send);
    input.addEventListener("keydown", (event) => {
      if (event.key === "Enter") {
        event.preventDefault();
        send();
      }
    });
    return input;
  }

  function slider(field, input) {
    const range = make("input", {
      type: "range",
      min: field.low,
      max: field.high,
      step: 1,
      "aria-label": label(field.name),
      tabindex: -1,
    });
    range.addEventListener("input", () => {
      input.value = range.value;
    });
    range.addEventListener("change", () => changed(field.name, Number(range.value)));
    return range;
  }

  function row(field) {
    const input = field.kind === "choice" ? choice(field) : number(field);
    inputs[field.name] = input;
    const name = make("label", { for: input.id }, label(field.name));
    if (field.live) name.append(make("i", { title: say("at_once") }, "↯"));
    const help = word(`field_${field.name}_help`, "");
    if (help) {
      name.title = help;
      input.setAttribute("aria-description", help);
    }
    const slides = field.kind === "whole" && field.high - field.low <= SLIDES && field.low != null;
    const shape = slides ? " live-slides" : WIDE.includes(field.name) ? " live-wide" : "";
    const made = make("div", { class: `live-field${shape}`, "data-name": field.name }, name, input);
    if (slides) made.append(slider(field, input));
    return (rows[field.name] = made);
  }

  function dataChoice(field) {
    const set = make(
      "fieldset",
      { id: id("data"), class: "live-data" },
      make("legend", { class: "live-hush" }, label("data")),
    );
    for (const name of field.options) {
      const radio = make("input", {
        type: "radio",
        name: "live-data",
        value: name,
        id: `live-data-${name}`,
        onchange: () => changed("data", name),
      });
      set.append(
        make(
          "label",
          {},
          radio,
          make("canvas", { "aria-hidden": "true" }),
          make("span", {}, word(`data_${name}`, schema.data[name]?.label ?? name)),
        ),
      );
    }
    set.addEventListener("click", (event) => { // the pad opens again for a drawing that is chosen already
      if (event.target.value === "drawn" && setup.data === "drawn") told.draw();
    });
    inputs.data = set;
    return set;
  }

  function drawing() {
    inputs.drawing = make(
      "button",
      { type: "button", id: id("drawing"), onclick: () => told.draw() },
      say("draw_again"),
    );
    return (rows.drawing = make("div", { class: "live-field live-wide", "data-name": "drawing" }, inputs.drawing));
  }

  function objective(field) {
    const help = make("p", { class: "live-help", id: "live-objective-help" });
    const made = row(field);
    made.classList.add("live-wide");
    inputs.objective.setAttribute("aria-describedby", help.id);
    inputs.help = help;
    made.append(help);
    return made;
  }

  const MAKERS = { data: dataChoice, drawing, objective };

  function group({ name, fields }) {
    const gist = make("span", { class: "live-gist" });
    const first = fields.filter((field) => FIRST[name]?.includes(field.name)),
      rest = fields.filter((field) => !first.includes(field));
    const made = first.map((field) => (MAKERS[field.name] ?? row)(field));
    const others = make("div", { class: "live-fields" }, ...rest.map(row));
    const body = made.length && rest.length
      ? [
        ...made,
        make(
          "details",
          { class: "live-more", id: `live-more-${name}` },
          make("summary", {}, say(`more_${name}`)),
          others,
        ),
      ]
      : [...made, others];
    const box = make(
      "details",
      { class: "live-group", "data-group": name, open: OPEN.includes(name) },
      make("summary", {}, make("span", {}, say(`group_${name}`)), gist),
      ...body,
    );
    groups[name] = { box, gist };
    return box;
  }

  function ills() {
    return make(
      "div",
      { class: "live-ills", "data-group": "ills" },
      make("h2", {}, say("ills")),
      make(
        "div",
        {},
        ...schema.ills.map((name) =>
          make("button", {
            type: "button",
            id: `live-ill-${name}`,
            "data-ill": name,
            "aria-pressed": "false",
            onclick: () => told.ill(name),
          }, word(`ill_${name}`, word(`doctor_${name}`, name)))
        ),
      ),
    );
  }

  const all = schema.groups.map(group);
  const game = schema.groups.findIndex(({ name }) => name === "game");
  all.splice(game + 1, 0, ills());
  form.replaceChildren(...all);
  form.addEventListener("submit", (event) => event.preventDefault());

  function thumbnails(colours) {
    for (const radio of inputs.data?.querySelectorAll("input") ?? []) {
      drawThumb(radio.nextElementSibling, radio.value, colours);
    }
  }

  function set(next, scene) {
    // the controls show what is in force; what is being typed is left alone
    const now = JSON.stringify([next, scene.lanes[0].penalty, scene.illness]);
    if (now === about) return;
    about = now;
    refill(next);
    relevant(scene);
    gists();
    for (const button of form.querySelectorAll("[data-ill]")) {
      button.setAttribute("aria-pressed", String(button.dataset.ill === scene.illness));
    }
  }

  function refill(next) {
    const before = setup;
    setup = { ...next };
    for (const [name, value] of Object.entries(setup)) {
      const input = inputs[name];
      if (!input || ["data", "drawing"].includes(name)) continue;
      if (
        input.type === "text" && String(before[name]) === String(value) &&
        (input === document.activeElement || input.ariaInvalid === "true")
      ) continue;
      input.value = String(value);
      input.removeAttribute("aria-invalid");
      if (input.nextElementSibling?.type === "range") input.nextElementSibling.value = value;
    }
    const radio = inputs.data?.querySelector(`input[value="${CSS.escape(setup.data)}"]`);
    if (radio) radio.checked = true;
  }

  function relevant(scene) {
    // only what has a meaning for the data, the penalty and the optimiser is shown
    const kind = schema.data[setup.data]?.kind,
      penalty = setup.penalty === "auto" ? scene.lanes[0].penalty : setup.penalty;
    for (const field of every) {
      if (!rows[field.name]) continue;
      const adam = !/^beta[12]/.test(field.name) ||
        setup[field.name.endsWith("_d") ? "optimizer_d" : "optimizer"] !== "sgd";
      const brake = !NEEDS[field.name] || !penalty || NEEDS[field.name].includes(penalty);
      rows[field.name].hidden = Boolean(field.for && kind && field.for !== kind) || !adam || !brake ||
        (field.name === "drawing" && setup.data !== "drawn") || (field.name === "sigma" && !setup.features);
    }
    if (inputs.help) {
      const entry = schema.objectives[setup.objective];
      put(inputs.help, word(`objective_${setup.objective}_help`, entry?.help ?? ""));
      if (entry?.paper) {
        inputs.help.append(
          " ",
          make(
            "a",
            { href: `https://arxiv.org/abs/${entry.paper}`, target: "_blank", rel: "noreferrer" },
            `arXiv:${entry.paper}`,
          ),
        );
      }
    }
  }

  function gists() {
    const net = (layers, neurons, optimizer, lr) =>
      `${layers} × ${neurons} · ${optionWord("optimizer", optimizer)} ${lr}`;
    const texts = {
      forger: net(setup.g_layers, setup.g_neurons, setup.optimizer, setup.lr),
      critic: net(setup.d_layers, setup.d_neurons, setup.optimizer_d, setup.lr_d),
      run: `${label("seed")} ${setup.seed}`,
      race: optionWord("rival", setup.rival),
    };
    for (const [name, text] of Object.entries(texts)) if (groups[name]) put(groups[name].gist, text);
  }

  function disable(off) {
    for (const input of form.querySelectorAll("input, select, button")) input.disabled = off;
  }

  const hide = (names) => {
    for (const [name, { box }] of Object.entries(groups)) box.hidden = names.includes(name);
  };
  return { set, thumbnails, disable, hide, setup: () => setup };
}
