// A fit as a page asks for it: what it gives is checked, then steps are taken in the worker, a few at a time.
import { begun, compared, fitted } from "./fitting.js";

/** @import { Model } from "../core/model.js" */
/** @import { Fitted, Given, Progress, Spread } from "./fitting.js" */

const PIECE = 200e6; // multiply-adds of the steps that are taken before the page is told and other jobs have their turn
const PASSES = 3; // what a step costs, in pictures: one is made, and a gradient goes back through it

/**
 * Hears the best ws of all so far [rows], its error, and how many steps are done.
 * @typedef {(ws: Float32Array, error: number, step: number) => void} OnStep
 */

/**
 * What a page gives, as a fit of this model takes it: a target of one channel where lumas are compared.
 * @param {Model} model
 * @param {Given} given
 * @returns {Given}
 * @throws {RangeError} it does not fit the model
 */
export function fitting(model, given) {
  const { ws, target, known, shrink, grey, steps } = given, [channels, height, width] = model.shape;
  if (!ws.length || ws.length % model.width) throw new RangeError(`a start has ${model.width} numbers`);
  if (![1, 2, 4].includes(shrink) || height % shrink || width % shrink) throw new RangeError(`no shrink by ${shrink}`);
  if (!Number.isInteger(steps) || steps < 0) throw new RangeError(`no fit of ${steps} steps`);
  const shape = [channels, height / shrink, width / shrink], area = shape[1] * shape[2], all = channels * area;
  if (target.length !== all && !(grey && target.length === area)) throw new RangeError(`a target has ${all} values`);
  if (known.length !== area && known.length !== all) throw new RangeError(`what is known has ${all} values`);
  return { ...given, target: target.length === area ? target : compared(target, shape, 1, grey) };
}

/**
 * The job of a fit.
 * @param {Model} model
 * @param {Given} given
 * @param {Spread} spread
 * @param {(progress: Progress, count: number) => Promise<Progress>} advance
 * @param {OnStep} onStep
 * @returns {Generator<Promise<Progress>, Fitted, Progress>}
 */
export function* fit(model, given, spread, advance, onStep) {
  const starts = given.ws.length / model.width;
  const few = Math.max(Math.floor(PIECE / (PASSES * model.macs * starts)), 1);
  let progress = begun(given, spread, model.width);
  while (!progress.done) {
    progress = yield advance(progress, few);
    const { ws, errors } = fitted(progress, spread), best = errors.indexOf(Math.min(...errors));
    onStep(ws.slice(best * model.width, (best + 1) * model.width), errors[best], progress.step);
  }
  return fitted(progress, spread);
}
