// The controls of a live run as they follow it: what is in force, what is relevant, and what a change asks for.

import { racesItself } from "../core/live_words.js";
import { grouped } from "../core/words.js";
import { make, put } from "../page/elements.js";
import { drawThumb } from "./thumbs.js";

/**
 * What the controls ask for; a promise of a text brings the trouble, "" where there is none.
 * @typedef {object} ControlActs
 * @property {(setup: Setup) => Promise<string>} settle
 * @property {(setup: Setup, changed: string) => Promise<string>} choose brings other settings with it
 * @property {(name: string) => unknown} ill
 * @property {() => void} draw opens the pad
 *
 * @typedef {Record<string, any>} Setup value of each setting by its name
 *
 * @typedef {object} Controls
 * @property {HTMLFormElement} place that they stand in
 * @property {any} schema that the server sends: groups of fields, data, objectives, ills
 * @property {any[]} fields of all groups
 * @property {import("../core/words.js").Say} say
 * @property {ControlActs} acts
 * @property {Record<string, any>} inputs by the name of their field
 * @property {Record<string, HTMLElement>} rows by the name of their field
 * @property {Record<string, { box: HTMLElement, gist: HTMLElement }>} groups by their name
 * @property {HTMLElement | null} help about the objective
 * @property {Setup} setup in force
 * @property {string} about what the controls show: they are left alone until it changes
 */

/** The penalties that a setting belongs to. */
const NEEDS = { gamma: ["r1", "r2", "r1-r2"], gp_weight: ["gradient"], clip: ["clip"] };
/** Settings of which another choice brings its own recommended settings. */
const STEERS = ["data", "objective", "rival"];

// ---- words ---------------------------------------------------------------------------------------------------------

/** The sentence of a key; `fallback` where there is none. */
export const word = ({ say }, key, fallback) => (say.has(key) ? say(key) : fallback);

export const labelOf = (controls, name) => word(controls, `field_${name}`, name);

export function optionWord(controls, field, value) {
  if (field === "rival" && racesItself(value)) return controls.say("option_rival_before");
  if (["objective", "rival"].includes(field) && value) {
    return word(controls, `objective_${value}`, controls.schema.objectives[value]?.label ?? value);
  }
  return word(controls, `option_${field.replace(/_d$/, "")}_${value}`, String(value));
}

// ---- a change by hand ----------------------------------------------------------------------------------------------

/** The name of the medium of a data set. */
const mediumOfData = ({ schema }, data) => schema.data[data]?.kind;

/** A set-up without what means nothing for its data, or for those before: the server puts in what suits. */
function fitting(controls, setup, before) {
  const media = [setup.data, before].map((data) => mediumOfData(controls, data));
  const strange = controls.fields
    .filter((field) => field.for && media.some((medium) => medium && medium !== field.for))
    .map(({ name }) => name);
  return Object.fromEntries(Object.entries(setup).filter(([name]) => !strange.includes(name)));
}

/**
 * Asks for another value. What the server refuses stays to be corrected where it was typed, and goes back where it was
 * chosen.
 * @param {Controls} controls
 * @param {string} name of the field
 */
export async function changed(controls, name, value) {
  const { setup, inputs, acts } = controls, input = inputs[name];
  const wanted = fitting(controls, { ...setup, [name]: value }, setup.data);
  const trouble = await (STEERS.includes(name) ? acts.choose(wanted, name) : acts.settle(wanted));
  if (input.type === "text") input.setAttribute("aria-invalid", String(Boolean(trouble)));
  else if (trouble) refill(controls, { ...controls.setup });
}

// ---- what is in force ----------------------------------------------------------------------------------------------

/**
 * The controls show what is in force; what is being typed is left alone.
 * @param {Controls} controls
 * @param {Setup} setup
 */
export function showSetup(controls, setup, scene) {
  const about = JSON.stringify([setup, scene.lanes[0].penalty, scene.illness]);
  if (about === controls.about) return;
  controls.about = about;
  refill(controls, setup);
  showRelevant(controls, scene);
  if (controls.help) showHelp(controls);
  showGists(controls);
  for (const button of controls.place.querySelectorAll("[data-ill]")) {
    button.setAttribute("aria-pressed", String(button.dataset.ill === scene.illness));
  }
}

function refill(controls, setup) {
  const { inputs, setup: before } = controls;
  controls.setup = { ...setup };
  for (const [name, value] of Object.entries(setup)) {
    const input = inputs[name];
    if (!input || ["data", "drawing"].includes(name)) continue;
    if (name === "rival") offerItself(controls, input, value);
    const typing = input === document.activeElement || input.getAttribute("aria-invalid") === "true";
    if (input.type === "text" && String(before[name]) === String(value) && typing) continue;
    input.value = String(value);
    input.removeAttribute("aria-invalid");
    if (input.nextElementSibling?.type === "range") input.nextElementSibling.value = value;
  }
  const radio = inputs.data?.querySelector(`input[value="${CSS.escape(setup.data)}"]`);
  if (radio) radio.checked = true;
}

/** A race against the run before its cure is there to be chosen only while it goes on: nobody else knows that run. */
function offerItself({ say }, select, value) {
  for (const option of [...select.options]) if (racesItself(option.value) && option.value !== value) option.remove();
  if (racesItself(value) && select.value !== value) {
    select.append(make("option", { value }, say("option_rival_before")));
  }
}

/** Only what has a meaning for the data, the penalty and the optimiser is shown. */
function showRelevant(controls, scene) {
  const { setup, rows } = controls, medium = mediumOfData(controls, setup.data);
  const penalty = setup.penalty === "auto" ? scene.lanes[0].penalty : setup.penalty;
  for (const { name, for: only } of controls.fields) {
    if (!rows[name]) continue;
    const adam = !/^beta[12]/.test(name) || setup[name.endsWith("_d") ? "optimizer_d" : "optimizer"] !== "sgd";
    const brake = !NEEDS[name] || !penalty || NEEDS[name].includes(penalty);
    rows[name].hidden = Boolean(only && medium && only !== medium) || !adam || !brake ||
      (name === "drawing" && setup.data !== "drawn") || (name === "sigma" && !setup.features);
  }
}

/** What the objective is about, and the paper that it comes from. */
function showHelp(controls) {
  const { help, schema, setup } = controls, entry = schema.objectives[setup.objective];
  put(help, word(controls, `objective_${setup.objective}_help`, entry?.help ?? ""));
  if (!entry?.paper) return;
  const href = `https://arxiv.org/abs/${entry.paper}`;
  help.append(" ", make("a", { href, target: "_blank", rel: "noreferrer" }, `arXiv:${entry.paper}`));
}

/** A closed group tells in its heading what is set in it. */
function showGists(controls) {
  const { setup, groups } = controls;
  const network = (layers, neurons, optimizer, lr) =>
    `${layers} × ${neurons} · ${optionWord(controls, "optimizer", optimizer)} ${lr}`;
  const gists = {
    forger: network(setup.g_layers, setup.g_neurons, setup.optimizer, setup.lr),
    critic: network(setup.d_layers, setup.d_neurons, setup.optimizer_d, setup.lr_d),
    run: `${labelOf(controls, "seed")} ${setup.seed}`,
    race: optionWord(controls, "rival", setup.rival),
  };
  for (const [name, text] of Object.entries(gists)) if (groups[name]) put(groups[name].gist, text);
}

// ---- all of them ---------------------------------------------------------------------------------------------------

/** The small drawings of the data sets, in the theme's colours. */
export function drawThumbs({ inputs }, colours) {
  for (const radio of inputs.data?.querySelectorAll("input") ?? []) {
    drawThumb(radio.nextElementSibling, radio.value, colours);
  }
}

/** Whether one may steer; data that are not on the host cannot be chosen anyway. */
export function disable({ place }, off) {
  for (const input of place.querySelectorAll("input, select, button")) {
    input.disabled = off || input.closest(".live-missing") !== null;
  }
}

/**
 * The tiles of the data tell what the host has of them, before anybody clicks.
 * @param {Controls} controls
 * @param {Record<string, { found: string, count: number }>} data as `live/open` answers
 */
export function showFound({ inputs, say }, data) {
  for (const radio of inputs.data?.querySelectorAll("input") ?? []) {
    const { found, count } = data[radio.value] ?? { found: "whole", count: 0 }, tile = radio.parentElement;
    tile.querySelector("small")?.remove();
    tile.classList.toggle("live-missing", found === "nothing");
    radio.disabled = found === "nothing";
    tile.title = "";
    if (found === "whole") continue;
    const named = { count: grouped(count) };
    tile.title = say(`data_${found}_help`, named);
    radio.setAttribute("aria-description", tile.title);
    tile.append(make("small", {}, say(`data_${found}`, named)));
  }
}

/** Hides groups by their names, and shows the others. */
export function hideGroups({ groups }, names) {
  for (const [name, { box }] of Object.entries(groups)) box.hidden = names.includes(name);
}
