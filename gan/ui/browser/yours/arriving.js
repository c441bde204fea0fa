// How the room comes to a model and to something that is given, so that it is never empty.

import { FRAMINGS } from "../core/centring.js";
import { seedsClass } from "../core/classes.js";
import { withSeeds } from "../core/model.js";
import { sentence, Trouble } from "../core/trouble.js";
import { cut } from "../core/views.js";
import { LIMIT } from "../engine/client.js";
import { mapping } from "../core/latents.js";
import { seeded } from "../core/draws.js";
import { put } from "../page/elements.js";
import { engine } from "../page/engine.js";
import { options } from "../page/fields.js";
import { showInAddress } from "../page/address_bar.js";
import { host } from "../page/host.js";
import { note } from "../page/notes.js";
import { OPENED } from "../page/links.js";
import { drawExample } from "./example.js";
import { changed } from "./following.js";
import { ownMedium, showMedium } from "./media.js";
import { showKinds } from "./repair.js";
import { framingOf, newDrawing, tellTrouble } from "./room.js";
import { rowsOf } from "./samples.js";
import { showGiven, showTools } from "./showing.js";

/** @typedef {import("./room.js").Room} Room */

const PSI = 0.7; // of the sample that is given where nobody gave anything

/** The first look at the room. @param {Room} room */
export async function arrive(room) {
  try {
    const how = await engine.how;
    room.section.dataset.engine = how;
    if (how === "server") throw new Trouble("trouble_engine");
    const listed = await host.models(), able = withSeeds(listed).filter(({ encoder }) => encoder);
    room.networks = listed.filter(({ task }) => task);
    room.entries = able.filter(({ macs }) => macs <= LIMIT);
    const large = able.find(({ macs }) => macs > LIMIT);
    if (!room.entries.length) {
      throw large ? new Trouble("trouble_limit", { name: large.name }) : new Trouble("trouble_none");
    }
    options(room.find("#yours-model"), room.entries.map(({ name }) => [name, name]), "");
    tellOf(room, large ? room.say("trouble_limit", { name: large.name }) : "");
    const asked = askedFor();
    await open(room, firstName(room, asked));
    room.section.dataset.ready = "yes";
    if (asked && asked !== room.model.name && asked !== large?.name) note(whyNot(room, asked, listed), true);
  } catch (error) {
    tellOf(room, sentence(error, room.say));
    room.section.dataset.ready = "none";
    room.opened = error instanceof Trouble ? room.opened : null; // another look is another try
  }
}

/** A sentence that stays. @param {Room} room */
function tellOf({ find }, text) {
  const place = find(".yours-note");
  put(place, text);
  place.hidden = !text;
}

/** The model that the link names, or that was opened in another tab. */
const askedFor = () => new URLSearchParams(location.search).get("model") ?? OPENED.get("model");

/** Why the model of a link is not the one that is shown. */
function whyNot({ say, model, entries }, asked, listed) {
  if (listed.some(({ name }) => name === asked)) return say("trouble_other", { name: asked, shown: model.name });
  return say("trouble_model", { name: cut(asked), names: entries.map(({ name }) => name).join(", ") });
}

/** The link's model; else the first that a pen can draw for, else the first. @param {Room} room */
function firstName({ entries }, asked) {
  const named = entries.find(({ name }) => name === asked) ?? entries.find(({ data }) => data in FRAMINGS);
  return (named ?? entries[0]).name;
}

/**
 * Shows another model; what was drawn or given stays where the model can take it.
 * @param {Room} room
 * @param {string} name
 */
export async function open(room, name) {
  const opening = room.opening += 1;
  room.turn += 1; // what is fitted by the model before it ends
  const model = await engine.model(name);
  if (opening !== room.opening) return;
  room.still();
  Object.assign(room, { model, answer: null, answers: [], cover: newDrawing() });
  room.find("#yours-model").value = name;
  room.section.dataset.model = name;
  put(room.find(".yours-research"), model.research ? room.say("research") : "");
  room.canvas.style.setProperty("--side", `${model.shape[1]}px`);
  room.damage.kind = "none";
  showInAddress("yours", new URLSearchParams({ tab: "yours", model: name }).toString());
  showMedium(room);
  const draws = Boolean(framingOf(room)), kept = ownMedium(room).given.includes(room.source);
  room.find("#yours-draw").setAttribute("aria-disabled", String(model.shape[0] > 1));
  showKinds(room);
  if (!kept || room.source === "pad" || room.source === "sample") {
    if (draws) room.source = "pad";
    else await giveSample(room);
  }
  showTools(room);
  if (room.source === "pad" && room.untouched) drawExample(room, () => changed(room));
  else {
    changed(room);
    showGiven(room);
  }
}

/** A picture of the model's own is given, another one each time. @param {Room} room */
export async function giveSample(room) {
  const { model } = room, seed = Math.floor(Math.random() * 1e6), c = seedsClass(model, { seed });
  const w = mapping(model, seeded(seed, model.zDim), c), average = model.wAvg[c];
  const near = model.layered ? w.map((v, i) => average[i] + PSI * (v - average[i])) : w;
  const image = await engine.draw(model.name, rowsOf(model, [near])).catch((error) => tellTrouble(room, error));
  if (image && model === room.model) Object.assign(room, { sample: image, source: "sample" });
}
