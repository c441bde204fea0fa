// What the Interpolate tab knows: one object that its functions hand around, and what is read off it.

import { sentence } from "../core/trouble.js";
import { checkViewFits } from "../core/views.js";
import { HEROES } from "../media/index.js";
import { heroPlace } from "../media/place.js";
import { note } from "../page/notes.js";

/**
 * The tab at work. `film`, `model`, `reel` and `whole` are null until the first film is shown.
 * @typedef {object} FilmTab
 * @property {HTMLElement} section the tab's frame
 * @property {(selector: string) => any} find an element of the frame
 * @property {import("../core/words.js").Say} say
 * @property {HTMLCanvasElement} canvas where the film plays
 * @property {any} film the one that is shown
 * @property {any} model the film's, as the engine gives it
 * @property {any} reel the film's frames, as far as they are there; see frames.js
 * @property {{ name: string, kind?: string, history?: string, label?: string }[]} entries the models that are offered;
 *   `history` is "snapshots" or "film" where there is a film of the training, else ""
 * @property {number} turn counts the films that were asked for, so that an overtaken one gives up
 * @property {object | null} making stands for the reel that is being made; another one where that was overtaken
 * @property {Promise<any> | null} whole the reel once it is whole; of null where it was overtaken
 * @property {number | null} chosen the key that one works on, until its frame is shown
 * @property {Record<string, object>} stills by task, what stands for the pictures of keys that are being made
 * @property {Set<string>} guests models that the host was asked for by name
 * @property {boolean} displayed whether the tab is the one that is laid out
 * @property {Promise<void> | null} opened the arrival, from the first look at the tab on
 * @property {string} untouched the film that nobody chose, as JSON
 * @property {any} keys keys.js; like the others below, a part of the page
 * @property {any} picks picks.js
 * @property {any} steps undo.js
 * @property {any} controls controls.js
 * @property {any} player player.js
 * @property {any} save save.js
 * @property {import("../media/place.js").HeroPlace} hero what stands beside the picture, by its medium
 */

/**
 * A tab that nothing was done to; its parts are still to come.
 * @param {HTMLElement} section
 * @param {import("../core/words.js").Say} say
 * @returns {FilmTab}
 */
export function newTab(section, say) {
  const find = (selector) => section.querySelector(selector);
  return {
    section,
    find,
    say,
    canvas: find("canvas[data-testid]"),
    film: null,
    model: null,
    reel: null,
    entries: [],
    turn: 0,
    making: null,
    whole: null,
    chosen: null,
    stills: {},
    guests: new Set(),
    displayed: false,
    opened: null,
    untouched: "",
    keys: null,
    picks: null,
    steps: null,
    controls: null,
    player: null,
    save: null,
    hero: heroPlace(find(".film-media"), say, HEROES),
  };
}

/** The names of the models that are offered. @param {FilmTab} tab */
export const namesOf = (tab) => tab.entries.map(({ name }) => name);

/** What the host says of a model, of the film's by default. @param {FilmTab} tab */
export const entryOf = (tab, model = tab.film.model) => tab.entries.find(({ name }) => name === model);

/** The frame of a key, if the reel has one. @param {FilmTab} tab @param {number | null} k */
export const frameOf = (tab, k) => [...(tab.reel?.keys ?? [])].find(([, key]) => key === k)?.[0];

/** @param {FilmTab} tab */
export const isVisible = (tab) => tab.displayed && document.visibilityState === "visible";

/** Says what went wrong. @param {FilmTab} tab */
export const tellTrouble = (tab, error) => note(sentence(error, tab.say), true);

/** Whether a model can draw a key. */
export function fits(model, key) {
  try {
    checkViewFits(model, { ...key, model: model.name });
    return true;
  } catch {
    return false;
  }
}
