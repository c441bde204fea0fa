// What is done with an answer: it is opened in Explore, becomes a key frame of a film, or a file.

import { packWs } from "../core/own_latents.js";
import { saveBlob } from "../page/files.js";
import { note } from "../page/notes.js";
import { addOwnKey, openOwn } from "../page/own_pictures.js";
import { pngFile } from "../page/pictures.js";

/** @typedef {import("./room.js").Room} Room */

const HERO = 448; // CSS pixels that the side of a saved picture fills, in whole multiples of its own

/** The latent of what is shown, as text. @param {Room} room */
const ownOf = ({ model, answer }) => packWs(answer.ws, model.wDim);

/** @type {Record<string, (room: Room) => unknown>} */
const ACTS = {
  explore: (room) => openOwn(room.model.name, ownOf(room)),
  key: (room) => note(room.say("key_kept", { n: addOwnKey(room.model.name, ownOf(room)) })),
  png: async (room) => {
    const { canvas, model } = room, scale = Math.max(1, Math.floor(HERO / canvas.width));
    const settings = { model: model.name, sha256: model.sha256, own: ownOf(room) };
    saveBlob(await pngFile(canvas, scale, settings), `${model.name}-yours.png`);
  },
};

/** @param {Room} room */
export function watchOut(room) {
  for (const [name, act] of Object.entries(ACTS)) {
    room.find(`#yours-${name}`).addEventListener("click", () => {
      if (room.answer) act(room);
    });
  }
}
