// A film: what decides it, the link to it, and the checks of what comes from links and from files.
import { classLabel } from "./classes.js";
import { PATHS, SEEDS, TURNS } from "./latents.js";
import { Trouble } from "./trouble.js";
import { checkedView, classIn, cut, PLAIN_VIEW, round, viewOfQuery, viewQuery } from "./views.js";

/**
 * @typedef {import("./views.js").View} View
 * @typedef {object} Film
 * @property {string} model
 * @property {View[]} keys views without model
 * @property {string} path
 * @property {"z" | "w"} space
 * @property {string} turn
 * @property {number} frames of a segment
 * @property {"even" | "smooth"} ease
 * @property {"even" | "eye"} pace
 * @property {1 | 2 | 3 | 4} grid pictures along each side
 * @property {number} psi times each key's own
 * @property {number} fps
 * @property {boolean} training whether it goes through a run's snapshots
 */

export const CHOICES = {
  path: PATHS, space: ["z", "w"], turn: TURNS, ease: ["even", "smooth"], pace: ["even", "eye"], grid: [1, 2, 3, 4],
};
export const RANGES = { frames: [2, 240, 1], psi: [0, 1.5, 100], fps: [5, 60, 1] }; // low, high, steps in 1
export const PLAIN_FILM = Object.freeze({
  path: "slerp", space: "z", turn: "loop", frames: 24, ease: "even", pace: "even", grid: 1, psi: 1, fps: 24,
  training: false,
});
export const MIN_KEYS = 2, MAX_KEYS = 24;
const MAX_FRAMES = 2000;
const FIRST = [1, 7, 42, 5];
const MARK = "gan-atelier";
const DICE = 1e6;

export const filmTrouble = (key, values, words) => new Trouble(`trouble_${key}`, values, words);

// ---- keys -------------------------------------------------------------------------------------------------------

/** A checked view, without what belongs to the film. */
export function checkedKey(view, model, names) {
  if (typeof view !== "object" || view === null || Array.isArray(view)) throw filmTrouble("film");
  return own(checkedView({ ...view, model, beside: "" }, names));
}

const own = ({ model: _model, beside: _beside, ...rest }) => rest;

export const freshKey = (seed) => own({ ...PLAIN_VIEW, seed });

export const randomKey = () => freshKey(Math.floor(Math.random() * DICE));

// A key's own psi and the film's multiply, so that a bookmark looks as it did while the film's is 1.
const psiOf = (film, at) => Math.min(round(film.keys[at].psi * film.psi), RANGES.psi[1]);

export const viewOfKey = (film, at) => ({ ...film.keys[at], model: film.model, beside: "", psi: psiOf(film, at) });

/** Whether a key is a seed and no more; a class is no edit. */
export const isPlainKey = (key) => !textParts({ ...key, c: 0 }).length;

function textParts(key) {
  const query = new URLSearchParams(viewQuery({ ...PLAIN_VIEW, ...key, model: "", beside: "" }));
  return [...query].filter(([name]) => !["tab", "model", "seed", "beside"].includes(name));
}

// 7 or 7_psi:0.5_d1:1.5: the seed, then what a view's own link says besides
const keyText = (key) => [key.seed, ...textParts(key).map(([name, value]) => `${name}:${value}`)].join("_");

/** Keys that nobody gave a class get that of their seed's number, one after another. */
export function varied({ classes }, film) {
  if (!classes.length) return film;
  return { ...film, keys: film.keys.map((key) => ({ ...key, c: key.seed % classes.length })) };
}

/** The film of a model `before` in another: classes and layers that this one lacks are left out. */
export function fittedFilm(model, film, before) {
  const layers = (key) => (model.layered && key.layers?.[1] < model.plan.length ? key.layers : null);
  const keys = film.keys.map((key) => ({ ...key, c: classIn(model, key), layers: layers(key) }));
  return before.classes.length ? { ...film, keys } : varied(model, { ...film, keys });
}

function keyOfText(text, model, names) {
  const [seed, ...parts] = text.split("_");
  if (!/^\s*\d{1,10}\s*$/.test(seed) || parts.some((part) => !/^\w+:/.test(part))) {
    throw filmTrouble("key", { text: cut(text) });
  }
  const query = new URLSearchParams({ tab: "explore", model, seed: seed.trim() });
  for (const part of parts) query.set(...halves(part));
  return own(viewOfQuery(query, names));
}

const halves = (part) => [part.slice(0, part.indexOf(":")), part.slice(part.indexOf(":") + 1)];

/** The seeds that text such as 1,7,42 or 0-5 names. */
export function readSeeds(text) {
  const found = [];
  for (const part of text.split(",")) {
    const [, low, high = low] = /^\s*(\d{1,10})(?:\s*-\s*(\d{1,10}))?\s*$/.exec(part) ?? [];
    if (low === undefined || Number(low) > Number(high) || Number(high) >= SEEDS) {
      throw filmTrouble("seeds", { text: cut(text) });
    }
    if (found.length + Number(high) - Number(low) >= MAX_KEYS) throw keyTrouble();
    for (let seed = Number(low); seed <= Number(high); seed++) found.push(seed);
  }
  return found;
}

const keyTrouble = () => filmTrouble("keys", { low: MIN_KEYS, high: MAX_KEYS });

// ---- checks -----------------------------------------------------------------------------------------------------

function number(name, value) {
  const [low, high, steps] = RANGES[name];
  const given = typeof value === "string" && /^\s*\d{1,6}(\.\d{1,12})?\s*$/.test(value) ? Number(value) : value;
  if (typeof given !== "number" || !(given >= low && given <= high)) {
    throw filmTrouble("range", { low, high, value: cut(value) }, { name });
  }
  return Math.round(given * steps) / steps;
}

function choice(name, value) {
  const found = CHOICES[name].find((one) => one === value || (typeof value === "string" && String(one) === value));
  if (found === undefined) throw filmTrouble("choice", { value: cut(value) }, { name });
  return found;
}

/** A whole film out of an object of anybody's; what it leaves out is as at the start. */
export function checkedFilm(given, names) {
  if (typeof given !== "object" || given === null || !Array.isArray(given.keys)) throw filmTrouble("film");
  if (!names.includes(given.model)) throw filmTrouble("model", { name: cut(given.model) });
  if (given.keys.length < MIN_KEYS || given.keys.length > MAX_KEYS) throw keyTrouble();
  const film = { model: given.model, keys: given.keys.map((key) => checkedKey(key, given.model, names)) };
  for (const name of Object.keys(CHOICES)) film[name] = choice(name, given[name] ?? PLAIN_FILM[name]);
  for (const name of Object.keys(RANGES)) film[name] = number(name, given[name] ?? PLAIN_FILM[name]);
  film.training = given.training === true || given.training === "1";
  const mixes = film.keys.map(({ mix }) => mix).filter(Boolean);
  if (mixes.some(({ stage, share }) => stage !== mixes[0].stage || share !== mixes[0].share)) throw filmTrouble("mix");
  const count = filmLength(film);
  if (count > MAX_FRAMES) throw filmTrouble("frames", { high: MAX_FRAMES, count });
  return film;
}

// ---- length -----------------------------------------------------------------------------------------------------

/** A circle closes by itself. */
export const turnOf = (film) => (film.path === "circle" ? "loop" : film.turn);

export const segmentsOf = (film) => (turnOf(film) === "loop" ? film.keys.length : film.keys.length - 1);

const oneWay = (film) => segmentsOf(film) * film.frames + (turnOf(film) === "loop" ? 0 : 1);

export const filmLength = (film) => (turnOf(film) === "ping-pong" ? 2 * oneWay(film) - 2 : oneWay(film));

// ---- links, settings, names -------------------------------------------------------------------------------------

export function filmQuery(film) {
  const values = { tab: "interpolate", model: film.model, keys: film.keys.map(keyText).join(",") };
  for (const [name, plain] of Object.entries(PLAIN_FILM)) {
    if (film[name] !== plain) values[name] = film[name] === true ? "1" : film[name];
  }
  const text = new URLSearchParams(values).toString();
  return text.replaceAll("%2C", ",").replaceAll("%3A", ":"); // both may stand in a query
}

/** Whether a query says anything of a film. */
export function namesFilm(query) {
  const asked = ["model", "keys", "seeds", ...Object.keys(PLAIN_FILM)].some((name) => query.has(name));
  return query.get("tab") === "interpolate" && asked;
}

/** The film that a link means; links of before named seeds alone. */
export function filmOfQuery(text, names, first) {
  const asked = new URLSearchParams(text), model = asked.get("model") ?? first;
  if (!names.includes(model)) throw filmTrouble("model", { name: model.slice(0, 60) });
  const given = startFilm(model);
  if (asked.has("keys")) given.keys = asked.get("keys").split(",").map((one) => keyOfText(one, model, names));
  else if (asked.has("seeds")) given.keys = readSeeds(asked.get("seeds")).map(freshKey);
  for (const name of Object.keys(PLAIN_FILM)) if (asked.has(name)) given[name] = asked.get(name);
  return checkedFilm(given, names);
}

/** What a file carries: short, with nothing in a key that is at its default. */
export function filmSettings(film, sha256) {
  const plain = freshKey(0);
  const differs = ([name, value]) => name === "seed" || JSON.stringify(value) !== JSON.stringify(plain[name]);
  const keys = film.keys.map((key) => Object.fromEntries(Object.entries(key).filter(differs)));
  return { [MARK]: 1, film: { ...film, keys }, sha256 };
}

/** A key's number, and its class where there are any: short, and in words. */
export function keyTitle({ seed, c }, classes, say) {
  const own = classes[c], name = say("seed_n", { seed });
  if (own === undefined) return { text: String(seed), name };
  return { text: `${classLabel(own)} · ${seed}`, name: name + say("key_class", { name: own }) };
}

export const startFilm = (model) => ({ ...PLAIN_FILM, model, keys: FIRST.map(freshKey) });

export function filmName(film) {
  const seeds = film.keys.slice(0, 6).map(({ seed }) => seed);
  return [film.model, ...seeds].join("-") + (film.training ? "-training" : "");
}
