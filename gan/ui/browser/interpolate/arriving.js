// How the tab comes to its film: the link's, the one of the pictures that Explore sent, or one of random key frames.

import { sentence } from "../core/trouble.js";
import { checkedFilm, filmOfQuery, MAX_KEYS, MIN_KEYS, namesFilm, startFilm, varied } from "../core/film.js";
import { withSeeds } from "../core/model.js";
import { put } from "../page/elements.js";
import { engine } from "../page/engine.js";
import { host } from "../page/host.js";
import { OPENED } from "../page/links.js";
import { sent, strangers } from "./picks.js";
import { take } from "./showing.js";
import { entryOf, namesOf, tellTrouble } from "./tab.js";

/** @typedef {import("./tab.js").FilmTab} FilmTab */

const STRANGERS = 8; // models, asked for by name at once

// ---- models -----------------------------------------------------------------------------------------------------

/**
 * Offers the host's models; a host that does not know one asked for still offers its own.
 * @param {FilmTab} tab
 * @param {string[]} also models to ask for by name
 */
export async function offer(tab, also = []) {
  for (const name of also) tab.guests.add(name);
  tab.entries = withSeeds(await host.models([...tab.guests]));
  tab.controls.models(tab.entries);
  if (tab.film) tab.controls.set(tab.film, entryOf(tab));
}

/** Offers the models whose pictures were handed over from another window. @param {FilmTab} tab */
export async function meet(tab) {
  const fresh = strangers(namesOf(tab)).filter((name) => !tab.guests.has(name)).slice(0, STRANGERS);
  if (fresh.length) await offer(tab, fresh).catch(() => {});
  tab.picks.refresh();
}

// ---- a film that nobody chose -----------------------------------------------------------------------------------

/**
 * Keys for a film of one picture, of its class; beside the visitor's own, which was asked for none, of each seed's.
 * @param {any} film of the usual seeds
 * @param {any} key the picture
 */
async function companions(film, { own, c }) {
  return own ? varied(await engine.model(film.model), film).keys : film.keys.map((key) => ({ ...key, c }));
}

/** The film of what this page's tabs sent; `start` where they sent nothing, or nothing that makes a film. */
async function handedFilm(names, start) {
  const found = sent(names);
  if (!found) return start;
  const film = startFilm(found.model), few = found.keys.length < MIN_KEYS;
  try {
    const keys = few ? [...found.keys, ...await companions(film, found.keys[0])] : found.keys.slice(-MAX_KEYS);
    return checkedFilm({ ...film, keys }, names);
  } catch {
    return start;
  }
}

/** @param {FilmTab} tab */
async function begin(tab, film) {
  tab.untouched = JSON.stringify(film);
  await take(tab, film, 0);
}

/** Another look at the tab: what came from Explore meanwhile. @param {FilmTab} tab */
export async function lookAgain(tab) {
  await meet(tab);
  const isUntouched = () => tab.film && JSON.stringify(tab.film) === tab.untouched;
  if (!isUntouched()) return;
  const next = await handedFilm(namesOf(tab), tab.film);
  if (isUntouched() && JSON.stringify(next) !== tab.untouched) await begin(tab, next);
}

// ---- the first look ---------------------------------------------------------------------------------------------

/** The first film; where there is none, a sentence says why, and another look at the tab is another try. */
export async function arrive(/** @type {FilmTab} */ tab) {
  const query = new URLSearchParams(location.search);
  try {
    await offer(tab);
    await takeFirst(tab, query, namesFilm(query));
  } catch (error) {
    tellTrouble(tab, error);
    put(tab.find(".film-caption"), sentence(error, tab.say));
    tab.opened = null;
  }
}

/**
 * The link's film; where it names none, or one that cannot be, what Explore sent, and at last one of random keys.
 * @param {FilmTab} tab
 * @param {URLSearchParams} query
 * @param {boolean} here whether the link is one of this tab
 */
async function takeFirst(tab, query, here) {
  const names = namesOf(tab);
  const asked = query.get("model") ?? OPENED.get("model"); // of whichever tab: who came for a model wants its film
  const first = names.includes(asked) ? asked : host.first || names[0];
  const model = await engine.model(first), start = varied(model, { ...startFilm(first), psi: model.psi });
  if (here) {
    try {
      const film = filmOfQuery(query, names, first);
      const plain = query.has("psi") ? film : { ...film, psi: model.psi };
      await take(tab, query.has("keys") || query.has("seeds") ? film : varied(model, plain), 0);
      return;
    } catch (error) {
      tellTrouble(tab, error);
    }
  }
  const film = here ? start : await handedFilm(names, start);
  try {
    await begin(tab, film);
  } catch (error) {
    if (film === start) throw error;
    tellTrouble(tab, error);
    await begin(tab, start);
  }
}
