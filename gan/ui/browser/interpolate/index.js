// The Interpolate tab: a film through key frames, made in the page as its settings change, played at once, taken home.

import { checkedFilm, filmQuery, viewOfKey } from "../core/film.js";
import { viewQuery } from "../core/views.js";
import { sayer } from "../core/words.js";
import { fillFrame } from "../page/elements.js";
import { engine } from "../page/engine.js";
import { HANDED_OVER } from "../page/key_frames.js";
import { pageLanguage } from "../page/language.js";
import { copyLink, ownAddress, pageAddress } from "../page/links.js";
import { note } from "../page/notes.js";
import { smoothSwitch } from "../page/smooth.js";
import { arrive, lookAgain, meet, offer } from "./arriving.js";
import { buildControls } from "./controls.js";
import { paintFrame } from "./frames.js";
import { buildKeys } from "./keys.js";
import { buildPicks } from "./picks.js";
import { buildPlayer } from "./player.js";
import { buildSave } from "./save.js";
import { adopt, change, drawStills, refuse, take, tellSample } from "./showing.js";
import { fits, frameOf, isVisible, namesOf, newTab, tellTrouble } from "./tab.js";
import { gridOf } from "./training.js";
import { buildUndo } from "./undo.js";

/** @typedef {import("./tab.js").FilmTab} FilmTab */

/**
 * Puts the tab's frame to work.
 * @param {HTMLElement} element the component's
 * @param {{ words: Record<string, Record<string, string>> }} props by language, then by key
 */
export function mount(element, props) {
  const section = element.querySelector(".film-view");
  const tab = newTab(section, sayer(props.words, pageLanguage()));
  const { find, say } = tab;
  tab.keys = buildKeys(find(".film-keys"), say, toldByKeys(tab));
  tab.picks = buildPicks(find(".film-picks"), say, toldByPicks(tab));
  tab.steps = buildUndo({ undo: find("#film-undo"), redo: find("#film-redo") }, {
    active: () => isVisible(tab) && tab.film !== null,
    show: (film, how) => take(tab, film, undefined, how).catch((error) => refuse(tab, error)),
  });
  tab.controls = buildControls(find(".film-controls"), say, {
    change: (patch) => change(tab, patch),
    grid: () => gridOf(tab.model),
  });
  tab.player = buildPlayer(placesOfPlayer(tab), say, toldByPlayer(tab));
  tab.save = buildSave(find(".film-save"), say, toldBySave(tab));
  fillFrame(section, say);
  smoothSwitch(find("#film-smooth"));
  for (const id of ["#film-undo", "#film-redo"]) find(id).title = find(id).getAttribute("aria-label");
  find("#film-seed").placeholder = "3,9,20-22";
  acceptFiles(tab);
  watch(tab);
}

// ---- what the parts of the page tell ----------------------------------------------------------------------------

/** @param {FilmTab} tab */
function toldByKeys(tab) {
  return {
    keys: (list, chosen) => change(tab, { keys: list }, chosen),
    choose(k) {
      const frame = frameOf(tab, k);
      if (frame !== undefined) tab.player.go(frame);
    },
    explore(k) {
      const address = ownAddress(viewQuery(viewOfKey(tab.film, k)));
      if (!window.open(address, "_blank")) location.assign(address); // a frame may open no window
    },
  };
}

/** @param {FilmTab} tab */
function toldByPicks(tab) {
  return {
    names: () => namesOf(tab),
    film: () => tab.film,
    classes: (name) => (tab.model?.name === name ? tab.model.classes : []),
    add(model, list) {
      const { keys } = tab.film;
      if (model === tab.film.model) change(tab, { keys: [...keys, ...list] }, keys.length + list.length - 1);
      else adopt(tab, model, list).catch((error) => tellTrouble(tab, error));
    },
    async paint(shelf, name, places, list) {
      const model = await engine.model(name).catch(() => null);
      const fitting = list.flatMap((key, i) => (model && fits(model, key) ? [{ key, place: places[i] }] : []));
      if (!fitting.length) return;
      const paint = (reel) => fitting.forEach(({ place }, i) => paintFrame(place, reel, i));
      drawStills(tab, { ...tab.film, model: name, keys: fitting.map(({ key }) => key) }, paint, `film-${shelf}`);
    },
  };
}

/** @param {FilmTab} tab */
function placesOfPlayer({ canvas, find }) {
  return {
    canvas,
    scrub: find("#film-scrub"),
    play: find("#film-play"),
    time: find(".film-clock"),
    caption: find(".film-caption"),
    strip: find(".film-strip"),
  };
}

/** @param {FilmTab} tab */
function toldByPlayer(tab) {
  return {
    visible: () => isVisible(tab),
    classes: () => tab.model.classes,
    shown(frame, moving) {
      const { model, reel } = tab, sample = samplesOf(tab)?.[reel.index(frame)];
      if (sample) tab.hero.show(model, sample, moving);
      if (sample && !moving) tellSample(tab, sample);
    },
    begun(frame) {
      const { model, reel, film } = tab, all = samplesOf(tab);
      if (!all) return;
      const samples = Array.from({ length: reel.length - frame }, (_, i) => all[reel.index(frame + i)]);
      tab.hero.sequence(model, samples, film.fps);
    },
    stopped: () => tab.hero.stop(),
    moved(frame) {
      const key = tab.reel?.keys.get(tab.reel.index(frame));
      if (key !== undefined) tab.keys.mark(key);
    },
  };
}

/** The samples of the reel that plays; none while it is still another model's. @param {FilmTab} tab */
const samplesOf = ({ model, reel }) => (reel?.film.model === model.name ? reel.samples : null);

/** @param {FilmTab} tab */
function toldBySave(tab) {
  return {
    whole: () => wholeFilm(tab),
    link: () => copyLink(pageAddress(filmQuery(tab.film))),
    async open(found) {
      const { model } = found.film ?? {};
      if (typeof model === "string" && !namesOf(tab).includes(model)) await offer(tab, [model]);
      await take(tab, checkedFilm(found.film, namesOf(tab)), 0);
      const other = found.sha256 && found.sha256 !== tab.model.sha256;
      note(tab.say(other ? "opened_other" : "opened", { model: tab.film.model }));
    },
  };
}

/**
 * What is saved: the film with all its frames, once they are there.
 * @param {FilmTab} tab
 */
async function wholeFilm(tab) {
  while (true) {
    const asked = tab.whole, made = await asked;
    if (asked !== tab.whole) continue; // meanwhile it became another film
    if (!made) throw new Error(tab.say("trouble_whole"));
    return { reel: tab.reel, film: tab.film, sha256: tab.model.sha256 };
  }
}

// ---- what the page tells ----------------------------------------------------------------------------------------

/** A film's file may be dropped on the tab. @param {FilmTab} tab */
function acceptFiles({ section, save }) {
  section.addEventListener("dragover", (event) => {
    if (![...event.dataTransfer.types].includes("Files")) return;
    event.preventDefault();
    section.classList.add("film-drop");
  });
  section.addEventListener("dragleave", (event) => {
    if (!section.contains(event.relatedTarget)) section.classList.remove("film-drop");
  });
  section.addEventListener("drop", (event) => {
    section.classList.remove("film-drop");
    if (!event.dataTransfer.files.length) return;
    event.preventDefault();
    save.open(event.dataTransfer.files[0]);
  });
}

/** Nothing is made, and nothing moves, before the tab is looked at. @param {FilmTab} tab */
function watch(tab) {
  new ResizeObserver(([{ contentRect }]) => {
    tab.displayed = contentRect.width > 0;
    if (!tab.displayed) return;
    tab.opened ??= arrive(tab);
    tab.opened.then(() => lookAgain(tab)).catch((error) => tellTrouble(tab, error));
    tab.player.run();
  }).observe(tab.section);
  for (const name of ["storage", HANDED_OVER]) {
    window.addEventListener(name, () => {
      if (tab.displayed && tab.film) meet(tab);
    });
  }
}
