// The key frames of a film as a row of pictures: choose, add, remove, put in another order by hand or by keys.
atelier.filmKeys = (() => {
  const { make, put } = atelier.wire;
  const SLACK = 6; // pixels that a hand may tremble before it drags
  const STORES = { explore: "atelier-keys", bookmarks: "atelier-bookmarks" };

  function stored(name) {
    try { return JSON.parse(localStorage.getItem(STORES[name]) ?? "[]"); } catch { return []; }
  }

  function kept(name, model, names) {
    // [{key, label, picture}] that other tabs of the page left for this model; what cannot be read is passed over
    return [stored(name)].flat().flatMap((one) => {
      const view = name === "bookmarks" ? one?.view : one;
      try {
        if (view?.model !== model) return [];
        return [{ key: atelier.film.key(view, model, names), label: String(one.name || "").slice(0, 60), picture: one.picture }];
      } catch { return []; }
    });
  }

  function build(box, say, told) {
    // told: {keys(list, chosen), choose(index), explore(index), picked() -> {explore, bookmarks}, paint(shelf, canvases, keys)}
    const find = (selector) => box.querySelector(selector);
    const list = find(".film-list"), panel = find(".film-picks");
    let film = null, chosen = 0, held = null;

    // ---- the row ----------------------------------------------------------------------------------------------------------

    const plain = (i) => atelier.film.plain(film.keys[i]);
    const label = (i) => say(plain(i) ? "key_n" : "key_edited", { n: i + 1, count: film.keys.length, seed: film.keys[i].seed });

    function tile(i) {
      const name = `${film.keys[i].seed}${plain(i) ? "" : " ✎"}`;
      return make("li", { "data-index": i }, make("button", {
        type: "button", class: "film-key", "aria-label": label(i), "aria-describedby": "film-keys-hint", title: label(i),
      }, make("canvas", { class: "crisp", width: 1, height: 1, "aria-hidden": "true" }), make("span", {}, name)));
    }

    function set(next, at = chosen) {
      // the tiles are laid anew only where keys changed, so that pictures do not flicker
      const same = film && JSON.stringify(film.keys) === JSON.stringify(next.keys) && film.model === next.model;
      const focused = list.contains(document.activeElement), other = film?.model !== next.model;
      film = next;
      chosen = Math.min(at, film.keys.length - 1);
      if (!same) {
        const old = [...list.querySelectorAll("canvas")];
        list.replaceChildren(...film.keys.map((_, i) => tile(i)));
        list.querySelectorAll("canvas").forEach((canvas, i) => { if (old[i]) copy(old[i], canvas); });
      }
      mark(focused && !same);
      if (other) refresh();
    }

    function copy(from, to) {
      Object.assign(to, { width: from.width, height: from.height });
      to.getContext("2d").drawImage(from, 0, 0);
    }

    function mark(focus = false) {
      list.querySelectorAll("button").forEach((button, i) => {
        if (i === chosen) button.setAttribute("aria-current", "true"); else button.removeAttribute("aria-current");
      });
      if (focus) list.children[chosen].firstChild.focus();
      const many = film.keys.length;
      put(find(".film-chosen"), label(chosen));
      find("#film-earlier").disabled = chosen === 0;
      find("#film-later").disabled = chosen === many - 1;
      find("#film-remove").disabled = many <= atelier.film.MIN_KEYS;
      for (const id of ["#film-add", "#film-dice"]) find(id).disabled = many >= atelier.film.MAX_KEYS;
    }

    function paint(reel) {
      // the pictures of the keys: a reel of one frame each
      [...list.querySelectorAll("canvas")].forEach((canvas, i) => {
        if (!reel.has(i)) return;
        Object.assign(canvas, { width: reel.width, height: reel.height });
        canvas.getContext("2d").putImageData(atelier.filming.image(reel, i), 0, 0);
      });
    }

    // ---- what one does ----------------------------------------------------------------------------------------------------

    function move(from, to) {
      if (to < 0 || to >= film.keys.length || to === from) return;
      const keys = [...film.keys];
      keys.splice(to, 0, ...keys.splice(from, 1));
      told.keys(keys, to);
    }

    const add = (keys) => told.keys([...film.keys, ...keys], film.keys.length + keys.length - 1);
    const remove = () => { if (film.keys.length > atelier.film.MIN_KEYS) told.keys(film.keys.filter((_, i) => i !== chosen), Math.max(chosen - 1, 0)); };
    const choose = (i, focus) => { chosen = i; mark(focus); told.choose(i); };

    function addSeeds(event) {
      event?.preventDefault();
      const field = find("#film-seed");
      try {
        if (add(atelier.film.seeds(field.value).map(atelier.film.fresh))) field.value = "";
        field.removeAttribute("aria-invalid");
      } catch (error) {
        field.setAttribute("aria-invalid", "true");
        atelier.note(error.message, true);
      }
    }

    const presses = {
      "film-earlier": () => move(chosen, chosen - 1), "film-later": () => move(chosen, chosen + 1), "film-remove": remove,
      "film-another": () => told.keys(film.keys.map((key, i) => (i === chosen ? atelier.film.dice() : key)), chosen),
      "film-explore": () => told.explore(chosen), "film-add": addSeeds, "film-dice": () => add([atelier.film.dice()]),
    };
    for (const [id, press] of Object.entries(presses)) find(`#${id}`).addEventListener("click", press);
    find("#film-seed").addEventListener("keydown", (event) => { if (event.key === "Enter") addSeeds(event); });

    list.addEventListener("keydown", (event) => {
      const step = { ArrowLeft: -1, ArrowUp: -1, ArrowRight: 1, ArrowDown: 1 }[event.key];
      const i = Number(event.target.closest("li")?.dataset.index);
      if (step && event.shiftKey) { chosen = i; move(i, i + step); }
      else if (step && film.keys[i + step]) choose(i + step, true);
      else if (event.key === "Delete") { chosen = i; remove(); }
      else return;
      event.preventDefault();
    });

    // ---- dragging -----------------------------------------------------------------------------------------------------------

    list.addEventListener("pointerdown", (event) => {
      const tile = event.target.closest("li");
      if (tile && event.button === 0) held = { tile, from: Number(tile.dataset.index), x: event.clientX, y: event.clientY, moving: false };
    });

    list.addEventListener("pointermove", (event) => {
      if (!held) return;
      const { tile } = held;
      if (!held.moving) {
        if (Math.hypot(event.clientX - held.x, event.clientY - held.y) < SLACK) return;
        const box = tile.getBoundingClientRect();
        Object.assign(held, { moving: true, dx: held.x - box.left, dy: held.y - box.top });
        list.setPointerCapture(event.pointerId);
        tile.classList.add("film-dragged");
      }
      tile.style.translate = "none";
      const place = nearest(event.clientX, event.clientY);
      if (place !== tile) {
        const after = [...list.children].indexOf(place) > [...list.children].indexOf(tile);
        list.insertBefore(tile, after ? place.nextSibling : place);
      }
      const box = tile.getBoundingClientRect();
      tile.style.translate = `${event.clientX - held.dx - box.left}px ${event.clientY - held.dy - box.top}px`;
    });

    function nearest(x, y) {
      const away = (tile) => { const box = tile.getBoundingClientRect(); return Math.hypot(x - box.left - box.width / 2, y - box.top - box.height / 2); };
      return [...list.children].reduce((a, b) => (away(b) < away(a) ? b : a));
    }

    function drop(event) {
      if (!held) return;
      const { tile, from, moving } = held;
      held = null;
      if (!moving) {
        if (event.type === "pointerup") choose(from);
        return;
      }
      const to = [...list.children].indexOf(tile);
      tile.classList.remove("film-dragged");
      tile.style.translate = "";
      const tiles = [...list.children].sort((a, b) => a.dataset.index - b.dataset.index);
      list.replaceChildren(...tiles); // the film says what stands where
      if (event.type === "pointerup") move(from, to);
    }
    for (const name of ["pointerup", "pointercancel"]) list.addEventListener(name, drop);
    list.addEventListener("click", (event) => { if (event.detail === 0) choose(Number(event.target.closest("li")?.dataset.index ?? chosen)); }); // Enter

    // ---- from Explore and its bookmarks -------------------------------------------------------------------------------------

    function picks(sets) {
      panel.querySelector(".film-shelf").replaceChildren(...Object.entries(sets).flatMap(([name, found]) => shelf(name, found)));
    }

    function shelf(name, found) {
      const canvases = found.map(({ picture }) => (picture?.startsWith?.("data:image/") ? make("img", { src: picture, alt: "", class: "crisp" })
        : make("canvas", { class: "crisp", width: 1, height: 1, "aria-hidden": "true" })));
      const buttons = found.map(({ key, label: called }, i) => make("button", {
        type: "button", class: "film-key", "aria-label": `${say("add")}: ${called || say("seed_n", { seed: key.seed })}`, onclick: () => add([key]),
      }, canvases[i], make("span", {}, called || String(key.seed))));
      const bare = found.filter((_, i) => canvases[i].tagName === "CANVAS");
      told.paint(name, canvases.filter(({ tagName }) => tagName === "CANVAS"), bare.map(({ key }) => key));
      const more = [make("button", { type: "button", id: `film-all-${name}`, onclick: () => add(found.map(({ key }) => key)) }, say("add_all"))];
      if (name === "explore") more.push(make("button", { type: "button", id: "film-empty", onclick: empty }, say("empty")));
      const title = make("p", { class: "film-help" }, say(`from_${name}`));
      if (!found.length) return [title, make("p", { class: "film-help" }, say(`from_${name}_none`))];
      return [title, make("div", { class: "film-picked", "data-name": name }, ...buttons, ...more)];
    }

    function empty() {
      // what was drawn in Explore for a film, of every model; bookmarks are Explore's to keep
      try { localStorage.removeItem(STORES.explore); } catch { /* private window */ }
      refresh();
    }

    function refresh() {
      const sets = told.picked(), count = sets.explore?.length ?? 0;
      put(panel.querySelector("summary"), say("picks") + (count ? ` (${count})` : ""));
      if (panel.open) picks(sets);
    }

    panel.addEventListener("toggle", refresh);
    window.addEventListener("storage", refresh);
    window.addEventListener(STORES.explore, () => { panel.open = true; refresh(); }); // sent from the tab beside this one

    return { set, paint, mark: (i) => { if (i !== chosen) { chosen = i; mark(); } }, refresh };
  }

  return { build, kept };
})();
