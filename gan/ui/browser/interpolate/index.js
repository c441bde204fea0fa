// The Interpolate tab: a film through key frames, made in the page as its settings change, played at once, taken home.
// The component's js_on_load: `element` and `props` are given.

import { HANDED_OVER } from "../page/key_frames.js";
import { sentence } from "../core/trouble.js";
import { pageLanguage } from "../page/language.js";
import {
  checkedFilm,
  filmOfQuery,
  filmQuery,
  filmTrouble,
  fittedFilm,
  freshKey,
  isPlainKey,
  MAX_KEYS,
  MIN_KEYS,
  namesFilm,
  RANGES,
  startFilm,
  varied,
  viewOfKey,
} from "../core/film.js";
import { checkFilmFits } from "../core/film_path.js";
import { checkViewFits, viewQuery } from "../core/views.js";
import { sayer } from "../core/words.js";
import { buildControls } from "./controls.js";
import { blankReel, frameImage, makeReel } from "./frames.js";
import { buildKeys } from "./keys.js";
import { buildPicks, sent, strangers } from "./picks.js";
import { buildPlayer } from "./player.js";
import { buildSave } from "./save.js";
import { buildUndo } from "./undo.js";
import { showInAddress } from "../page/address_bar.js";
import { put } from "../page/elements.js";
import { engine } from "../page/engine.js";
import { host } from "../page/host.js";
import { copyLink, OPENED, pageAddress } from "../page/links.js";
import { note } from "../page/notes.js";

export function mount(element, props) {
  const section = element.querySelector(".film-view");
  const find = (selector) => section.querySelector(selector);
  const say = sayer(props.words, pageLanguage());
  const canvas = find("canvas[data-testid]");
  const state = { film: null, model: null, reel: null, entries: [], turn: 0, making: null, whole: null, chosen: null };
  const STRANGERS = 8; // models, asked for by name at once
  const guests = new Set(); // models that the host was asked for by name
  let displayed = false, opened = null, untouched = "";

  const visible = () => displayed && document.visibilityState === "visible";
  const names = () => state.entries.map(({ name }) => name);
  const entry = (model = state.film.model) => state.entries.find(({ name }) => name === model);
  const trouble = (error) => note(sentence(error, say), true);

  // ---- a film -----------------------------------------------------------------------------------------------------------

  function change(patch, chosen) {
    // false where it cannot be: then a sentence says why, and everything stays
    const [only, more] = Object.keys(patch), how = only in RANGES && !more ? only : "";
    const leaves = state.film.training && "model" in patch && !entry(patch.model)?.history; // a model without a film of its training
    try {
      const next = checkedFilm({
        ...state.film,
        ...patch,
        ...(leaves ? { training: false, fps: controls.pace(false) } : {}),
      }, names());
      if (next.model === state.film.model) checkFilmFits(state.model, next);
      take(next, chosen, how, "model" in patch).catch(refuse);
      if (leaves) note(say("training_left", { model: next.model }));
      return true;
    } catch (error) {
      trouble(error);
      return false;
    }
  }

  function refuse(error) {
    trouble(error);
    if (state.film) controls.set(state.film, entry());
  }

  const looks = (film) => JSON.stringify({ ...film, fps: undefined });
  const edited = ({ keys }) => keys.some((key) => !isPlainKey(key));
  const shownKeys = (film) => (film.training ? film.keys.map(({ seed, c }) => ({ ...freshKey(seed), c })) : film.keys); // a training is drawn of seeds
  const pictures = (film) => JSON.stringify([film.model, shownKeys(film), film.psi, film.space]);

  async function take(asked, chosen, how, fitting = false) {
    // a checked film becomes the one that is shown; how: what it is to undo, see undo.js; fitting: to leave
    // out classes and layers that its model lacks
    const turn = ++state.turn, model = await engine.model(asked.model);
    if (turn !== state.turn) return;
    const next = fitting ? fittedFilm(model, asked, state.model) : asked;
    checkFilmFits(model, next);
    if (next.training && !entry(next.model).history) throw filmTrouble("training", { name: next.model });
    const before = state.film;
    Object.assign(state, { film: next, model, chosen: chosen ?? null });
    steps.keep(next, how);
    if (before && JSON.stringify(before) !== JSON.stringify(next)) files.clear();
    controls.set(next, entry());
    keys.set(next, chosen, model.classes);
    if (before?.model !== next.model) picks.refresh();
    find(".film-seeds").hidden = !next.training || !edited(next);
    section.classList.toggle("film-through", next.training);
    canvas.dataset.query = filmQuery(next);
    showInAddress("interpolate", canvas.dataset.query);
    canvas.setAttribute("aria-label", say("alt", { seeds: next.keys.map(({ seed }) => seed).join(", ") }));
    if (!before || pictures(before) !== pictures(next)) {
      thumbs({ ...next, keys: shownKeys(next) }, (reel) => keys.paint(reel), "film-keys");
    }
    if (before && state.reel && looks(before) === looks(next)) {
      state.reel.film = next;
      reels.retell();
      return;
    }
    section.dataset.ready = "";
    const own = (state.making = {}), alive = () => own === state.making;
    const making = next.training ? trained(next) : makeReel(model, next, alive, (reel) => {
      if (alive()) shown(reel);
    }, { place: place() });
    state.whole = making;
    const reel = await making;
    if (!reel || !alive()) return;
    reel.film = state.film;
    shown(reel);
    section.dataset.ready = "yes";
    section.dataset.engine = await engine.how;
    find(".film-server").hidden = section.dataset.engine !== "server";
  }

  const place = () => (state.reel ? reels.frame / state.reel.length : 0);

  function shown(reel) {
    const other = reel !== state.reel, at = [...reel.keys].find(([, key]) => key === state.chosen)?.[0];
    state.reel = reel;
    reels.show(reel);
    if (other && at !== undefined && !reels.playing) reels.go(at); // who works on a key sees it
    state.chosen = other ? null : state.chosen;
  }

  async function trained(film) {
    // a film through a run's checkpoints: the host draws it, for they are files of its own
    put(find(".film-caption"), say("training_wait"));
    const asked = { seeds: film.keys.map(({ seed }) => seed), psi: film.psi };
    if (state.model.classes.length) asked.classes = film.keys.map(({ c }) => c);
    const made = await host.training(film.model, asked).catch(async (error) => {
      if (state.film === film) {
        await take({ ...film, training: false, fps: controls.pace(false) }, undefined, "instead"); // there is always a film
      }
      throw error;
    });
    const { width, height, channels, frames, labels } = made;
    const reel = Object.assign(blankReel({ film, width, height, channels, count: frames, length: frames }), { labels });
    reel.pixels.set(made.pixels);
    reel.done.fill(1);
    return reel;
  }

  async function thumbs(film, paint, task) {
    // the pictures of keys: a film of one frame each
    const still = { ...film, path: "lerp", turn: "loop", frames: 1, ease: "even", pace: "even", grid: 1 },
      turn = (thumbs[task] = {});
    await makeReel(await engine.model(film.model), still, () => turn === thumbs[task], paint, { task }).catch(trouble);
  }

  // ---- what one does ----------------------------------------------------------------------------------------------------

  const frameOf = (k) => [...(state.reel?.keys ?? [])].find(([, key]) => key === k)?.[0];

  const keys = buildKeys(find(".film-keys"), say, {
    keys: (list, chosen) => change({ keys: list }, chosen),
    choose(k) {
      if (frameOf(k) !== undefined) reels.go(frameOf(k));
    },
    explore: (k) => window.open(pageAddress(viewQuery(viewOfKey(state.film, k))), "_blank"),
  });
  const picks = buildPicks(find(".film-picks"), say, {
    names,
    film: () => state.film,
    classes: (name) => (state.model?.name === name ? state.model.classes : []),
    add(model, list) {
      if (model === state.film.model) {
        change({ keys: [...state.film.keys, ...list] }, state.film.keys.length + list.length - 1);
      } else adopt(model, list).catch(trouble);
    },
    async paint(shelf, name, places, list) {
      const model = await engine.model(name).catch(() => null);
      const fitting = list.flatMap((key, i) => (model && fits(model, key) ? [{ key, place: places[i] }] : []));
      if (fitting.length) {
        thumbs(
          { ...state.film, model: name, keys: fitting.map(({ key }) => key) },
          (reel) =>
            fitting.forEach(({ place }, i) => {
              if (!reel.has(i)) {
                return;
              }
              Object.assign(place, { width: reel.width, height: reel.height }).getContext("2d").putImageData(
                frameImage(reel, i),
                0,
                0,
              );
            }),
          `film-${shelf}`,
        );
      }
    },
  });
  const steps = buildUndo({ undo: find("#film-undo"), redo: find("#film-redo") }, {
    active: () => visible() && state.film !== null,
    show: (film, how) => take(film, undefined, how).catch(refuse),
  });

  function fits(model, key) {
    try {
      checkViewFits(model, { ...key, model: model.name });
      return true;
    } catch {
      return false;
    }
  }

  async function adopt(name, list) {
    // pictures of another model take the film with them; of keys that it cannot draw, the seeds stay
    const model = await engine.model(name), { film } = state;
    const own = fittedFilm(model, film, state.model).keys, lost = own.some((key) => !fits(model, key));
    const kept = own.map((key) => (fits(model, key) ? key : { ...freshKey(key.seed), c: key.c }));
    const taken = change({ model: name, keys: [...kept, ...list] }, kept.length + list.length - 1);
    if (taken) note(say(lost ? "adopted_seeds" : "adopted", { model: name }));
  }

  const controls = buildControls(find(".film-controls"), say, { change });
  const reels = buildPlayer(
    {
      canvas,
      scrub: find("#film-scrub"),
      play: find("#film-play"),
      time: find(".film-clock"),
      caption: find(".film-caption"),
      strip: find(".film-strip"),
    },
    say,
    {
      visible,
      classes: () => state.model.classes,
      moved(frame) {
        const key = state.reel?.keys.get(state.reel.index(frame));
        if (key !== undefined) keys.mark(key);
      },
    },
  );
  const files = buildSave(find(".film-save"), say, {
    async whole() {
      for (let made = null;;) {
        const asked = state.whole;
        made = await asked;
        if (asked !== state.whole) continue; // meanwhile it became another film
        if (!made) throw new Error(say("trouble_whole"));
        return { reel: state.reel, film: state.film, sha256: state.model.sha256 };
      }
    },
    link: () => copyLink(pageAddress(filmQuery(state.film))),
    async open(found) {
      const { model } = found.film ?? {};
      if (typeof model === "string" && !names().includes(model)) await offer([model]);
      await take(checkedFilm(found.film, names()), 0);
      const other = found.sha256 && found.sha256 !== state.model.sha256;
      note(say(other ? "opened_other" : "opened", { model: state.film.model }));
    },
  });

  async function offer(also = []) {
    // a host that does not know a model asked for still offers its own
    for (const name of also) guests.add(name);
    state.entries = await host.models([...guests]);
    controls.models(state.entries);
    if (state.film) controls.set(state.film, entry());
  }

  async function meet() {
    // guests whose pictures were handed over from another window
    const fresh = strangers(names()).filter((name) => !guests.has(name)).slice(0, STRANGERS);
    if (fresh.length) await offer(fresh).catch(() => {});
    picks.refresh();
  }

  function handed(start) {
    // the film of what this page's Explore sent, before anything was done to the film; start where it sent nothing
    const found = sent(names());
    if (!found) return start;
    const own = startFilm(found.model),
      list = found.keys.length < MIN_KEYS
        ? [...found.keys, ...own.keys.map((key) => ({ ...key, c: found.keys[0].c }))]
        : found.keys.slice(-MAX_KEYS);
    try {
      return checkedFilm({ ...own, keys: list }, names());
    } catch {
      return start;
    }
  }

  async function begin(start) {
    // a film that nobody chose
    untouched = JSON.stringify(start);
    await take(start, 0);
  }

  async function look() {
    // another look at the tab: what came from Explore meanwhile
    await meet();
    if (!state.film || JSON.stringify(state.film) !== untouched) return;
    const next = handed(state.film);
    if (JSON.stringify(next) !== untouched) await begin(next);
  }

  // ---- arriving -----------------------------------------------------------------------------------------------------------

  async function arrive() {
    const query = new URLSearchParams(location.search), here = namesFilm(query);
    try {
      await offer();
      const asked = query.get("model") ?? OPENED.get("model"); // of whichever tab: who came for a model wants its film
      const first = names().includes(asked) ? asked : host.first || names()[0];
      const model = await engine.model(first), start = varied(model, startFilm(first));
      if (here) {
        try {
          const film = filmOfQuery(query, names(), first);
          await take(query.has("keys") || query.has("seeds") ? film : varied(model, film), 0);
          return;
        } catch (error) {
          trouble(error);
        }
      }
      const film = here ? start : handed(start);
      await begin(film).catch((error) => {
        if (film === start) throw error;
        trouble(error);
        return begin(start);
      });
    } catch (error) {
      trouble(error);
      put(find(".film-caption"), sentence(error, say));
      opened = null; // another look at the tab is another try
    }
  }

  for (const made of section.querySelectorAll("[data-word]")) made.textContent = say(made.dataset.word);
  for (const made of section.querySelectorAll("[data-name]")) made.setAttribute("aria-label", say(made.dataset.name));
  for (const id of ["#film-undo", "#film-redo"]) find(id).title = find(id).ariaLabel;
  find("#film-seed").placeholder = "3,9,20-22";

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
    files.open(event.dataTransfer.files[0]);
  });

  new ResizeObserver(([{ contentRect }]) => {
    // nothing is made, and nothing moves, before the tab is looked at
    displayed = contentRect.width > 0;
    if (!displayed) return;
    opened ??= arrive();
    opened.then(look).catch(trouble);
    reels.run();
  }).observe(section);
  for (const name of ["storage", HANDED_OVER]) {
    window.addEventListener(name, () => {
      if (displayed && state.film) meet();
    });
  }
}
