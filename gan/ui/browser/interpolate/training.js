// Films through a model's training: drawn by the host of a run's snapshots, or here of the samples that a file keeps.

import { CHOICES, filmTrouble } from "../core/film.js";
import { frameSize, MAX_BYTES } from "../core/film_path.js";
import { aboutRun, firstGrid, keptNote, momentsOf } from "../core/kept_film.js";
import { painterOf, sideOf } from "../core/media.js";
import { grouped } from "../core/words.js";
import { host } from "../page/host.js";
import { blankReel, joined, tiles } from "./frames.js";

/** @typedef {import("./tab.js").FilmTab} FilmTab */

export const SLOWLY = 6; // frames a second of a training, which has few frames

/** Whether a film of the training of a model's is kept as samples, by its entry. */
export const isKept = (entry) => entry?.history === "film";

/**
 * The frames that a host draws of a run's snapshots: one sample of each seed.
 * @param {any} model
 * @param {any} film
 */
export async function drawnReel(model, film) {
  const asked = { seeds: film.keys.map(({ seed }) => seed), psi: film.psi };
  if (model.classes.length) asked.classes = film.keys.map(({ c }) => c);
  const { width, height, channels, frames, labels, pixels } = await host.training(film.model, asked);
  const reel = Object.assign(blankReel({ film, width, height, channels, count: frames, length: frames }), { labels });
  reel.pixels.set(pixels);
  reel.done.fill(1);
  return reel;
}

/**
 * The frames of a film that is kept, as many samples in each as the film's grid has places; of one alone the samples
 * are in the reel too, to be heard or read.
 * @param {any} model
 * @param {any} film
 */
export async function keptReel(model, film) {
  const bytes = new Uint8Array(await host.file(film.model, "film")), note = keptNote(bytes, film.model);
  const moments = momentsOf(model, note, await pictureOf(bytes, film.model)), count = moments.length;
  const grid = Math.min(film.grid, Math.floor(Math.sqrt(note.seeds.length)));
  const { tile, ...box } = frameSize(model, grid);
  const megabytes = count * box.width * box.height * box.channels / 1e6;
  if (megabytes > MAX_BYTES / 1e6) throw filmTrouble("bytes", { count: Math.ceil(megabytes), high: MAX_BYTES / 1e6 });
  const reel = Object.assign(blankReel({ film, ...box, count, length: count }), { labels: note.nimg, note });
  const drawing = { film: { ...film, grid }, tile, channels: box.channels };
  moments.forEach((samples, at) => reel.set(at, tiles(model, joined(samples.slice(0, grid ** 2)), drawing, at)));
  if (grid === 1 && painterOf(model).says) reel.samples = moments.map(([first]) => first);
  return reel;
}

/**
 * The picture in a WebP file's bytes; a Trouble where a browser finds none.
 * @param {Uint8Array<ArrayBuffer>} bytes
 * @param {string} name of the model whose film it is
 */
async function pictureOf(bytes, name) {
  // The numbers as they are: no colours of this screen's.
  const plain = { colorSpaceConversion: "none", premultiplyAlpha: "none" };
  const file = new Blob([bytes], { type: "image/webp" });
  const bitmap = await createImageBitmap(file, plain).catch(() => {
    throw filmTrouble("kept", { name });
  });
  const { width, height } = bitmap, canvas = Object.assign(document.createElement("canvas"), { width, height });
  const g = canvas.getContext("2d", { willReadFrequently: true });
  g.drawImage(bitmap, 0, 0);
  bitmap.close();
  return g.getImageData(0, 0, width, height);
}

/** The grid that a kept film of a model's is first seen in. */
export const gridOf = (model) => firstGrid(sideOf(model), Math.max(...CHOICES.grid));

/**
 * Which run a film is of, in words; "" where it is the host's drawing of the model's own.
 * @param {FilmTab} tab
 */
export function runInWords({ model, reel, film, say }) {
  if (!film.training || reel?.film.model !== model.name || !reel.note) return "";
  const { seeds, psi } = reel.note, { key, values } = aboutRun(model, reel.note);
  const told = { ...values, length: grouped(values.length), own: grouped(values.own) };
  return `${say(key, told)} ${say("run_seeds", { first: seeds[0], last: seeds.at(-1), psi })}`;
}
