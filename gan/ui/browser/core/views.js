// A view: everything that decides one picture, and its form in a link. Pure; its twin in Python is the core's View.
import { SEEDS } from "./latents.js";
import { Trouble } from "./trouble.js";

/**
 * @typedef {object} View
 * @property {string} [model] its name; the keys of a film have none
 * @property {number} seed
 * @property {number} x its place in the seed plane, across
 * @property {number} y its place in the seed plane, downwards
 * @property {number[]} walk steps to neighbours, 0..7 each
 * @property {number} psi truncation
 * @property {Record<string, number>} directions standard deviations along principal directions, by number from 0
 * @property {Record<string, number>} sefa the same along closed-form directions
 * @property {Record<string, number>} raw single numbers of z
 * @property {{ seed: number, stage: number, share: number } | null} mix a second seed
 * @property {string} beside another model
 * @property {number} c class
 * @property {[number, number] | null} layers the first and the last that follow the directions
 */

export const STEPS = 200; // the longest walk
export const PSI = [0, 1.5], SIGMAS = [-3, 3], RAW = [-4, 4], SHARE = [0, 1];
const PLACE = [0, 0.999];
const ROW = 100; // a row of the seed plane is a hundred seeds long
const FINE = 3, COARSE = 2; // decimals of places in the seed plane, and of all other numbers
const CLASSES = 999, STAGES = 99; // the highest numbers of a class and of a layer
const LONG = 100; // characters of a model's name

/** @type {Readonly<View>} */
export const PLAIN_VIEW = Object.freeze({
  seed: 42, x: 0, y: 0, walk: [], psi: 1, directions: {}, sefa: {}, raw: {}, mix: null, beside: "", c: 0, layers: null,
});

function refuse(key, values) {
  throw new Trouble(key, values);
}

// What anybody may have put there, as text.
const text = (value) => (typeof value === "object" || typeof value === "function" ? JSON.stringify(value) ?? "?" : String(value));
export const cut = (value) => text(value).slice(0, 40);

export function round(value, decimals = COARSE) {
  // as Python rounds: a true half goes to the even neighbour, and there is no minus nought
  const scale = 10 ** decimals, down = Math.floor(value * scale);
  const half = Math.abs(value * 2 ** (decimals + 1)) % 2 === 1; // only odd multiples of 1/8 (2 decimals) are halves in binary
  return (half ? (down + Math.abs(down % 2)) / scale : Number(value.toFixed(decimals))) + 0;
}

const cell = (value) => Math.min(round(value, FINE), PLACE[1]);

// ---- numbers of links and files -------------------------------------------------------------------------------

function decimal(name, value) {
  const given = typeof value === "number" ? String(value) : value;
  const fits = typeof given === "string" && /^\s*[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d{1,3})?\s*$/i.test(given) && Number.isFinite(Number(given));
  return fits ? Number(given) : refuse("trouble_number", { name, value: cut(value) });
}

export function within(name, value, [low, high], decimals = COARSE) {
  const number = decimal(name, value);
  if (number < low || number > high) refuse("trouble_range", { name, low, high, value: cut(number) });
  return round(number, decimals);
}

const place = (name, value) => within(name, value, PLACE, FINE);

export function readSeed(value) {
  const fits = /^\s*\d{1,10}\s*$/.test(text(value)) && Number(value) < SEEDS;
  return fits ? Number(value) : refuse("trouble_seed", { value: cut(value) });
}

function count(name, value, most) {
  const fits = /^\d{1,4}$/.test(text(value)) && Number(value) <= most;
  return fits ? Number(value) : refuse("trouble_count", { name, value: cut(value), most });
}

function steps(value) {
  const list = typeof value === "string" ? (value ? value.split("-") : []) : value;
  const fits = Array.isArray(list) && list.length <= STEPS && list.every((step) => /^[0-7]$/.test(text(step)));
  return fits ? list.map(Number) : refuse("trouble_walk", { value: cut(value), most: STEPS });
}

function range(value) {
  // the first and last layer of a link's text or a file's list; null: all of them
  if (value == null) return null;
  const list = typeof value === "string" ? value.split("-") : value;
  const fits = Array.isArray(list) && list.length === 2 && list.every((one) => /^\d{1,2}$/.test(text(one))) && Number(list[0]) <= Number(list[1]);
  return fits ? list.map(Number) : refuse("trouble_layers_form", { value: cut(value), most: STAGES });
}

function known(name, names) {
  const fits = typeof name === "string" && name.length <= LONG && (!names || names.includes(name));
  return fits ? name : refuse("trouble_model", { name: cut(name), names: (names ?? []).join(", ") });
}

// ---- links ----------------------------------------------------------------------------------------------------

export function viewOfQuery(query, names) {
  // the view that a link means, of the first model where it names none; unknown keys are no part of it
  const given = Object.fromEntries(typeof query === "string" ? new URLSearchParams(query) : query);
  const directions = {}, sefa = {}, raw = {};
  for (const [key, value] of Object.entries(given)) {
    const [, letter, digits] = /^([dsz])(\d{1,4})$/.exec(key) ?? [];
    if (!letter) continue;
    if (letter !== "z" && Number(digits) === 0) refuse("trouble_from_one", { key: letter });
    if (letter === "z") raw[Number(digits)] = within(key, value, RAW);
    else (letter === "d" ? directions : sefa)[digits - 1] = within(key, value, SIGMAS);
  }
  return tidy({
    model: known(given.model ?? names[0], names), seed: readSeed(given.seed ?? PLAIN_VIEW.seed),
    x: place("x", given.x ?? 0), y: place("y", given.y ?? 0), walk: steps(given.walk ?? ""), psi: within("psi", given.psi ?? 1, PSI),
    directions, sefa, raw,
    mix: given.mix == null ? null
      : { seed: readSeed(given.mix), stage: count("at", given.at ?? 0, STAGES), share: within("share", given.share ?? 0.5, SHARE) },
    beside: given.beside ? known(given.beside, names) : "", c: count("c", given.c ?? 0, CLASSES), layers: range(given.layers),
  });
}

const numbered = (letter, values, first) => Object.entries(values).sort(([a], [b]) => a - b).map(([k, v]) => [`${letter}${Number(k) + first}`, v]);

export function viewQuery(view) {
  // what is at its default is left out
  const { mix } = view;
  const pairs = [
    ["tab", "explore"], ["model", view.model], ["seed", view.seed], ...(view.c ? [["c", view.c]] : []),
    ...(view.x ? [["x", view.x]] : []), ...(view.y ? [["y", view.y]] : []),
    ...(view.walk.length ? [["walk", view.walk.join("-")]] : []), ...(view.psi !== 1 ? [["psi", view.psi]] : []),
    ...numbered("d", view.directions, 1), ...numbered("s", view.sefa, 1), ...numbered("z", view.raw, 0),
    ...(view.layers ? [["layers", view.layers.join("-")]] : []),
    ...(mix ? [["mix", mix.seed], ["at", mix.stage], ["share", mix.share]] : []),
    ...(view.beside ? [["beside", view.beside]] : []),
  ];
  return new URLSearchParams(pairs).toString();
}

// ---- files ----------------------------------------------------------------------------------------------------

export function checkedView(object, names) {
  // a view out of a file or the browser's memory; keys of a film name no model, and `names` may be null: any model
  if (typeof object !== "object" || object === null || Array.isArray(object)) refuse("trouble_view");
  const given = { ...PLAIN_VIEW, ...object };
  const numbers = (name, values, bounds) => {
    if (typeof values !== "object" || values === null || Array.isArray(values)) refuse("trouble_view");
    return Object.fromEntries(Object.entries(values).map(([key, value]) => [count(name, key, 9999), within(`${name} ${key}`, value, bounds)]));
  };
  const { mix } = given;
  if (mix !== null && typeof mix !== "object") refuse("trouble_view");
  return tidy({
    ...(given.model === undefined ? {} : { model: known(given.model, names) }),
    seed: readSeed(given.seed), x: place("x", given.x), y: place("y", given.y), walk: steps(given.walk), psi: within("psi", given.psi, PSI),
    directions: numbers("directions", given.directions, SIGMAS), sefa: numbers("sefa", given.sefa, SIGMAS), raw: numbers("raw", given.raw, RAW),
    mix: mix && { seed: readSeed(mix.seed), stage: count("stage", mix.stage, STAGES), share: within("share", mix.share, SHARE) },
    beside: given.beside ? known(given.beside, names) : "", c: count("c", given.c, CLASSES), layers: range(given.layers),
  });
}

export function checkViewFits(model, view) {
  // throws where the model lacks what the view asks for
  const missing = (values, most) => Object.keys(values).find((key) => Number(key) >= most);
  const coordinate = missing(view.raw, model.zDim);
  if (coordinate) refuse("trouble_coordinate", { last: model.zDim - 1, value: coordinate });
  for (const name of ["directions", "sefa"]) {
    const k = missing(view[name], model[name].length);
    if (k) refuse(`trouble_${name}`, { model: model.name, count: model[name].length, value: Number(k) + 1 });
  }
  if (view.mix && view.mix.stage >= model.plan.length) refuse("trouble_stage", { model: model.name, last: model.plan.length - 1, value: view.mix.stage });
  const classes = model.classes?.length ?? 0, last = model.plan.length - 1;
  if (view.c && view.c >= classes) refuse(classes ? "trouble_class" : "trouble_no_classes", { model: model.name, last: classes - 1, value: view.c });
  if (view.layers && !model.layered) refuse("trouble_not_layered", { model: model.name });
  if (view.layers && view.layers[1] > last) refuse("trouble_layers", { model: model.name, last, value: view.layers.join("-") });
  if (model.kind === "points" && (view.walk.length || view.mix)) refuse("trouble_points", { model: model.name });
}

// ---- views out of views ---------------------------------------------------------------------------------------

const tidy = (view) => ({ ...view, directions: moving(view.directions), sefa: moving(view.sefa) });
const moving = (values) => Object.fromEntries(Object.entries(values).filter(([, sigmas]) => sigmas !== 0));

// the number of a view's class in another model, 0 where that has none of this number
export const classIn = (model, { c }) => (c < model.classes.length ? c : 0);

export const sameView = (a, b) => viewQuery(a) === viewQuery(b);

export function placedView(view, x, y) {
  // the view at a place of the seed plane, counted from its own cell; beyond an edge lies the next cell
  const [right, down] = [round(x, FINE), round(y, FINE)], column = Math.floor(right), row = Math.floor(down);
  const away = view.seed + column + ROW * row;
  return { ...view, seed: ((away % SEEDS) + SEEDS) % SEEDS, x: cell(right - column), y: cell(down - row) };
}
