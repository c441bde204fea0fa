// What a page has to know of a medium to show samples of it; its twin in Python is MEDIA, and live/media.js says what
// the live tab needs besides. No other file asks of which
// kind a model's samples are: a further medium is one more entry of PAINTERS.
import { FAINT, imageOf, mark, scatter, SIDE } from "./painting.js";

/**
 * @typedef {import("./model.js").Model} Model
 *
 * @typedef {object} Painter
 * @property {Cloud | null} cloud what it takes to see anything; null where a sample is looked at by itself
 * @property {(model: Model) => { side: number, channels: 1 | 3 }} size of a drawing, which is square: pixels of a side,
 *   and whether it is grey or in colours
 * @property {(model: Model, samples: Float32Array) => ImageData} draw a sample, or a cloud of them [N, ...]
 * @property {(model: Model) => string} measure how large a sample is, in signs of any language
 * @property {number} most samples that are asked for at once
 * @property {number} judged samples that the critic is asked about at once
 * @property {boolean} walks whether one can walk to neighbours
 * @property {boolean} mixes whether a second seed can take part
 * @property {boolean} inside whether what the generator's layers make can be looked at
 *
 * @typedef {object} Cloud
 * @property {number} samples how many of them a drawing shows
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
    most: 64,
    judged: 16,
    walks: true,
    mixes: true,
    inside: true,
  },
  points: {
    cloud: {
      samples: 2000,
      backdrop: (model, samples) => scatter(model, samples, FAINT),
      mark: (model, drawing, [x, y]) => mark(model, drawing, x, y),
    },
    size: () => ({ side: SIDE, channels: 3 }),
    draw: (model, samples) => scatter(model, samples),
    measure: ({ shape: [dimensions] }) => `${dimensions}-D`,
    most: 2000,
    judged: 2000,
    walks: false,
    mixes: false,
    inside: false,
  },
};

/** @param {Pick<Model, "kind">} model */
export const painterOf = ({ kind }) => PAINTERS[kind];

/**
 * How many samples a drawing shows.
 * @param {Pick<Model, "kind">} model
 */
export const samplesShown = (model) => painterOf(model).cloud?.samples ?? 1;

/**
 * The side of a drawing in pixels.
 * @param {Model} model
 */
export const sideOf = (model) => painterOf(model).size(model).side;
