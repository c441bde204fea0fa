// Pictures of Explore that wait to become key frames: what was sent to the film, of every model, and bookmarks of the
// film's own.

import { checkedKey, keyTitle } from "../core/film.js";
import { forgetHandedOver, handedOver, handedOverHere } from "../page/key_frames.js";
import { kept } from "../page/storage.js";
import { make, put } from "../page/elements.js";

const MOST = 200; // of each that are shown, the newest
const STORES = { explore: handedOver, bookmarks: () => [kept("atelier-bookmarks", [])].flat() };

function readable(name) {
  // [{model, key, label, picture}] as other tabs of the page left them; what cannot be read is passed over
  return STORES[name]().slice(-MOST).flatMap((one) => {
    const view = name === "bookmarks" ? one?.view : one;
    try {
      if (typeof view?.model !== "string") return [];
      const label = String(one.name || "").slice(0, 60);
      return [{ model: view.model, key: checkedKey(view, view.model, null), label, picture: one.picture }];
    } catch {
      return [];
    }
  });
}

export function sent(names) {
  // {model, keys} of what this page sent, of the model that the last picture has; null if nothing was
  const count = handedOverHere(), list = count ? readable("explore").slice(-count) : [];
  const fresh = list.filter(({ model }) => names.includes(model)), model = fresh.at(-1)?.model;
  return model === undefined ? null : { model, keys: fresh.filter((one) => one.model === model).map(({ key }) => key) };
}

// models of pictures that were sent, beyond those of `names`
export function strangers(names) {
  const models = new Set(readable("explore").map(({ model }) => model));
  return [...models].filter((model) => !names.includes(model));
}

export function buildPicks(panel, say, told) {
  // told: {film() -> film | null, names(), classes(model), add(model, keys), paint(task, model, canvases, keys)}
  const summary = panel.querySelector("summary"), place = panel.querySelector(".film-shelf");
  let seen = 0, laid = "";

  function group(name, id, model, found, title) {
    const canvases = found.map((
      { picture },
    ) => (picture?.startsWith?.("data:image/")
      ? make("img", { src: picture, alt: "", class: "crisp" })
      : make("canvas", { class: "crisp", width: 1, height: 1, "aria-hidden": "true" }))
    );
    const buttons = found.map(({ key, label }, i) => {
      const { text, name: seed } = keyTitle(key, told.classes(model), say), called = label || seed;
      return make(
        "button",
        {
          type: "button",
          class: "film-key",
          "data-pick": JSON.stringify([name, model, key]),
          "aria-label": `${say("add")}: ${called}`,
          title: called,
          onclick: () => told.add(model, [key]),
        },
        canvases[i],
        make("span", {}, label || text),
      );
    });
    const bare = found.filter((_, i) => canvases[i].tagName === "CANVAS");
    told.paint(id, model, canvases.filter(({ tagName }) => tagName === "CANVAS"), bare.map(({ key }) => key));
    const all = make("button", {
      type: "button",
      id: `film-all-${id}`,
      onclick: () => told.add(model, found.map(({ key }) => key)),
    }, say("add_all"));
    return [
      make(
        "div",
        { class: "film-group" },
        title,
        make("div", { class: "film-picked", "data-name": name, "data-model": model }, ...buttons, all),
      ),
    ];
  }

  function lay(sets, film) {
    // the film's own model first; another says that the film becomes one of it
    const { activeElement } = document, inside = place.contains(activeElement);
    const { pick } = activeElement?.dataset ?? {}, at = [...place.querySelectorAll("button")].indexOf(activeElement);
    const text = (key, values) => make("p", { class: "film-help" }, say(key, values));
    const own = sets.explore.filter(({ model }) => model === film.model), made = [];
    if (own.length) made.push(...group("explore", "explore", film.model, own, text("from_explore")));
    const others = [...new Set(sets.explore.map(({ model }) => model))].filter((model) => model !== film.model);
    others.forEach((model, i) => {
      const found = sets.explore.filter((one) => one.model === model);
      made.push(...group("explore", `explore-${i + 1}`, model, found, text("from_other", { model })));
    });
    if (made.length) made.push(make("button", { type: "button", id: "film-empty", onclick: empty }, say("empty")));
    else made.push(text("from_explore_none"));
    if (sets.bookmarks.length) {
      made.push(...group("bookmarks", "bookmarks", film.model, sets.bookmarks, text("from_bookmarks")));
    } else made.push(text("from_bookmarks_none"));
    place.replaceChildren(...made);
    if (!inside) return;
    const buttons = [...place.querySelectorAll("button")]; // the focus stays where it was, or near
    (buttons.find((button) => pick && button.dataset.pick === pick) ?? buttons[Math.min(at, buttons.length - 1)] ??
      summary).focus();
  }

  function empty() {
    // what was drawn in Explore for a film, of every model; bookmarks are Explore's to keep
    forgetHandedOver();
    refresh();
    summary.focus();
  }

  function refresh() {
    // opens by itself for pictures that have come since it was last looked at
    const film = told.film();
    if (!film) return;
    const explore = readable("explore").filter(({ model }) => told.names().includes(model));
    const sets = { explore, bookmarks: readable("bookmarks").filter(({ model }) => model === film.model) },
      many = explore.length;
    put(summary, say("picks") + (many ? ` (${many})` : ""));
    if (many > seen) panel.open = true;
    seen = many;
    const text = JSON.stringify([film.model, sets]);
    if (!panel.open || text === laid) return;
    laid = text;
    lay(sets, film);
  }

  panel.addEventListener("toggle", refresh);
  return { refresh };
}
