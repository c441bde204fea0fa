// A film: what decides it, the link to it, and the checks of what comes from links and from files.
import { classWord, seedsClass } from "./classes.js";
import { SEEDS } from "./draws.js";
import { PATHS, TURNS } from "./latents.js";
import { Trouble } from "./trouble.js";
import { checkedView, classIn, cut, isRecord, PLAIN_VIEW, round, viewOfQuery, viewQuery } from "./views.js";

/**
 * @typedef {import("./model.js").Model} Model
 * @typedef {import("./views.js").View} View
 * @typedef {import("./views.js").Key} Key
 *
 * @typedef {object} Film
 * @property {string} model
 * @property {Key[]} keys
 * @property {string} path one of PATHS
 * @property {"z" | "w"} space
 * @property {string} turn one of TURNS
 * @property {number} frames of a segment
 * @property {"even" | "smooth"} ease
 * @property {"even" | "eye"} pace
 * @property {1 | 2 | 3 | 4} grid pictures along each side
 * @property {number} psi times each key's own
 * @property {number} fps
 * @property {boolean} training whether it goes through a run's snapshots
 *
 * @typedef {Omit<Film, "model" | "keys">} Settings of a film
 * @typedef {readonly [low: number, high: number, steps: number]} Range and how many steps there are in 1
 */

/** @type {Record<string, readonly (string | number)[]>} */
export const CHOICES = {
  path: PATHS,
  space: ["z", "w"],
  turn: TURNS,
  ease: ["even", "smooth"],
  pace: ["even", "eye"],
  grid: [1, 2, 3, 4],
};
/** @type {Record<string, Range>} */
export const RANGES = { frames: [2, 240, 1], psi: [0, 1.5, 100], fps: [5, 60, 1] };
/** @type {Readonly<Settings>} */
export const PLAIN_FILM = Object.freeze({
  path: "slerp",
  space: "z",
  turn: "loop",
  frames: 24,
  ease: "even",
  pace: "even",
  grid: 1,
  psi: 1,
  fps: 24,
  training: false,
});
const SETTINGS = /** @type {(keyof Settings)[]} */ (Object.keys(PLAIN_FILM));
export const MIN_KEYS = 2, MAX_KEYS = 24;
const MAX_FRAMES = 2000;
const MAX_OWN = 40_000; // characters of all latents of the visitor's own, so that the link can be opened
const FIRST = [1, 7, 42, 5];
const MARK = "gan-atelier";
const DICE = 1e6;
const DIGITS = /^\d+$/;

/**
 * @param {string} key of the sentence, after "trouble_"
 * @param {Record<string, unknown>} [values]
 * @param {Record<string, string>} [words]
 */
export const filmTrouble = (key, values, words) => new Trouble(`trouble_${key}`, values, words);

// ---- keys -------------------------------------------------------------------------------------------------------

/**
 * A checked view, without what belongs to the film.
 * @param {unknown} view
 * @param {string} model
 * @param {import("./views.js").Names} names
 */
export function checkedKey(view, model, names) {
  if (!isRecord(view)) throw filmTrouble("film");
  return keyOf(checkedView({ ...view, model, beside: "" }, names));
}

/**
 * @param {Key & { model?: string, beside?: string }} view
 * @returns {Key}
 */
const keyOf = ({ model: _model, beside: _beside, ...rest }) => rest;

/** @param {number} seed */
export const freshKey = (seed) => keyOf({ ...PLAIN_VIEW, seed });

export const randomKey = () => freshKey(Math.floor(Math.random() * DICE));

/**
 * A key's own psi and the film's multiply, so that a bookmark looks as it did while the film's is 1.
 * @param {Film} film
 * @param {number} at the key's number
 */
const psiOf = (film, at) => Math.min(round(film.keys[at].psi * film.psi), RANGES.psi[1]);

/**
 * @param {Film} film
 * @param {number} at the key's number
 * @returns {View}
 */
export const viewOfKey = (film, at) => ({ ...film.keys[at], model: film.model, beside: "", psi: psiOf(film, at) });

/**
 * Whether a key is a seed, or a latent of the visitor's own, and no more; a class is no edit.
 * @param {Key} key
 */
export const isPlainKey = (key) => !textParts({ ...key, c: 0, own: "" }).length;

/**
 * Whether a film passes through a latent of the visitor's own.
 * @param {Pick<Film, "keys">} film
 */
export const hasOwn = ({ keys }) => keys.some(({ own }) => Boolean(own));

/**
 * In what a film travels: a latent of the visitor's own has no z.
 * @param {Pick<Film, "keys" | "space">} film
 */
export const spaceOf = (film) => (hasOwn(film) ? "w" : film.space);

/**
 * What a view's own link says of a key besides its seed.
 * @param {Key} key
 */
function textParts(key) {
  const query = new URLSearchParams(viewQuery({ ...PLAIN_VIEW, ...key, model: "", beside: "" }));
  return [...query].filter(([name]) => !["tab", "model", "seed", "beside"].includes(name));
}

/**
 * 7 or 7_psi:0.5_d1:1.5: the seed, then what a view's own link says besides; of a latent of the visitor's own own:AB.C,
 * with points for its underscores.
 * @param {Key} key
 */
function keyText(key) {
  const parts = textParts(key).map(([name, value]) => `${name}:${name === "own" ? value.replaceAll("_", ".") : value}`);
  return (key.own ? parts : [key.seed, ...parts]).join("_");
}

/**
 * Keys that nobody gave a class get that of their seed's number, one after another.
 * @param {Pick<Model, "classes">} model
 * @param {Film} film
 * @returns {Film}
 */
export function varied({ classes }, film) {
  if (!classes.length) return film;
  const classed = (/** @type {Key} */ key) => (key.own ? key : { ...key, c: seedsClass({ classes }, key) });
  return { ...film, keys: film.keys.map(classed) };
}

/**
 * The film of a model `before` in another: classes and layers that this one lacks are left out, and a psi that was not
 * moved becomes the one that this one is shown with first.
 * @param {Model} model
 * @param {Film} film
 * @param {Pick<Model, "classes" | "psi">} before
 * @returns {Film}
 */
export function fittedFilm(model, film, before) {
  const fits = (/** @type {Key} */ { layers }) => model.layered && layers && layers[1] < model.plan.length;
  const keys = film.keys.map((key) => ({ ...key, c: classIn(model, key), layers: fits(key) ? key.layers : null }));
  const next = { ...film, keys, psi: film.psi === before.psi ? model.psi : film.psi };
  return before.classes.length ? next : varied(model, next);
}

/**
 * @param {string} text
 * @param {string} model
 * @param {readonly string[]} names
 */
function keyOfText(text, model, names) {
  const [first, ...more] = text.split("_"), own = /^own:./.test(first);
  const parts = own ? [first.replaceAll(".", "_"), ...more] : more;
  if ((!own && !/^\s*\d{1,10}\s*$/.test(first)) || parts.some((part) => !/^\w+:/.test(part))) {
    throw filmTrouble("key", { text: cut(text) });
  }
  const query = new URLSearchParams({ tab: "explore", model, ...(own ? {} : { seed: first.trim() }) });
  for (const part of parts) query.set(...halves(part));
  return keyOf(viewOfQuery(query, names));
}

/**
 * @param {string} part name:value
 * @returns {[name: string, value: string]}
 */
const halves = (part) => [part.slice(0, part.indexOf(":")), part.slice(part.indexOf(":") + 1)];

/**
 * The seeds that text such as 1,7,42 or 0-5 names.
 * @param {string} text
 */
export function readSeeds(text) {
  /** @type {number[]} */
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

/**
 * @param {string} name of RANGES
 * @param {unknown} value
 */
function number(name, value) {
  const [low, high, steps] = RANGES[name];
  const given = typeof value === "string" && /^\s*\d{1,6}(\.\d{1,12})?\s*$/.test(value) ? Number(value) : value;
  if (typeof given !== "number" || !(given >= low && given <= high)) {
    throw filmTrouble("range", { low, high, value: cut(value) }, { name });
  }
  return Math.round(given * steps) / steps;
}

/**
 * @param {string} name of CHOICES
 * @param {unknown} value
 */
function choice(name, value) {
  const found = CHOICES[name].find((one) => one === value || (typeof value === "string" && String(one) === value));
  if (found === undefined) throw filmTrouble("choice", { value: cut(value) }, { name });
  return found;
}

/**
 * A whole film out of an object of anybody's; what it leaves out is as at the start.
 * @param {unknown} given
 * @param {readonly string[]} names of models
 */
export function checkedFilm(given, names) {
  if (!isRecord(given) || !Array.isArray(given.keys)) throw filmTrouble("film");
  const { model, keys } = given;
  if (typeof model !== "string" || !names.includes(model)) throw filmTrouble("model", { name: cut(model) });
  if (keys.length < MIN_KEYS || keys.length > MAX_KEYS) throw keyTrouble();
  const film = { model, keys: keys.map((key) => checkedKey(key, model, names)), ...checkedSettings(given) };
  const mixes = film.keys.flatMap(({ mix }) => mix ?? []);
  if (mixes.some(({ stage, share }) => stage !== mixes[0].stage || share !== mixes[0].share)) throw filmTrouble("mix");
  if (film.training && hasOwn(film)) throw filmTrouble("own_training");
  if (film.keys.reduce((sum, { own }) => sum + own.length, 0) > MAX_OWN) throw filmTrouble("own_many");
  const count = filmLength(film);
  if (count > MAX_FRAMES) throw filmTrouble("frames", { high: MAX_FRAMES, count });
  return film;
}

/**
 * @param {Record<string, unknown>} given
 * @returns {Settings}
 */
function checkedSettings(given) {
  /** @type {Record<string, unknown>} */
  const plain = PLAIN_FILM;
  const read = (
    /** @type {string} */ name,
    /** @type {(name: string, value: unknown) => string | number} */ check,
  ) => [name, check(name, given[name] ?? plain[name])];
  const chosen = Object.keys(CHOICES).map((name) => read(name, choice));
  const counted = Object.keys(RANGES).map((name) => read(name, number));
  return Object.fromEntries([...chosen, ...counted, ["training", given.training === true || given.training === "1"]]);
}

// ---- length -----------------------------------------------------------------------------------------------------

/**
 * A circle closes by itself.
 * @param {Pick<Film, "path" | "turn">} film
 */
export const turnOf = (film) => (film.path === "circle" ? "loop" : film.turn);

/** @param {Film} film */
export const segmentsOf = (film) => (turnOf(film) === "loop" ? film.keys.length : film.keys.length - 1);

/** @param {Film} film */
const oneWay = (film) => segmentsOf(film) * film.frames + (turnOf(film) === "loop" ? 0 : 1);

/** @param {Film} film */
export const filmLength = (film) => (turnOf(film) === "ping-pong" ? 2 * oneWay(film) - 2 : oneWay(film));

// ---- links, settings, names -------------------------------------------------------------------------------------

/** @param {Film} film */
export function filmQuery(film) {
  /** @type {Record<string, string>} */
  const values = { tab: "interpolate", model: film.model, keys: film.keys.map(keyText).join(",") };
  for (const name of SETTINGS) {
    if (film[name] !== PLAIN_FILM[name]) values[name] = film[name] === true ? "1" : String(film[name]);
  }
  const text = new URLSearchParams(values).toString();
  return text.replaceAll("%2C", ",").replaceAll("%3A", ":"); // both may stand in a query
}

/**
 * Whether a query says anything of a film.
 * @param {URLSearchParams} query
 */
export function namesFilm(query) {
  const asked = ["model", "keys", "seeds", ...SETTINGS].some((name) => query.has(name));
  return query.get("tab") === "interpolate" && asked;
}

/**
 * The film that a link means; links of before named seeds alone.
 * @param {string | URLSearchParams} text
 * @param {readonly string[]} names of models
 * @param {string} first the model's where the link names none
 */
export function filmOfQuery(text, names, first) {
  const asked = new URLSearchParams(text), model = asked.get("model") ?? first;
  if (!names.includes(model)) throw filmTrouble("model", { name: model.slice(0, 60) });
  const keys = asked.get("keys"), seeds = asked.get("seeds");
  /** @type {Record<string, unknown>} */
  const given = startFilm(model);
  if (keys !== null) given.keys = keys.split(",").map((one) => keyOfText(one, model, names));
  else if (seeds !== null) given.keys = readSeeds(seeds).map(freshKey);
  for (const name of SETTINGS) if (asked.has(name)) given[name] = asked.get(name);
  return checkedFilm(given, names);
}

/**
 * What a file carries: short, with nothing in a key that is at its default.
 * @param {Film} film
 * @param {string} sha256 of the model's weights
 */
export function filmSettings(film, sha256) {
  /** @type {Record<string, unknown>} */
  const plain = freshKey(0);
  const written = (/** @type {Key} */ key) => {
    const differs = (/** @type {[string, unknown]} */ [name, value]) => (
      name === "seed" ? !key.own : JSON.stringify(value) !== JSON.stringify(plain[name])
    );
    return Object.fromEntries(Object.entries(key).filter(differs));
  };
  const keys = film.keys.map(written);
  return { [MARK]: 1, film: { ...film, keys }, sha256 };
}

/**
 * A key's seed, and its class where there are any, or that it is the visitor's own: short, on two lines, and in words.
 * @param {Pick<Key, "seed" | "c" | "own">} key
 * @param {string[]} classes
 * @param {import("./words.js").Say} say
 */
export function keyTitle({ seed, c, own }, classes, say) {
  if (own) return { text: say("own_short"), name: say("own_one") };
  const word = classes[c], name = say("seed_n", { seed });
  if (word === undefined) return { text: name, name };
  const called = classWord(word, say); // a class by its name needs no more room for the word
  const text = say(DIGITS.test(called) ? "key_short" : "key_named", { name: called, seed });
  return { text, name: name + say("key_class", { name: say.named(word) }) };
}

/**
 * @param {string} model
 * @returns {Film}
 */
export const startFilm = (model) => ({ ...PLAIN_FILM, model, keys: FIRST.map(freshKey) });

/** @param {Film} film */
export function filmName(film) {
  const seeds = film.keys.slice(0, 6).map(({ seed, own }) => own ? "own" : seed);
  return [film.model, ...seeds].join("-") + (film.training ? "-training" : "");
}
