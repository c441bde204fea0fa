// What one takes home: the film as a file, its link, and the way back from a file to a film.

import { sentence } from "../core/trouble.js";
import { asciiJson } from "../core/png.js";
import { filmName, filmSettings } from "../core/film.js";
import { findSettings, framesKept, GIF_MOST_FPS } from "../core/film_file.js";
import { contactSheet, recordedFilm, recordedKind, recordedSuffix, zipOfFrames } from "./encode.js";
import { make, put } from "../page/elements.js";
import { saveBlob } from "../page/files.js";
import { host } from "../page/host.js";
import { note } from "../page/notes.js";

const SUFFIXES = [".mp4", ".gif", ".webp", ".png", ".zip"];
const LARGEST = 100e6; // bytes of a file that is looked through

export function buildSave(box, say, told) {
  // told: {whole() -> Promise of {reel, film, sha256}, open(settings), link()}
  const find = (selector) => box.querySelector(selector);
  const alone = !host.encode, bar = find("progress"), said = find(".film-saving");
  const file = find("#film-file"), buttons = {};
  let further = []; // the forms of the film's medium, as buttons
  let busy = false;

  function tell(share, text) {
    bar.hidden = share == null;
    if (share != null) bar.value = share;
    put(said, text);
  }

  // `write`: what makes the file of what is whole, told the share that is done; by default the host or the browser.
  // `noted`: whether the file carries the film's settings.
  async function save(
    suffix,
    kind = say(`kind_${suffix.slice(1)}`),
    write = alone ? browserMade : hostMade,
    noted = true,
  ) {
    if (busy) return;
    busy = true;
    rest(true);
    tell(0, say("saving_frames"));
    try {
      const made = await told.whole();
      const progress = (share) => tell(share, say("saving", { kind }));
      progress(0);
      const blob = await write(suffix, made, progress);
      saveBlob(blob, filmName(made.film) + suffix);
      const { length: count } = made.reel, shown = framesKept(count, suffix, made.film.fps);
      const less = shown < count ? ` ${say("saved_fewer", { shown, count, fps: GIF_MOST_FPS })}` : "";
      tell(null, say(noted ? "saved" : "saved_plain", { kind, size: size(blob.size) }) + less);
    } catch (error) {
      tell(null, "");
      note(sentence(error, say), true);
    }
    busy = false;
    rest(false);
  }

  // not `disabled`, which would take the focus from the button that was pressed
  const rest = (on) => {
    for (const button of [...Object.values(buttons), ...further]) button.setAttribute("aria-disabled", String(on));
  };

  function clear() {
    // what was saved is another film than the one that is shown now
    if (!busy) tell(null, "");
  }

  const size = (bytes) => (bytes < 1e6 ? `${Math.ceil(bytes / 1000)} kB` : `${(bytes / 1e6).toFixed(1)} MB`);

  function hostMade(suffix, { reel, film, sha256 }, progress) {
    const { width, height, channels, length } = reel, settings = filmSettings(film, sha256);
    const about = { width, height, channels, frames: length, fps: film.fps, name: filmName(film), settings };
    return host.encode(suffix, about, played(reel), progress);
  }

  /** Offers the forms of the film's medium, beside those of pictures. */
  function offer(forms, model) {
    for (const button of further) button.remove();
    further = forms.map(({ suffix, word, noted = false, make: made }) => {
      const write = (_, { reel, film, sha256 }) => {
        const samples = Array.from({ length: reel.length }, (_, frame) => reel.samples[reel.index(frame)]);
        return made(model, samples, film.fps, asciiJson(filmSettings(film, sha256)));
      };
      const id = `film-save-${suffix.slice(1)}`, onclick = () => save(suffix, say(word), write, noted);
      return make("button", { type: "button", id, onclick }, say(word));
    });
    find(".film-files").append(...further);
    rest(busy);
  }

  function played(reel) {
    // the pixels in the order they are shown
    if (reel.length === reel.count) return reel.pixels;
    const bytes = reel.pixels.length / reel.count, all = new Uint8Array(reel.length * bytes);
    for (let frame = 0; frame < reel.length; frame++) all.set(reel.frame(reel.index(frame)), frame * bytes);
    return all;
  }

  function browserMade(suffix, { reel, film, sha256 }, progress) {
    const settings = filmSettings(film, sha256);
    return (suffix === ".zip" ? zipOfFrames : suffix === ".png" ? contactSheet : recordedFilm)(
      reel,
      settings,
      progress,
    );
  }

  // ---- and back -------------------------------------------------------------------------------------------------

  async function open(given) {
    if (!given) return;
    try {
      if (given.size > LARGEST) {
        throw new Error(say("trouble_large", { name: given.name.slice(0, 60), high: LARGEST / 1e6 }));
      }
      const found = findSettings(new Uint8Array(await given.arrayBuffer()));
      if (!found?.film) throw new Error(say("trouble_file", { name: given.name.slice(0, 60) }));
      await told.open(found);
    } catch (error) {
      note(sentence(error, say), true);
    }
  }

  // ---- laying out -----------------------------------------------------------------------------------------------

  const recorded = alone ? recordedSuffix() : "";
  const offered = alone ? [...(recordedKind() ? [recorded] : []), ".png", ".zip"] : SUFFIXES;
  for (const suffix of offered) {
    const id = `film-save-${suffix.slice(1)}`, kind = suffix.slice(1);
    buttons[suffix] = make(
      "button",
      { type: "button", id, title: say(`kind_${kind}_is`), onclick: () => save(suffix) },
      say(`kind_${kind}`),
    );
  }
  find(".film-files").replaceChildren(...Object.values(buttons));
  put(
    find(".film-alone"),
    alone ? say(recordedKind() ? "alone" : "alone_still", { kind: recorded.slice(1).toUpperCase() }) : "",
  );
  find(".film-alone").hidden = !alone;
  find("#film-link").addEventListener("click", told.link);
  find("#film-open").addEventListener("click", () => file.click());
  file.addEventListener("change", async () => {
    await open(file.files[0]);
    file.value = "";
  });
  return { open, clear, offer };
}
