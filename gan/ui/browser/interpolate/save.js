// What one takes home: the film as a file, its link, and the way back from a file to a film.
atelier.filmSave = (() => {
  const { make, put } = atelier.wire;
  const SUFFIXES = [".mp4", ".gif", ".webp", ".png", ".zip"];
  const LARGEST = 100e6; // bytes of a file that is looked through

  function build(box, say, told) {
    // told: {whole() -> Promise of {reel, film, sha256}, open(settings), link()}
    const find = (selector) => box.querySelector(selector);
    const alone = !atelier.host.encode, bar = find("progress"), said = find(".film-saving");
    const file = find("#film-file"), buttons = {};
    let busy = false;

    function tell(share, text) {
      bar.hidden = share == null;
      if (share != null) bar.value = share;
      put(said, text);
    }

    async function save(suffix) {
      if (busy) return;
      busy = true;
      rest(true);
      const kind = say(`kind_${suffix.slice(1)}`);
      tell(0, say("saving_frames"));
      try {
        const made = await told.whole();
        const progress = (share) => tell(share, say("saving", { kind }));
        progress(0);
        const blob = await (alone ? browserMade : hostMade)(suffix, made, progress);
        atelier.wire.saveBlob(blob, atelier.film.name(made.film) + suffix);
        tell(null, say("saved", { kind, size: size(blob.size) }));
      } catch (error) {
        tell(null, "");
        atelier.note(error.message, true);
      }
      busy = false;
      rest(false);
    }

    // not `disabled`, which would take the focus from the button that was pressed
    const rest = (on) => { for (const button of Object.values(buttons)) button.setAttribute("aria-disabled", String(on)); };

    function clear() {
      // what was saved is another film than the one that is shown now
      if (!busy) tell(null, "");
    }

    const size = (bytes) => (bytes < 1e6 ? `${Math.ceil(bytes / 1000)} kB` : `${(bytes / 1e6).toFixed(1)} MB`);

    function hostMade(suffix, { reel, film, sha256 }, progress) {
      const { width, height, channels, length } = reel, settings = atelier.film.settings(film, sha256);
      const about = { width, height, channels, frames: length, fps: film.fps, name: atelier.film.name(film), settings };
      return atelier.host.encode(suffix, about, played(reel), progress);
    }

    function played(reel) {
      // the pixels in the order they are shown
      if (reel.length === reel.count) return reel.pixels;
      const bytes = reel.pixels.length / reel.count, all = new Uint8Array(reel.length * bytes);
      for (let frame = 0; frame < reel.length; frame++) all.set(reel.frame(reel.index(frame)), frame * bytes);
      return all;
    }

    function browserMade(suffix, { reel, film, sha256 }, progress) {
      const settings = atelier.film.settings(film, sha256), { filmAlone } = atelier;
      return (suffix === ".zip" ? filmAlone.frames : suffix === ".png" ? filmAlone.sheet : filmAlone.film)(reel, settings, progress);
    }

    // ---- and back ---------------------------------------------------------------------------------------------------------

    async function open(given) {
      if (!given) return;
      try {
        if (given.size > LARGEST) throw new Error(say("trouble_large", { name: given.name.slice(0, 60), high: LARGEST / 1e6 }));
        const found = atelier.filmFile.find(new Uint8Array(await given.arrayBuffer()));
        if (!found?.film) throw new Error(say("trouble_file", { name: given.name.slice(0, 60) }));
        await told.open(found);
      } catch (error) {
        atelier.note(error.message, true);
      }
    }

    // ---- laying out -------------------------------------------------------------------------------------------------------

    const recorded = alone ? atelier.filmAlone.suffix() : "";
    const offered = alone ? [...(atelier.filmAlone.kind() ? [recorded] : []), ".png", ".zip"] : SUFFIXES;
    for (const suffix of offered) {
      const id = `film-save-${suffix.slice(1)}`, kind = suffix.slice(1);
      buttons[suffix] = make("button", { type: "button", id, title: say(`kind_${kind}_is`), onclick: () => save(suffix) }, say(`kind_${kind}`));
    }
    find(".film-files").replaceChildren(...Object.values(buttons));
    put(find(".film-alone"), alone ? say(atelier.filmAlone.kind() ? "alone" : "alone_still", { kind: recorded.slice(1).toUpperCase() }) : "");
    find(".film-alone").hidden = !alone;
    find("#film-link").addEventListener("click", told.link);
    find("#film-open").addEventListener("click", () => file.click());
    file.addEventListener("change", async () => { await open(file.files[0]); file.value = ""; });
    return { open, clear };
  }

  return { build };
})();
