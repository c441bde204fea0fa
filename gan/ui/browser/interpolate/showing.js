// A film becomes the one that is shown: checked, kept for the way back, drawn as far as it differs from the one before.

import {
  checkedFilm,
  filmQuery,
  filmTrouble,
  fittedFilm,
  freshKey,
  isPlainKey,
  keyTitle,
  randomKey,
  RANGES,
  spaceOf,
} from "../core/film.js";
import { checkFilmFits } from "../core/film_path.js";
import { lineOf } from "../core/media.js";
import { sentence } from "../core/trouble.js";
import { showInAddress } from "../page/address_bar.js";
import { fillFrame, put } from "../page/elements.js";
import { engine } from "../page/engine.js";
import { note } from "../page/notes.js";
import { makeReel } from "./frames.js";
import { entryOf, fits, frameOf, namesOf, tellTrouble } from "./tab.js";
import { drawnReel, isKept, keptReel, runInWords } from "./training.js";

/** @typedef {import("./tab.js").FilmTab} FilmTab */

// ---- what of a film is seen -------------------------------------------------------------------------------------

const isEdited = ({ keys }) => keys.some((key) => !isPlainKey(key));

/** What its frames depend on. */
const looks = (film) => JSON.stringify({ ...film, fps: undefined });

/** The keys as their pictures show them: a training is drawn of seeds. */
const shownKeys = (film) => (film.training ? film.keys.map(({ seed, c }) => ({ ...freshKey(seed), c })) : film.keys);

/** What the pictures of its keys depend on. */
const pictures = (film) => JSON.stringify([film.model, shownKeys(film), film.psi, spaceOf(film)]);

// ---- another film -----------------------------------------------------------------------------------------------

/**
 * Changes the film; where it cannot be, a sentence says why, and everything stays.
 * @param {FilmTab} tab
 * @param {object} patch the film's settings that change
 * @param {number} [chosen] the key that one works on
 * @returns {boolean} whether it can be
 */
export function change(tab, patch, chosen) {
  const [only, more] = Object.keys(patch), how = only in RANGES && !more ? only : "";
  // for a model without a film of its training
  const leaves = tab.film.training && "model" in patch && !entryOf(tab, patch.model)?.history;
  try {
    const still = leaves ? { training: false, ...tab.controls.usual(false) } : {};
    const next = checkedFilm({ ...tab.film, ...patch, ...still }, namesOf(tab));
    if (next.model === tab.film.model) checkFilmFits(tab.model, next);
    take(tab, next, chosen, how, "model" in patch).catch((error) => refuse(tab, error));
    if (leaves) note(tab.say("training_left", { model: next.model }));
    return true;
  } catch (error) {
    tellTrouble(tab, error);
    return false;
  }
}

/** Says why a film cannot be; the controls show the one that is. @param {FilmTab} tab */
export function refuse(tab, error) {
  tellTrouble(tab, error);
  if (tab.film) tab.controls.set(tab.film, entryOf(tab));
}

/**
 * Pictures of another model take the film with them; of keys that it cannot draw, the seeds stay, and a latent of the
 * visitor's own becomes a seed by chance.
 * @param {FilmTab} tab
 */
export async function adopt(tab, name, list) {
  const model = await engine.model(name), { film } = tab;
  const own = fittedFilm(model, film, tab.model).keys, lost = own.filter((key) => !fits(model, key));
  const seeded = (key) => ({ ...(key.own ? randomKey() : freshKey(key.seed)), c: key.c });
  const kept = own.map((key) => (lost.includes(key) ? seeded(key) : key));
  const taken = change(tab, { model: name, keys: [...kept, ...list] }, kept.length + list.length - 1);
  const word = lost.some((key) => key.own) ? "adopted_own" : lost.length ? "adopted_seeds" : "adopted";
  if (taken) note(tab.say(word, { model: name }));
}

/**
 * A checked film becomes the one that is shown, unless another is asked for meanwhile.
 * @param {FilmTab} tab
 * @param {any} asked
 * @param {number} [chosen] the key that one works on
 * @param {string} [how] what it is to undo, see undo.js
 * @param {boolean} [fitting] whether to leave out classes and layers that its model lacks
 */
export async function take(tab, asked, chosen, how, fitting = false) {
  const turn = ++tab.turn, model = await engine.model(asked.model);
  if (turn !== tab.turn) return;
  const next = fitting ? fittedFilm(model, asked, tab.model) : asked;
  checkFilmFits(model, next);
  if (next.training && !entryOf(tab, next.model).history) throw filmTrouble("training", { name: next.model });
  const before = tab.film;
  Object.assign(tab, { film: next, model, chosen: chosen ?? null });
  tab.steps.keep(next, how);
  if (before && JSON.stringify(before) !== JSON.stringify(next)) tab.save.clear();
  showSettings(tab, before, chosen);
  if (!before || pictures(before) !== pictures(next)) {
    drawStills(tab, { ...next, keys: shownKeys(next) }, (reel) => tab.keys.paint(reel), "film-keys");
  }
  if (before && tab.reel && looks(before) === looks(next)) {
    tab.reel.film = next;
    tab.player.retell();
    if (tab.reel.ready === tab.reel.length) offerWay(tab); // at another pace
  } else await draw(tab);
}

/** All but the pictures: controls, key frames, the address. @param {FilmTab} tab */
function showSettings(tab, before, chosen) {
  const { film, canvas, model, section, say } = tab;
  if (before?.model !== film.model) {
    say.speakOf(model.kind);
    fillFrame(section, say);
  }
  tab.controls.set(film, entryOf(tab));
  tab.keys.set(film, chosen, model.classes);
  if (before?.model !== film.model) tab.picks.refresh();
  showMedium(tab);
  const kept = isKept(entryOf(tab));
  tab.find(".film-seeds").hidden = !film.training || kept || !isEdited(film);
  tab.section.classList.toggle("film-through", film.training);
  tab.section.classList.toggle("film-kept", film.training && kept);
  canvas.dataset.query = filmQuery(film);
  showInAddress("interpolate", canvas.dataset.query);
  canvas.setAttribute("aria-label", altOf(tab));
}

/** The film in words. @param {FilmTab} tab */
function altOf({ film, say, section }) {
  if (section.classList.contains("film-kept")) return say("alt_kept", { model: film.model });
  return say("alt", { seeds: film.keys.map((key) => (key.own ? keyTitle(key, [], say).name : key.seed)).join(", ") });
}

/**
 * What its medium adds to the picture: a grid, and a training that the host draws, are pictures alone.
 * @param {FilmTab} tab
 */
function showMedium(tab) {
  const { section, hero, model, film, save, find, say } = tab, drawn = film.training && !isKept(entryOf(tab));
  section.dataset.kind = model.kind;
  hero.open(model);
  const alone = drawn || film.grid > 1;
  save.offer(alone ? [] : hero.files(model).filter(({ many }) => many), model);
  find(".film-media").hidden = alone || !hero.has(model);
  find(".film-plain").hidden = !alone || !hero.has(model);
  put(find(".film-plain"), say(drawn ? "training_seen" : "grid_seen"));
}

/** A frame at rest in words, for who does not see it. @param {FilmTab} tab */
export function tellSample(tab, sample) {
  const { canvas, model, say } = tab, said = lineOf(say, model, sample);
  if (said) canvas.setAttribute("aria-label", say("alt_sample", { said, film: altOf(tab) }));
}

// ---- its pictures -----------------------------------------------------------------------------------------------

/** Makes the film's reel and shows it as its frames come. @param {FilmTab} tab */
async function draw(tab) {
  const { section, film, model } = tab;
  section.dataset.ready = "";
  tab.hero.film(null);
  const own = (tab.making = {}), alive = () => own === tab.making;
  const showLive = (reel) => {
    if (alive()) showReel(tab, reel);
  };
  const place = tab.reel ? tab.player.frame / tab.reel.length : 0;
  const making = film.training ? trainingReel(tab, film) : makeReel(model, film, alive, showLive, { place });
  tab.whole = making;
  try {
    const reel = await making;
    if (!reel || !alive()) return;
    reel.film = tab.film;
    showReel(tab, reel);
    offerWay(tab);
  } catch (error) {
    // It stays where a note would go, for the canvas is blank.
    if (alive()) put(tab.find(".film-caption"), `⚠ ${sentence(error, tab.say)}`);
    throw error;
  }
  section.dataset.ready = "yes";
  section.dataset.engine = await engine.how;
  tab.find(".film-server").hidden = section.dataset.engine !== "server";
}

/** A reel, or more frames of it, to the player; who works on a key sees it. @param {FilmTab} tab */
function showReel(tab, reel) {
  const other = reel !== tab.reel;
  tab.reel = reel;
  const at = frameOf(tab, tab.chosen);
  tab.player.show(reel);
  put(tab.find(".film-run"), runInWords(tab));
  if (other && at !== undefined && !tab.player.playing) tab.player.go(at);
  tab.chosen = other ? null : tab.chosen;
}

/** The film as one to be heard, where its medium can be. @param {FilmTab} tab */
export function offerWay({ hero, player, model, reel, film }) {
  if (!reel.samples) return;
  const samples = Array.from({ length: reel.length }, (_, frame) => reel.samples[reel.index(frame)]);
  hero.film({ model, samples, fps: film.fps, look: player.look });
}

/**
 * A film through a model's training. Where there is none after all, the tab goes back to the film from key to key
 * before the error is thrown: there is always a film.
 * @param {FilmTab} tab
 */
async function trainingReel(tab, film) {
  const kept = isKept(entryOf(tab));
  put(tab.find(".film-caption"), tab.say(kept ? "training_opens" : "training_wait"));
  return await (kept ? keptReel : drawnReel)(tab.model, film).catch(async (error) => {
    if (tab.film === film) {
      await take(tab, { ...film, training: false, ...tab.controls.usual(false) }, undefined, "instead");
    }
    throw error;
  });
}

/**
 * The pictures of a film's keys, a frame each; those of the same task that are still being made are overtaken.
 * @param {FilmTab} tab
 * @param {any} film
 * @param {(reel: any) => void} paint told as they come
 * @param {string} task
 */
export async function drawStills(tab, film, paint, task) {
  // Of samples that move by themselves the beginning is shown.
  const still = { ...film, path: "lerp", turn: "loop", frames: 1, ease: "even", pace: "even", grid: 1, fps: Infinity };
  const own = (tab.stills[task] = {}), alive = () => own === tab.stills[task];
  try {
    await makeReel(await engine.model(film.model), still, alive, paint, { task });
  } catch (error) {
    tellTrouble(tab, error);
  }
}
