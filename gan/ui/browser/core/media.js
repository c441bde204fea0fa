// What a page has to know of a medium to show samples of it; its twin in Python is MEDIA. core/sampling.js says how
// samples are asked for, live/media.js what the live tab needs besides. No other file asks of which kind a model's
// samples are: a further medium is one more entry of PAINTERS and of SAMPLING.
import { clipSays, fpsOf, frameOf } from "./clips.js";
import { GRAPH_SIDE, graphImage, graphSays } from "./graphs.js";
import { lettered, SIDE as LETTERED } from "./lettering.js";
import { FAINT, imageOf, mark, scatter, SIDE } from "./painting.js";
import { roll, SIDE as ROLL } from "./roll.js";
import { saidSound, spectrogram } from "./spectrogram.js";
import { saidWord, spelled } from "./spelling.js";
import { saysScore } from "./voices.js";

/**
 * @typedef {import("./model.js").Model} Model
 *
 * @typedef {object} Painter
 * @property {Cloud | null} cloud what it takes to see anything; null where a sample is looked at by itself
 * @property {(model: Model) => { side: number, channels: 1 | 3 }} size of a drawing, which is square: pixels of a side,
 *   and whether it is grey or in colours
 * @property {(model: Model, samples: Float32Array, seconds?: number) => ImageData} draw a sample, or a cloud of them
 *   [N, ...]; in a film so many seconds after it began, where samples move by themselves
 * @property {(model: Model) => string} measure how large a sample is, in signs of any language
 * @property {boolean} inside whether what the generator's layers make can be looked at
 * @property {(model: Model, sample: Float32Array) => string} [says] a sample in one line of plain words, equal to
 *   Python's; without it a drawing is named by its model and seed
 *
 * @typedef {object} Cloud
 * @property {(model: Model, samples: Float32Array) => ImageData} backdrop a faint drawing, before which a film's moves
 * @property {(model: Model, drawing: ImageData, sample: Float32Array) => ImageData} mark one sample, large, drawn into
 *   a drawing
 */

/** @type {Record<string, Painter>} */
export const PAINTERS = {
  pictures: {
    cloud: null,
    size: ({ shape: [channels, side] }) => ({ side, channels: channels > 2 ? 3 : 1 }),
    draw: imageOf,
    measure: ({ shape: [, height, width] }) => `${height} × ${width} px`,
    inside: true,
  },
  words: {
    cloud: null,
    size: () => ({ side: LETTERED, channels: 1 }),
    draw: (model, sample) => lettered(spelled(model, sample)),
    says: saidWord,
    measure: ({ shape: [, length], traits: { alphabet } }) => `${alphabet[0]}–${alphabet.at(-1)}, 1–${length - 1}`,
    inside: true,
  },
  scores: {
    cloud: null,
    size: () => ({ side: ROLL, channels: 3 }),
    draw: roll,
    says: saysScore,
    measure: ({ shape: [, steps], traits: { voices } }) => `${voices.length} × ${steps} ♪`,
    inside: true,
  },
  sounds: {
    cloud: null,
    size: ({ shape: [, side] }) => ({ side, channels: 3 }),
    draw: spectrogram,
    says: saidSound,
    measure: ({ traits }) => `${(traits.hop * traits.frames / traits.rate).toFixed(2)} s, ${traits.rate / 1000} kHz`,
    inside: true,
  },
  points: {
    cloud: {
      backdrop: (model, samples) => scatter(model, samples, FAINT),
      mark: (model, drawing, [x, y]) => mark(model, drawing, x, y),
    },
    size: () => ({ side: SIDE, channels: 3 }),
    draw: (model, samples) => scatter(model, samples),
    measure: ({ shape: [dimensions] }) => `${dimensions}-D`,
    inside: false,
  },
  clips: {
    cloud: null,
    size: ({ shape: [, side] }) => ({ side, channels: 1 }),
    draw: (model, clip, seconds = 0) => frameOf(model, clip, Math.floor(seconds * fpsOf(model) + 1e-6)),
    measure: ({ shape: [frames, height, width] }) => `${frames} × ${height} × ${width} px`,
    inside: true,
    says: clipSays,
  },
  graphs: {
    cloud: null,
    size: () => ({ side: GRAPH_SIDE, channels: 3 }),
    draw: graphImage,
    measure: ({ shape: [, nodes] }) => `≤ ${nodes} ●`,
    inside: true,
    says: graphSays,
  },
};

/** @param {Pick<Model, "kind">} model */
export const painterOf = ({ kind }) => PAINTERS[kind];

/**
 * A sample in one line, in the page's language; "" where a drawing is named by its model and seed.
 * @param {import("./words.js").Say} say
 * @param {Model} model
 * @param {Float32Array} sample
 */
export const lineOf = (say, model, sample) => say.sample(model.kind, painterOf(model).says?.(model, sample) ?? "");

/**
 * The side of a drawing in pixels.
 * @param {Model} model
 */
export const sideOf = (model) => painterOf(model).size(model).side;
