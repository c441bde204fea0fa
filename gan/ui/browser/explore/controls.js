// The left column of Explore: model, seed, class, psi, directions, single numbers of z, a second seed, a second model.

import { classOf } from "../core/latents.js";
import { painterOf } from "../core/media.js";
import { PSI, within } from "../core/views.js";
import { grouped } from "../core/words.js";
import { make, put } from "../page/elements.js";
import { group, options, slider } from "../page/fields.js";
import { classChoice, layerRange } from "./classes.js";
import { buildPrincipal, buildSefa } from "./directions.js";
import { buildMix } from "./mix.js";
import { buildNumbers } from "./numbers.js";
import { diceButton, seedField } from "./seed_field.js";

/** @import { Model } from "../core/model.js" */
/** @import { View } from "../core/views.js" */
/** @import { Say } from "../core/words.js" */
/** @import { Page } from "./state.js" */

/**
 * One control, or one group of them.
 * @typedef {object} Control
 * @property {HTMLElement} box
 * @property {(model: Model, list: { name: string }[]) => void} open lays it out for a model, one of the list
 * @property {(view: View) => void} set sets it to a view
 * @property {(view: View) => void} [unfold] brings into sight what a view uses
 */

// ---- the model --------------------------------------------------------------------------------------------------

/**
 * @param {Page} page
 * @returns {Control}
 */
function buildModel(page) {
  const { say } = page;
  const choice = make("select", { id: "explore-model", onchange: () => page.open(choice.value) });
  const facts = make("p", { class: "explore-hint explore-facts", "data-testid": "explore-facts" });
  const label = make("label", { for: "explore-model" }, say("model"));
  return {
    box: make("div", { class: "explore-line explore-which" }, label, choice, facts),
    open(model, list) {
      options(choice, list.map(({ name }) => [name, name]), model.name);
      put(facts, factsOf(say, model));
    },
    set() {},
  };
}

/**
 * What is known of a model, in a line.
 * @param {Say} say
 * @param {Model} model
 */
function factsOf(say, model) {
  return [
    say.named(model.data.label ?? ""),
    model.research ? say("research") : "",
    painterOf(model).measure(model),
    model.classes.length ? say("classes_n", { n: model.classes.length }) : "",
    model.nimg ? say("nimg", { nimg: grouped(model.nimg) }) : "",
    `z ${model.zDim}`,
    say("licence", { licence: say.named(model.data.licence ?? "?") }),
    ...qualityOf(say, model.quality),
  ].filter(Boolean).join(" · ");
}

// How good a model is, beside what real data reach, as far as both were measured.
function qualityOf(say, figures = {}) {
  const pair = (key, form) => {
    const [own, real] = [figures[key], figures[`${key}_real`]];
    return [own, real].every((v) => typeof v === "number") ? [say(key, { model: form(own), real: form(real) })] : [];
  };
  return [
    ...pair("frechet", (v) => String(Number(v.toPrecision(3)))),
    ...pair("coverage", (v) => `${Math.round(100 * v)}%`),
  ];
}

// ---- seed and psi -----------------------------------------------------------------------------------------------

// A latent of the visitor's own is left for the seed in its class.
const reseeded = (model, view, seed) => (
  seed === view.seed && !view.own ? view : { ...view, seed, x: 0, y: 0, walk: [], own: "", c: classOf(model, view) }
);

/**
 * @param {Page} page
 * @returns {Control}
 */
function buildSeed(page) {
  const { say } = page;
  const withSeed = (view, seed) => reseeded(page.model, view, seed), hint = make("p", { class: "explore-hint" });
  const seed = seedField(page, "explore-seed", say("seed"), withSeed);
  const box = make(
    "div",
    { class: "explore-line explore-start" },
    make("label", { for: "explore-seed", "data-title": "seed_info" }, say("seed")),
    make("div", { class: "explore-seedrow" }, seed, diceButton(page, "explore-dice", withSeed)),
    hint,
  );
  return {
    box,
    open() {},
    set(view) {
      const typed = document.activeElement === seed && seed.value !== "" && view.seed === Number(seed.value);
      if (view.own) seed.value = "";
      else if (!typed) seed.value = view.seed;
      seed.placeholder = view.own ? say("own_one") : "";
      put(hint, say(view.own ? "seed_own" : "seed_info"));
    },
  };
}

/**
 * @param {Page} page
 * @returns {Control}
 */
function buildPsi(page) {
  const { say } = page, hint = make("p", { class: "explore-hint" });
  const psi = slider({ id: "explore-psi", label: say("psi"), low: 0, high: 1.5, step: 0.01, rest: 1 }, {
    slide: (value) => page.slide((view) => ({ ...view, psi: within(say("psi"), value, PSI) })),
    settle: page.settle,
  });
  return {
    box: make("div", { class: "explore-line explore-psi" }, psi.box, hint),
    open() {},
    set(view) {
      const word = page.model.classes.length ? "psi_class" : "psi";
      const first = view.own || page.model.psi === 1 ? "" : ` ${say("psi_first", { psi: page.model.psi.toFixed(2) })}`;
      put(hint, say(view.own ? `${word}_own` : `${word}_info`) + first);
      psi.set(view.psi);
    },
  };
}

// ---- a second model ---------------------------------------------------------------------------------------------

/**
 * @param {Page} page
 * @returns {Control}
 */
function buildBeside(page) {
  const { say } = page;
  const beside = make("select", {
    id: "explore-beside",
    onchange: () => page.change((view) => ({ ...view, beside: beside.value })),
  });
  const label = make("label", { for: "explore-beside", class: "visually-hidden" }, say("beside_model"));
  const box = group(say, "beside", false, label, beside);
  return {
    box,
    open(model, list) {
      const others = list.filter(({ name }) => name !== model.name).map(({ name }) => [name, name]);
      options(beside, [["", say("beside_none")], ...others], page.view.beside);
    },
    set(view) {
      if (beside.value !== view.beside) beside.value = view.beside;
      box.classList.toggle("explore-used", Boolean(view.beside));
    },
    unfold(view) {
      box.open ||= Boolean(view.beside);
    },
  };
}

// ---- all of them ------------------------------------------------------------------------------------------------

/** @type {((page: Page) => Control)[]} from above to below */
const BUILDERS = [
  buildModel,
  buildSeed,
  classChoice,
  buildPsi,
  layerRange,
  buildPrincipal,
  buildSefa,
  buildNumbers,
  buildMix,
  buildBeside,
];

/**
 * Fills the column. What it returns does for all controls what each does for itself.
 * @param {HTMLFormElement} form
 * @param {Page} page
 */
export function buildControls(form, page) {
  const controls = BUILDERS.map((build) => build(page));
  form.replaceChildren(...controls.map(({ box }) => box));
  form.addEventListener("submit", (event) => event.preventDefault());
  return {
    open(model, list) {
      const focused = form.contains(document.activeElement) ? document.activeElement.id : "";
      for (const control of controls) control.open(model, list);
      if (focused && document.activeElement?.id !== focused) {
        const again = document.getElementById(focused) ?? document.getElementById("explore-model");
        again.focus({ preventScroll: true });
      }
    },
    set(view) {
      for (const control of controls) control.set(view);
    },
    unfold(view) {
      for (const control of controls) control.unfold?.(view);
    },
  };
}
