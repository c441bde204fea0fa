// What else repairs a picture, to be seen beside the forger's answers: the usual filter, and networks that were trained
// for one damage alone.

import { shrunk } from "../core/damage.js";
import { bicubic } from "../core/translation.js";
import { engine } from "../page/engine.js";

/** @import { Answer, Kind, Room } from "./room.js" */

/** The task of the networks that repair a damage. @type {Partial<Record<Kind, string>>} */
const TASKS = {
  hole: "inpaint",
  stains: "inpaint",
  noise: "denoise",
  salt: "denoise",
  tiny2: "enlarge",
  tiny4: "enlarge",
};

/** The tiny picture that is known. @param {Room} room */
const small = ({ damaged: { picture, shape, shrink } }) => shrunk(picture, shape, shrink);

/**
 * The other ways' answers; each keeps the latent of the forger's own, from which Explore goes on.
 * @param {Room} room
 * @returns {Promise<Answer[]>}
 */
export async function otherWays(room) {
  const { damaged: { shape, shrink }, answer } = room, found = [];
  if (shrink > 1) {
    const low = [shape[0], shape[1] / shrink, shape[2] / shrink];
    found.push({ ...answer, image: bicubic(small(room), low, shrink), way: "bicubic" });
  }
  const image = await byNetwork(room);
  return image ? [...found, { ...answer, image, way: "network" }] : found;
}

/** What a network makes of it that was trained for this damage of these data; null where there is none. */
async function byNetwork(room) {
  const { damage, damaged, model, networks } = room, { name: data } = model.data;
  for (const entry of networks.filter((one) => one.task === TASKS[damage.kind] && one.data === data)) {
    const network = await engine.model(entry.name);
    const fits = network.shape.every((v, i) => v === model.shape[i]) && (network.factor ?? 1) === damaged.shrink;
    if (!fits) continue;
    const known = entry.task === "inpaint" ? damaged.known : null;
    return engine.translate(entry.name, damaged.shrink > 1 ? small(room) : damaged.picture, known);
  }
  return null;
}
