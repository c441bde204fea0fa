// What the Yours tab knows: one object that its functions hand around, and what is read off it.

import { centred, framedStrokes, FRAMINGS, imageOfInk } from "../core/centring.js";
import { downscaled, greyed, holed, noisy, salted, stainPlaces } from "../core/damage.js";
import { croppedImage, inkOf } from "../core/given_picture.js";
import { newSheet, sheetOf } from "../core/strokes.js";
import { sentence } from "../core/trouble.js";
import { note } from "../page/notes.js";

/** @import { Damaged } from "../core/damage.js" */
/** @import { Crop, Pixels } from "../core/given_picture.js" */
/** @import { Model } from "../core/model.js" */
/** @import { Sheet, Stroke } from "../core/strokes.js" */
/** @import { Say } from "../core/words.js" */

/**
 * What is drawn, by a pen or by the brush that covers: strokes, those of before the last "clear" among them.
 * @typedef {object} Drawing
 * @property {Stroke[]} strokes that are seen
 * @property {Stroke[][]} cleared what was emptied, the last one last
 * @property {Sheet} sheet of the strokes
 * @property {Stroke | null} stroke that is being drawn
 *
 * An answer: the numbers that the engine takes, the picture that they give, and that one with what is certain as it was
 * given. `way` says which other way gave that one; undefined where the forger did.
 * @typedef {{ ws: Float32Array, made: Float32Array, image: Float32Array, way?: "bicubic" | "network" }} Answer
 *
 * @typedef {"none" | "hole" | "stains" | "noise" | "salt" | "tiny2" | "tiny4" | "grey"} Kind
 *
 * @typedef {object} Damage
 * @property {Kind} kind
 * @property {number} level 1 to 10, of the kinds that have one
 * @property {number} seed
 * @property {boolean} already whether what was given is damaged, so that nothing is added
 *
 * @typedef {object} Room
 * @property {HTMLElement} section the tab's frame
 * @property {(selector: string) => any} find an element of the frame
 * @property {Say} say
 * @property {HTMLCanvasElement} pad what was given, and where one draws
 * @property {HTMLCanvasElement} canvas what was made of it
 * @property {{ name: string, data: string, macs: number, repair: boolean }[]} entries the models that are offered
 * @property {{ name: string, data: string, task: string }[]} networks that were trained to repair one damage
 * @property {Model | null} model
 * @property {"pad" | "picture" | "sample" | "camera" | "sound"} source
 * @property {Drawing} ink
 * @property {Drawing} cover of the hole, and of stains
 * @property {[x: number, y: number] | null} cursor of the arrow keys, in parts of the pad's side
 * @property {boolean} down whether the keyboard's pen touches the pad
 * @property {boolean} erases
 * @property {number} width of the pen, a share of the pad's side
 * @property {Pixels | null} picture
 * @property {Crop | null} crop
 * @property {boolean} framed whether a picture is treated as the data's makers would have
 * @property {Float32Array | null} sample an image of the model's own
 * @property {{ sound: Float32Array, sample: Float32Array } | null} sound a visitor's own, and the
 *   sample that it is
 * @property {Damage} damage
 * @property {"faithful" | "easy"} way
 * @property {Float32Array | null} given [C, R, R] what was given, as the model sees it
 * @property {Damaged | null} damaged what of it is left; null where nothing is damaged
 * @property {Answer | null} answer the newest
 * @property {Answer[]} answers several, where a repair has them
 * @property {number} chosen which of them is shown
 * @property {number} wipe share of the answer's picture that shows what was before the repair
 * @property {number} turn counts changes, so that what was overtaken gives up
 * @property {number} opening counts the models that were chosen: the last one comes
 * @property {{ busy: boolean, dirty: boolean, resting: number }} following whether an answer is being made, whether
 *   what is given has changed since, and the clock until a hand rests
 * @property {boolean} untouched whether the ink is still the one that nobody drew
 * @property {boolean} displayed whether the tab is the one that is laid out
 * @property {Promise<void> | null} opened the arrival, from the first look at the tab on
 * @property {() => void} still ends whatever moves by itself
 */

const SHEET = 160; // pixels of a side: what strokes and scans are made into before they are centred
/** What can be damaged, in the order in which it is offered. @type {Kind[]} */
export const KINDS = ["none", "hole", "stains", "noise", "salt", "tiny2", "tiny4", "grey"];
export const COVERED = ["hole", "stains"]; // kinds where a brush says what is unknown
export const LEVELLED = ["noise", "salt"];
const LEVEL = 0.05; // of noise, for each step of the slider; and of salt and pepper

/** @returns {Drawing} */
export const newDrawing = () => ({ strokes: [], cleared: [], sheet: newSheet(SHEET), stroke: null });

/**
 * A room that nothing was done in.
 * @param {HTMLElement} section
 * @param {Say} say
 * @returns {Room}
 */
export function newRoom(section, say) {
  const find = (selector) => section.querySelector(selector);
  return {
    section,
    find,
    say,
    pad: find("#yours-pad"),
    canvas: find("#yours-canvas"),
    entries: [],
    networks: [],
    model: null,
    source: "pad",
    ink: newDrawing(),
    cover: newDrawing(),
    cursor: null,
    down: false,
    erases: false,
    width: 0.09,
    picture: null,
    crop: null,
    framed: true,
    sample: null,
    sound: null,
    damage: { kind: "none", level: 5, seed: 1, already: false },
    way: "faithful",
    given: null,
    damaged: null,
    answer: null,
    answers: [],
    chosen: 0,
    wipe: 0,
    turn: 0,
    opening: 0,
    following: { busy: false, dirty: false, resting: 0 },
    untouched: true,
    displayed: false,
    opened: null,
    still: () => {},
  };
}

// ---- what is read off it -------------------------------------------------------------------------------------------

/** How the makers of a model's data framed their pictures of ink; undefined where they are none. @param {Room} room */
export const framingOf = ({ model }) => (model?.shape[0] === 1 ? FRAMINGS[model.data?.name] : undefined);

/** Whether the pen or the brush is what the pad takes. @param {Room} room */
export const isDrawn = ({ source, damage }) =>
  COVERED.includes(damage.kind) || (source === "pad" && damage.kind === "none");

/** What the pen or the brush draws on. @param {Room} room */
export const drawingOf = ({ ink, cover, damage }) => (damage.kind === "none" ? ink : cover);

/** The kinds of damage that a model's pictures can have. @param {Room} room @returns {Kind[]} */
export function kindsOf({ model }) {
  const [channels, side] = model.shape;
  return KINDS.filter((kind) => !(kind === "grey" && channels < 3) && !(kind.startsWith("tiny") && side % 4));
}

/** What was given, as the model sees it. @param {Room} room */
export function givenImage({ model, source, ink, picture, crop, framed, sample, sound }, framing) {
  const { shape } = model, [channels, side] = shape;
  if (source === "sample") return sample;
  if (source === "sound") return sound.sample;
  if (source !== "picture") return imageOfInk(framedStrokes(ink.strokes, ink.sheet, side, framing), channels);
  if (framing && framed) return imageOfInk(centred(inkOf(picture, crop, SHEET), side, framing), channels);
  return croppedImage(picture, crop, shape);
}

/** What is left of a given image; null where nothing is damaged. @param {Room} room @returns {Damaged | null} */
export function damagedImage({ model: { shape }, damage, cover }, image) {
  const { kind, level, seed, already } = damage, added = already ? 0 : level * LEVEL;
  const makers = {
    none: () => null,
    hole: () => holed(image, shape, hiddenBy(cover, shape[1])),
    stains: () => holed(image, shape, hiddenBy(cover, shape[1])),
    noise: () => noisy(image, shape, added, seed),
    salt: () => salted(image, shape, added, seed),
    tiny2: () => downscaled(image, shape, 2),
    tiny4: () => downscaled(image, shape, 4),
    grey: () => greyed(image, shape),
  };
  return makers[kind]();
}

/** What a brush covered, at the size of a model's pictures. @param {Drawing} cover */
const hiddenBy = ({ sheet }, side) => centred(sheet, side, undefined);

/** Stains as strokes of the brush. @returns {Stroke[]} */
export const stainStrokes = (seed) => stainPlaces(seed).map((dot) => ({ dots: [dot], erases: false }));

/** Whether nothing is drawn. @param {Room} room */
export const isBlank = ({ source, ink }) => source === "pad" && !ink.sheet.ink.some((v) => v > 0.1);

// ---- what is done to it --------------------------------------------------------------------------------------------

/** Draws a drawing's sheet anew. @param {Drawing} drawing */
export function redraw(drawing) {
  drawing.sheet = sheetOf(drawing.strokes, SHEET);
}

/** Says what went wrong. @param {Room} room */
export const tellTrouble = (room, error) => note(sentence(error, room.say), true);

/** @param {Room} room */
export const isVisible = (room) => room.displayed && document.visibilityState === "visible";
