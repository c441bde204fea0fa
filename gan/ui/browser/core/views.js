// A view: everything that decides one picture, and its form in a link. Pure; its twin in Python is the core's View.
import { SEEDS } from "./draws.js";
import { ownWs, readOwn } from "./own_latents.js";
import { samplingOf } from "./sampling.js";
import { Trouble } from "./trouble.js";

/**
 * @typedef {object} View
 * @property {string} model its name
 * @property {number} seed
 * @property {number} x its place in the seed plane, across
 * @property {number} y its place in the seed plane, downwards
 * @property {number[]} walk steps to neighbours, 0..7 each
 * @property {number} psi truncation
 * @property {Record<string, number>} directions standard deviations along principal directions, by number from 0
 * @property {Record<string, number>} sefa the same along closed-form directions
 * @property {Record<string, number>} raw single numbers of z
 * @property {Mix | null} mix a second seed
 * @property {string} beside another model
 * @property {number} c class
 * @property {[number, number] | null} layers the first and the last that follow the directions
 * @property {string} own a latent of the visitor's own in the place of the seed's; "": none
 *
 * @typedef {object} Mix
 * @property {number} seed
 * @property {number} stage how many layers come before it takes part
 * @property {number} share of it, 0..1
 *
 * @typedef {Omit<View, "model" | "beside">} Key a view without its models, as a film has them
 * @typedef {Omit<View, "model"> & { model?: string }} FileView a view out of a file, which may name no model
 *
 * @typedef {readonly [low: number, high: number]} Bounds
 * @typedef {readonly string[] | null} Names those of the models that there are; null: a model may have any name
 */

export const STEPS = 200; // the longest walk
/** @type {Bounds} */
export const PSI = [0, 1.5];
/** @type {Bounds} */
export const SIGMAS = [-3, 3];
/** @type {Bounds} */
export const RAW = [-4, 4];
/** @type {Bounds} */
export const SHARE = [0, 1];
/** @type {Bounds} */
const PLACE = [0, 0.999];
const ROW = 100; // a row of the seed plane is a hundred seeds long
const FINE = 3, COARSE = 2; // decimals of places in the seed plane, and of all other numbers
const CLASSES = 999, LAYERS = 99; // the highest numbers of a class and of a layer
const LONG = 100; // characters of a model's name

/** @type {Readonly<Omit<View, "model">>} */
export const PLAIN_VIEW = Object.freeze({
  seed: 42,
  x: 0,
  y: 0,
  walk: [],
  psi: 1,
  directions: {},
  sefa: {},
  raw: {},
  mix: null,
  beside: "",
  c: 0,
  layers: null,
  own: "",
});
/** What has no meaning where a latent is the visitor's own. */
const SEEDLESS = Object.freeze({
  seed: PLAIN_VIEW.seed,
  x: PLAIN_VIEW.x,
  y: PLAIN_VIEW.y,
  walk: PLAIN_VIEW.walk,
  raw: PLAIN_VIEW.raw,
  c: PLAIN_VIEW.c,
});

/**
 * @param {string} key of the sentence
 * @param {Record<string, unknown>} [values]
 * @returns {never}
 */
function refuse(key, values) {
  throw new Trouble(key, values);
}

/**
 * Whether a value out of a file is an object with names.
 * @param {unknown} value
 * @returns {value is Record<string, unknown>}
 */
export const isRecord = (value) => typeof value === "object" && value !== null && !Array.isArray(value);

/**
 * What anybody may have put there, as text.
 * @param {unknown} value
 */
function text(value) {
  const plain = typeof value !== "object" && typeof value !== "function";
  return plain ? String(value) : JSON.stringify(value) ?? "?";
}

/** @param {unknown} value */
export const cut = (value) => text(value).slice(0, 40);

/**
 * As Python rounds: a true half goes to the even neighbour, and there is no minus nought.
 * @param {number} value
 */
export function round(value, decimals = COARSE) {
  const scale = 10 ** decimals, down = Math.floor(value * scale);
  // Only odd multiples of 1/8 (2 decimals) are halves in binary.
  const half = Math.abs(value * 2 ** (decimals + 1)) % 2 === 1;
  return (half ? (down + Math.abs(down % 2)) / scale : Number(value.toFixed(decimals))) + 0;
}

/** @param {number} value */
const cell = (value) => Math.min(round(value, FINE), PLACE[1]);

// ---- numbers of links and files -------------------------------------------------------------------------------

const DECIMAL = /^\s*[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d{1,3})?\s*$/i;

/**
 * @param {string} name
 * @param {unknown} value
 */
function decimal(name, value) {
  const given = typeof value === "number" ? String(value) : value;
  const fits = typeof given === "string" && DECIMAL.test(given) && Number.isFinite(Number(given));
  return fits ? Number(given) : refuse("trouble_number", { name, value: cut(value) });
}

/**
 * @param {string} name
 * @param {unknown} value
 * @param {Bounds} bounds
 */
export function within(name, value, [low, high], decimals = COARSE) {
  const number = decimal(name, value);
  if (number < low || number > high) refuse("trouble_range", { name, low, high, value: cut(number) });
  return round(number, decimals);
}

/**
 * @param {string} name
 * @param {unknown} value
 */
const place = (name, value) => within(name, value, PLACE, FINE);

/** @param {unknown} value */
export function readSeed(value) {
  const fits = /^\s*\d{1,10}\s*$/.test(text(value)) && Number(value) < SEEDS;
  return fits ? Number(value) : refuse("trouble_seed", { value: cut(value) });
}

/**
 * @param {string} name
 * @param {unknown} value
 * @param {number} most
 */
function count(name, value, most) {
  const fits = /^\d{1,4}$/.test(text(value)) && Number(value) <= most;
  return fits ? Number(value) : refuse("trouble_count", { name, value: cut(value), most });
}

/** @param {unknown} value a link's text or a file's list */
function steps(value) {
  const list = typeof value === "string" ? (value ? value.split("-") : []) : value;
  const fits = Array.isArray(list) && list.length <= STEPS && list.every((step) => /^[0-7]$/.test(text(step)));
  return fits ? list.map(Number) : refuse("trouble_walk", { value: cut(value), most: STEPS });
}

/**
 * The first and last layer of a link's text or a file's list; null: all of them.
 * @param {unknown} value
 * @returns {[number, number] | null}
 */
function range(value) {
  if (value == null) return null;
  const list = typeof value === "string" ? value.split("-") : value;
  if (Array.isArray(list) && list.length === 2 && list.every((one) => /^\d{1,2}$/.test(text(one)))) {
    const first = Number(list[0]), last = Number(list[1]);
    if (first <= last) return [first, last];
  }
  return refuse("trouble_layers_form", { value: cut(value), most: LAYERS });
}

/**
 * @param {unknown} name
 * @param {Names} names
 */
function known(name, names) {
  const fits = typeof name === "string" && name.length <= LONG && (!names || names.includes(name));
  return fits ? name : refuse("trouble_model", { name: cut(name), names: (names ?? []).join(", ") });
}

// ---- links ----------------------------------------------------------------------------------------------------

/**
 * The view that a link means, of the first model where it names none; unknown keys are no part of it.
 * @param {string | URLSearchParams} query
 * @param {readonly string[]} names
 * @returns {View}
 */
export function viewOfQuery(query, names) {
  /** @type {Record<string, string>} */
  const given = Object.fromEntries(typeof query === "string" ? new URLSearchParams(query) : query);
  /** @type {Record<"d" | "s" | "z", Record<string, number>>} */
  const moved = { d: {}, s: {}, z: {} };
  for (const [key, value] of Object.entries(given)) {
    const [, letter, digits] = /^([dsz])(\d{1,4})$/.exec(key) ?? [];
    if (letter === "z") moved.z[Number(digits)] = within(key, value, RAW);
    if (letter !== "d" && letter !== "s") continue;
    if (Number(digits) === 0) refuse("trouble_from_one", { key: letter });
    moved[letter][Number(digits) - 1] = within(key, value, SIGMAS);
  }
  return tidy({
    model: known(given.model ?? names[0], names),
    seed: readSeed(given.seed ?? PLAIN_VIEW.seed),
    x: place("x", given.x ?? 0),
    y: place("y", given.y ?? 0),
    walk: steps(given.walk ?? ""),
    psi: within("psi", given.psi ?? 1, PSI),
    directions: moved.d,
    sefa: moved.s,
    raw: moved.z,
    mix: given.mix == null ? null : {
      seed: readSeed(given.mix),
      stage: count("at", given.at ?? 0, LAYERS),
      share: within("share", given.share ?? 0.5, SHARE),
    },
    beside: given.beside ? known(given.beside, names) : "",
    c: count("c", given.c ?? 0, CLASSES),
    layers: range(given.layers),
    own: readOwn(given.own ?? ""),
  });
}

/**
 * @param {string} letter
 * @param {Record<string, number>} values by number
 * @param {number} first what the first of them is called in a link
 */
function numbered(letter, values, first) {
  const sorted = Object.entries(values).sort(([a], [b]) => Number(a) - Number(b));
  return sorted.map(([k, v]) => [`${letter}${Number(k) + first}`, v]);
}

/**
 * What is at its default is left out.
 * @param {View} view
 */
export function viewQuery(view) {
  const { mix } = view;
  const pairs = [
    ["tab", "explore"],
    ["model", view.model],
    view.own ? ["own", view.own] : ["seed", view.seed],
    ...(view.c ? [["c", view.c]] : []),
    ...(view.x ? [["x", view.x]] : []),
    ...(view.y ? [["y", view.y]] : []),
    ...(view.walk.length ? [["walk", view.walk.join("-")]] : []),
    ...(view.psi !== 1 ? [["psi", view.psi]] : []),
    ...numbered("d", view.directions, 1),
    ...numbered("s", view.sefa, 1),
    ...numbered("z", view.raw, 0),
    ...(view.layers ? [["layers", view.layers.join("-")]] : []),
    ...(mix ? [["mix", mix.seed], ["at", mix.stage], ["share", mix.share]] : []),
    ...(view.beside ? [["beside", view.beside]] : []),
  ];
  return new URLSearchParams(pairs.map((pair) => pair.map(String))).toString();
}

// ---- files ----------------------------------------------------------------------------------------------------

/**
 * A view out of a file or the browser's memory.
 * @param {unknown} object
 * @param {Names} names
 * @returns {FileView} with a model if the object names one
 */
export function checkedView(object, names) {
  if (!isRecord(object)) refuse("trouble_view");
  /** @type {Record<string, unknown>} */
  const given = { ...PLAIN_VIEW, ...object };
  const { mix } = given;
  if (mix !== null && typeof mix !== "object") refuse("trouble_view");
  return tidy({
    ...(given.model === undefined ? {} : { model: known(given.model, names) }),
    seed: readSeed(given.seed),
    x: place("x", given.x),
    y: place("y", given.y),
    walk: steps(given.walk),
    psi: within("psi", given.psi, PSI),
    directions: checkedNumbers("directions", given.directions, SIGMAS),
    sefa: checkedNumbers("sefa", given.sefa, SIGMAS),
    raw: checkedNumbers("raw", given.raw, RAW),
    mix: mix && checkedMix(/** @type {Record<string, unknown>} */ (mix)),
    beside: given.beside ? known(given.beside, names) : "",
    c: count("c", given.c, CLASSES),
    layers: range(given.layers),
    own: readOwn(given.own),
  });
}

/**
 * @param {string} name
 * @param {unknown} values
 * @param {Bounds} bounds
 * @returns {Record<string, number>}
 */
function checkedNumbers(name, values, bounds) {
  if (!isRecord(values)) refuse("trouble_view");
  const checked = Object.entries(values).map(([key, value]) => {
    return [count(name, key, 9999), within(`${name} ${key}`, value, bounds)];
  });
  return Object.fromEntries(checked);
}

/**
 * @param {Record<string, unknown>} mix
 * @returns {Mix}
 */
const checkedMix = ({ seed, stage, share }) => (
  { seed: readSeed(seed), stage: count("stage", stage, LAYERS), share: within("share", share, SHARE) }
);

/**
 * Throws where the model lacks what the view asks for.
 * @param {import("./model.js").Model} model
 * @param {View} view
 */
export function checkViewFits(model, view) {
  const missing = (/** @type {object} */ values, /** @type {number} */ most) => (
    Object.keys(values).find((key) => Number(key) >= most)
  );
  const coordinate = missing(view.raw, model.zDim);
  if (coordinate) refuse("trouble_coordinate", { last: model.zDim - 1, value: coordinate });
  for (const name of /** @type {const} */ (["directions", "sefa"])) {
    const k = missing(view[name], model[name].length);
    if (k) refuse(`trouble_${name}`, { model: model.name, count: model[name].length, value: Number(k) + 1 });
  }
  const last = model.plan.length - 1, classes = model.classes?.length ?? 0, sampling = samplingOf(model);
  if (view.mix && view.mix.stage > last) refuse("trouble_stage", { model: model.name, last, value: view.mix.stage });
  if (view.c && view.c >= classes) {
    refuse(classes ? "trouble_class" : "trouble_no_classes", { model: model.name, last: classes - 1, value: view.c });
  }
  if (view.layers && !model.layered) refuse("trouble_not_layered", { model: model.name });
  if (view.layers && view.layers[1] > last) {
    refuse("trouble_layers", { model: model.name, last, value: view.layers.join("-") });
  }
  if ((view.walk.length && !sampling.walks) || (view.mix && !sampling.mixes)) {
    refuse("trouble_points", { model: model.name });
  }
  if (view.own && sampling.shown > 1) refuse("trouble_own_points", { model: model.name });
  if (view.own) ownWs(model, view.own);
}

// ---- views out of views ---------------------------------------------------------------------------------------

/**
 * A view without what moves it by nothing, and without a seed where the latent is the visitor's own.
 * @template {Pick<View, "directions" | "sefa" | "own">} V
 * @param {V} view
 * @returns {V}
 */
const tidy = (view) => (
  { ...view, ...(view.own ? SEEDLESS : {}), directions: moving(view.directions), sefa: moving(view.sefa) }
);

/** @param {Record<string, number>} values */
const moving = (values) => Object.fromEntries(Object.entries(values).filter(([, sigmas]) => sigmas !== 0));

/**
 * The number of a view's class in another model, 0 where that has none of this number.
 * @param {Pick<import("./model.js").Model, "classes">} model
 * @param {Pick<View, "c">} view
 */
export const classIn = (model, { c }) => (c < model.classes.length ? c : 0);

/**
 * @param {View} a
 * @param {View} b
 */
export const sameView = (a, b) => viewQuery(a) === viewQuery(b);

/**
 * The view at a place of the seed plane, counted from its own cell; beyond an edge lies the next cell.
 * @param {View} view
 * @param {number} x
 * @param {number} y
 * @returns {View}
 */
export function placedView(view, x, y) {
  const right = round(x, FINE), down = round(y, FINE), column = Math.floor(right), row = Math.floor(down);
  const away = view.seed + column + ROW * row;
  return { ...view, seed: ((away % SEEDS) + SEEDS) % SEEDS, x: cell(right - column), y: cell(down - row) };
}
