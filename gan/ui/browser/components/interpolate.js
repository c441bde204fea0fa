// The Interpolate tab: a film through key frames, made in the page as its settings change, played at once, taken home.
// The component's js_on_load: `element` and `props` are given.

(() => {
  const { wire, film: films, filming, player, filmKeys, filmControls, filmSave } = atelier;
  const section = element.querySelector(".film-view");
  const find = (selector) => section.querySelector(selector);
  const say = wire.sayer(props.words);
  const canvas = find("canvas[data-testid]");
  const state = { film: null, model: null, reel: null, entries: [], turn: 0, making: null, whole: null, chosen: null };
  let displayed = false, opened = null;

  films.say = atelier.views.say = say;
  const visible = () => displayed && document.visibilityState === "visible";
  const names = () => state.entries.map(({ name }) => name);
  const entry = () => state.entries.find(({ name }) => name === state.film.model);
  const trouble = (error) => atelier.note(error.message, true);

  // ---- a film -----------------------------------------------------------------------------------------------------------

  function change(patch, chosen) {
    // false where it cannot be: then a sentence says why, and everything stays
    try {
      const next = films.checked({ ...state.film, ...patch }, names());
      if (next.model === state.film.model) films.fits(state.model, next);
      take(next, chosen).catch(refuse);
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

  const looks = ({ fps, ...rest }) => JSON.stringify(rest);
  const pictures = ({ model, keys, psi, space }) => JSON.stringify([model, keys, psi, space]);

  async function take(next, chosen) {
    // a checked film becomes the one that is shown
    const turn = ++state.turn, model = await atelier.engine.model(next.model);
    if (turn !== state.turn) return;
    films.fits(model, next);
    if (next.training && !state.entries.find(({ name }) => name === next.model).history) throw films.trouble("training", { name: next.model });
    const before = state.film;
    Object.assign(state, { film: next, model, chosen: chosen ?? null });
    controls.set(next, entry());
    keys.set(next, chosen);
    section.classList.toggle("film-through", next.training);
    canvas.dataset.query = films.query(next);
    canvas.setAttribute("aria-label", say("alt", { seeds: next.keys.map(({ seed }) => seed).join(", ") }));
    if (!before || pictures(before) !== pictures(next)) thumbs(next, (reel) => keys.paint(reel), "film-keys");
    if (before && state.reel && looks(before) === looks(next)) {
      state.reel.film = next;
      reels.retell();
      return;
    }
    section.dataset.ready = "";
    const own = (state.making = {}), alive = () => own === state.making;
    const making = next.training ? trained(next) : filming.make(model, next, alive, (reel) => { if (alive()) shown(reel); }, { place: place() });
    state.whole = making;
    const reel = await making;
    if (!reel || !alive()) return;
    reel.film = state.film;
    shown(reel);
    section.dataset.ready = "yes";
    section.dataset.engine = await atelier.engine.how;
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
    wire.put(find(".film-caption"), say("training_wait"));
    const asked = { seeds: film.keys.map(({ seed }) => seed), psi: film.psi };
    const made = await atelier.host.training(film.model, asked).catch(async (error) => {
      await take({ ...film, training: false }); // there is always a film
      throw error;
    });
    const { width, height, channels, frames, labels } = made;
    const reel = Object.assign(filming.blank({ film, width, height, channels, count: frames, length: frames }), { labels });
    reel.pixels.set(made.pixels);
    reel.done.fill(1);
    return reel;
  }

  async function thumbs(film, paint, task) {
    // the pictures of keys: a film of one frame each
    const still = { ...film, path: "lerp", turn: "loop", frames: 1, ease: "even", pace: "even", grid: 1 }, turn = (thumbs[task] = {});
    await filming.make(state.model, still, () => turn === thumbs[task], paint, { task }).catch(trouble);
  }

  // ---- what one does ----------------------------------------------------------------------------------------------------

  const frameOf = (k) => [...(state.reel?.keys ?? [])].find(([, key]) => key === k)?.[0];

  const keys = filmKeys.build(find(".film-keys"), say, {
    keys: (list, chosen) => change({ keys: list }, chosen),
    choose(k) { if (frameOf(k) !== undefined) reels.go(frameOf(k)); },
    explore: (k) => window.open(atelier.address(atelier.views.query(films.view(state.film, k))), "_blank"),
    picked() {
      const found = (name) => [name, filmKeys.kept(name, state.film.model, names())];
      return state.film ? Object.fromEntries(["explore", "bookmarks"].map(found)) : {};
    },
    paint(shelf, places, list) {
      if (!list.length) return;
      thumbs({ ...state.film, keys: list }, (reel) => places.forEach((place, i) => {
        if (!reel.has(i)) return;
        Object.assign(place, { width: reel.width, height: reel.height }).getContext("2d").putImageData(filming.image(reel, i), 0, 0);
      }), `film-${shelf}`);
    },
  });
  const controls = filmControls.build(find(".film-controls"), say, { change });
  const reels = player.build({
    canvas, scrub: find("#film-scrub"), play: find("#film-play"), time: find(".film-clock"), caption: find(".film-caption"), strip: find(".film-strip"),
  }, say, {
    visible,
    moved(frame) {
      const key = state.reel?.keys.get(state.reel.index(frame));
      if (key !== undefined) keys.mark(key);
    },
  });
  const files = filmSave.build(find(".film-save"), say, {
    async whole() {
      for (let made = null; ;) {
        const asked = state.whole;
        made = await asked;
        if (asked !== state.whole) continue; // meanwhile it became another film
        if (!made) throw new Error(say("trouble_whole"));
        return { reel: state.reel, film: state.film, sha256: state.model.sha256 };
      }
    },
    link: () => atelier.copy(atelier.address(films.query(state.film))),
    async open(found) {
      const also = typeof found.film?.model === "string" ? [found.film.model] : [];
      if (!names().includes(also[0])) await offer(also);
      await take(films.checked(found.film, names()), 0);
      const other = found.sha256 && found.sha256 !== state.model.sha256;
      atelier.note(say(other ? "opened_other" : "opened", { model: state.film.model }));
    },
  });

  async function offer(also = []) {
    // a host that does not know a model asked for still offers its own
    state.entries = await atelier.host.models(also);
    controls.models(state.entries);
  }

  // ---- arriving -----------------------------------------------------------------------------------------------------------

  async function arrive() {
    const query = new URLSearchParams(location.search), here = query.get("tab") === "interpolate";
    try {
      await offer();
      const first = atelier.host.first || names()[0];
      let start = films.start(first);
      if (here) {
        try {
          start = films.fromQuery(query, names(), first);
          await take(start, 0);
          return;
        } catch (error) {
          trouble(error);
          start = films.start(first);
        }
      }
      await take(start, 0);
    } catch (error) {
      trouble(error);
      wire.put(find(".film-caption"), error.message);
      opened = null; // another look at the tab is another try
    }
  }

  for (const made of section.querySelectorAll("[data-word]")) made.textContent = say(made.dataset.word);
  for (const made of section.querySelectorAll("[data-name]")) made.setAttribute("aria-label", say(made.dataset.name));
  find("#film-seed").placeholder = "3,9,20-22";

  section.addEventListener("dragover", (event) => {
    if (![...event.dataTransfer.types].includes("Files")) return;
    event.preventDefault();
    section.classList.add("film-drop");
  });
  section.addEventListener("dragleave", (event) => { if (!section.contains(event.relatedTarget)) section.classList.remove("film-drop"); });
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
    keys.refresh();
    reels.run();
  }).observe(section);
})();
