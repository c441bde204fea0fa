// How samples of each medium are asked for and compared: what the engine, latents and views have to know of it.
// core/media.js says how they are drawn; the engine does without it.
import {
  clipDistances,
  clipOfRow,
  editDistances,
  graphDistances,
  graphOfRow,
  noteDistances,
  scoreOfRow,
  soundOfRow,
  spectralDistances,
  wordOfRow,
} from "./stored_rows.js";

/** @import { Model } from "./model.js" */
/** @import { Reading } from "./stored_rows.js" */

/**
 * @typedef {object} Sampling
 * @property {number} shown samples in one drawing: more than one are a cloud
 * @property {number} most samples that are asked for at once
 * @property {number} judged samples that the critic is asked about at once
 * @property {boolean} walks whether one can walk to neighbours
 * @property {boolean} mixes whether a second seed can take part
 * @property {Reading} [reading] how real samples are read, as a host keeps them; without it they are pixels
 */

const ALONE = { shown: 1, most: 64, judged: 64, walks: true, mixes: true };
const COSTLY = { ...ALONE, judged: 16 };

/** @type {Record<string, Sampling>} by medium, a key of PAINTERS */
export const SAMPLING = {
  pictures: COSTLY,
  words: { ...ALONE, reading: { sample: wordOfRow, distances: editDistances } },
  scores: { ...ALONE, reading: { sample: scoreOfRow, distances: noteDistances } },
  sounds: { ...COSTLY, reading: { sample: soundOfRow, distances: spectralDistances } },
  points: { shown: 2000, most: 2000, judged: 2000, walks: false, mixes: false },
  clips: { ...COSTLY, reading: { sample: clipOfRow, distances: clipDistances } },
  graphs: { ...COSTLY, reading: { sample: graphOfRow, distances: graphDistances } },
};

/** @param {Pick<Model, "kind">} model */
export const samplingOf = ({ kind }) => SAMPLING[kind];
