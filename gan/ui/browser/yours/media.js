// What the Yours tab has to know of a medium; no other file of the tab asks of which kind a model's samples are.

import { decibels } from "../core/likeness.js";
import { explainAnew } from "../page/hints.js";
import { tellHeard } from "./sounds.js";

/** @typedef {import("./room.js").Room} Room */

/**
 * @typedef {object} OwnMedium
 * @property {string} ending of the keys of words that speak of this medium
 * @property {string[]} sources the buttons that say where it comes from
 * @property {string[]} given what the source may be
 * @property {string} accept of the file that is opened
 * @property {boolean} damages whether it may be damaged, and repaired
 * @property {boolean} heard whether it is heard
 * @property {(room: Room, error: number) => string} far how far an answer is, by its mean squared error
 * @property {(room: Room) => void} tell whatever else there is to say of an answer at rest
 */

/** @type {Record<string, OwnMedium>} */
export const OWN_MEDIA = {
  pictures: {
    ending: "",
    sources: ["draw", "open", "paste", "camera", "sample"],
    given: ["pad", "picture", "sample", "camera"],
    accept: "image/*",
    damages: true,
    heard: false,
    far: (_, error) => decibels(error).toFixed(1),
    tell: () => {},
  },
  sounds: {
    ending: "_sounds",
    sources: ["record", "open", "sample"],
    given: ["sound", "sample"],
    accept: "audio/*,.wav,.flac,.ogg,.oga,.opus,.mp3,.m4a",
    damages: false,
    heard: true,
    far: ({ model }, error) => (Math.sqrt(error) * model.traits.range / 2).toFixed(1),
    tell: tellHeard,
  },
};

/** That of the room's model; of pictures until one is there. @param {Room} room */
export const ownMedium = ({ model }) => OWN_MEDIA[model?.kind ?? "pictures"];

/** A sentence, in the words of the medium where it has its own. @param {Room} room @param {string} key */
export function worded(room, key, values = {}) {
  const own = `${key}${ownMedium(room).ending}`;
  return room.say(room.say.has(own) ? own : key, values);
}

/** Lays the frame out for the medium of the room's model: its sources and its words. @param {Room} room */
export function showMedium(room) {
  const { section, find } = room, { sources, accept, damages, heard } = ownMedium(room);
  for (const button of section.querySelectorAll(".yours-sources button")) {
    button.hidden = !sources.includes(button.id.replace("yours-", ""));
  }
  find("#yours-file").accept = accept;
  find(".yours-repair").hidden = !damages;
  for (const place of section.querySelectorAll("[data-of-sounds]")) place.hidden = !heard;
  for (const place of section.querySelectorAll("[data-word]")) place.textContent = worded(room, place.dataset.word);
  for (const place of section.querySelectorAll("[data-hint]")) explainAnew(place, worded(room, place.dataset.hint));
  room.canvas.setAttribute("aria-label", worded(room, "alt_made"));
  section.dataset.medium = room.model.kind;
}
