// The answer follows what is given: in every frame the encoder's guess, and when the hand rests steps towards it.

import { seenByEncoder } from "../core/damage.js";
import { squaredError } from "../core/likeness.js";
import { chosen, compared, FIRST_STEPS, FREE, keptOf, STEPS, taskOf, taskOfOthers } from "../core/repairing.js";
import { engine } from "../page/engine.js";
import { again, drawn, guessed } from "./guessing.js";
import { otherWays } from "./other_ways.js";
import { COVERED, damagedImage, framingOf, givenImage, isBlank, tellTrouble } from "./room.js";
import { candidates, levelled, nearest, rowsOf, samplesOf, startsOf } from "./samples.js";
import { showAnswer, showNearness, showProgress, showSeen } from "./showing.js";
import { showTiles } from "./tiles.js";

/** @import { Damaged } from "../core/damage.js" */
/** @import { Task } from "../core/repairing.js" */
/** @import { Answer, Room } from "./room.js" */

const REST = 180; // milliseconds after which a hand rests
const TASK = "yours"; // of the engine's jobs: a newer one takes the place of an older
const SHOWN = 4; // answers of a repair

/** Something of what is given is another. @param {Room} room */
export function changed(room) {
  room.turn += 1;
  clearTimeout(room.following.resting);
  room.following.resting = setTimeout(() => rest(room), REST);
  read(room);
  follow(room);
}

/** Reads what is given, and what of it is left. @param {Room} room */
function read(room) {
  room.given = givenImage(room, framingOf(room));
  room.damaged = damagedImage(room, room.given);
}

/** Draws one answer at a time, always to the newest that was given. @param {Room} room */
async function follow(room) {
  const { following, section } = room;
  following.dirty = true;
  if (following.busy) return;
  following.busy = true;
  section.dataset.phase = "following";
  while (following.dirty) {
    following.dirty = false;
    try {
      await guess(room);
    } catch (error) {
      tellTrouble(room, error);
    }
  }
  following.busy = false;
}

/** The quick answer to what is given. @param {Room} room */
async function guess(room) {
  const { model, given, damaged } = room;
  showSeen(room);
  const found = isBlank(room)
    ? await drawn(model, rowsOf(model, [model.wAvg[0]])) // the average picture
    : damaged
    ? await drawn(model, await repairGuess(room))
    : await guessed(model, given);
  if (found && model === room.model) show(room, answerOf(damaged, found.ws, found.image));
}

/** @param {Room} room @param {Answer} answer */
function show(room, answer) {
  take(room, answer);
  showNearness(room, false);
}

/** The guess of the encoder that knows damaged pictures; where there is none, of the other. @param {Room} room */
function repairGuess(room) {
  const { model, damaged } = room;
  return knowsDamage(room)
    ? engine.encode(model.name, seenByEncoder(damaged), 1, "repair")
    : engine.encode(model.name, damaged.picture, 1);
}

/** Whether an encoder guesses that learnt from damaged pictures. @param {Room} room */
const knowsDamage = ({ model, entries }) => Boolean(entries.find(({ name }) => name === model.name)?.repair);

/** @param {Damaged | null} damaged @returns {Answer} */
const answerOf = (damaged, ws, made) => ({ ws, made, image: damaged ? keptOf(damaged, made) : made });

/** Shows an answer. @param {Room} room @param {Answer} answer */
function take(room, answer) {
  room.answer = answer;
  showAnswer(room);
}

// ---- when the hand rests -------------------------------------------------------------------------------------------

/** @param {Room} room */
async function rest(room) {
  const { turn, section, model } = room;
  const alive = () => turn === room.turn && model === room.model;
  if (room.following.busy || !room.answer) {
    room.following.resting = setTimeout(() => rest(room), REST);
    return;
  }
  try {
    section.dataset.phase = "fitting";
    if (!isBlank(room)) await (room.damaged ? fitRepair(room, alive) : fitWhole(room, alive));
    if (!alive()) return;
    section.dataset.phase = "resting";
    showNearness(room, true);
  } catch (error) {
    if (alive()) {
      section.dataset.phase = "resting";
      tellTrouble(room, error);
    }
  } finally {
    if (alive()) showProgress(room, 0);
  }
}

/**
 * Steps from some starts, the first one's picture following once its error is small; null where it was overtaken.
 * @param {Room} room
 * @param {Float32Array} ws [starts, width]
 * @param {Task} task
 * @param {() => boolean} alive
 * @param {number} small
 */
function fitted(room, ws, { target, known, steps, pull }, alive, small = Infinity) {
  const { model, damaged } = room, { shrink = 1, grey = false } = damaged ?? {};
  const given = { ws, target, known, shrink, grey, steps, pull };
  let drawing = false;
  const onStep = async (now, error, step) => {
    if (!alive()) return;
    showProgress(room, step / steps);
    if (drawing || error >= small) return;
    drawing = true;
    const made = await engine.draw(model.name, now).catch(() => null);
    drawing = false;
    if (!made || !alive() || room.section.dataset.phase !== "fitting") return;
    show(room, answerOf(damaged, now, made));
  };
  return engine.fit(model.name, given, { task: TASK, onStep });
}

/** @param {Room} room @param {() => boolean} alive */
async function fitWhole(room, alive) {
  const { model, given, answer, way } = room;
  if (way === "faithful") {
    const better = await again(model, given, answer);
    if (!better || !alive()) return;
    show(room, answerOf(null, better.ws, better.image));
  }
  const faithful = way === "faithful";
  const start = faithful ? levelled(model, room.answer.ws) : await nearestSample(room, alive);
  if (!start || !alive()) return;
  // A faithful fit begins further away than the guess that is shown.
  const small = faithful ? squaredError(given, room.answer.image) : Infinity;
  const known = new Float32Array(given.length).fill(1);
  const found = await fitted(room, start, { target: given, known, steps: STEPS, pull: FREE }, alive, small);
  if (!found || !alive()) return;
  const made = await engine.draw(model.name, found.ws);
  if (!made || !alive()) return;
  take(room, answerOf(null, found.ws, made));
}

/** ws of the sample that is nearest to what is given. @param {Room} room */
async function nearestSample(room, alive) {
  const { model, given, answer } = room, samples = await samplesOf(model);
  if (!alive()) return null;
  const near = nearest(model, samples, answer.ws);
  const rows = rowsOf(model, near.map((i) => samples.w[i]));
  const images = await engine.render(model.name, rows, { task: TASK });
  if (!images || !alive()) return null;
  const far = near.map((_, i) => squaredError(given, images.subarray(i * model.values, (i + 1) * model.values)));
  const best = far.indexOf(Math.min(...far));
  return rows.slice(best * model.width, (best + 1) * model.width);
}

/** The repair itself, and then other ones. @param {Room} room @param {() => boolean} alive */
async function fitRepair(room, alive) {
  const { model, damaged, section } = room;
  if (COVERED.includes(room.damage.kind) && damaged.known.every((v) => v === 1)) return; // nothing is missing
  if (!damaged.certain && !await clearer(room, alive)) return;
  const task = taskOf(damaged, room.answer.made, knowsDamage(room));
  const found = await fitted(room, room.answer.ws, task, alive);
  const made = found && alive() && await engine.draw(model.name, found.ws);
  if (!made || !alive()) return;
  const answer = answerOf(damaged, found.ws, made);
  Object.assign(room, { answers: [answer], chosen: 0 });
  section.dataset.phase = "answering";
  take(room, answer);
  showNearness(room, true);
  showTiles(room);
  const ways = await otherWays(room), others = alive() && await otherAnswers(room, taskOfOthers(damaged, task), alive);
  if (!alive()) return;
  room.answers = [...[answer, ...others || []].slice(0, SHOWN), ...ways];
  showTiles(room);
}

/** A few steps first, as a better guess tells better what is noise; whether it came to that. @param {Room} room */
async function clearer(room, alive) {
  const { model, damaged, answer } = room, task = { ...taskOf(damaged, answer.made, true), steps: FIRST_STEPS };
  const found = await fitted(room, answer.ws, task, alive);
  const made = found && alive() && await engine.draw(model.name, found.ws);
  if (!made || !alive()) return false;
  take(room, answerOf(damaged, found.ws, made));
  return true;
}

/**
 * Answers from starts of other kinds, as far as they agree with what is known and differ; null where overtaken.
 * @param {Room} room with an answer
 * @param {Task} task
 * @param {() => boolean} alive
 */
async function otherAnswers(room, task, alive) {
  const { model, damaged, answer } = room, starts = await otherStarts(room, task, alive);
  const found = starts && alive() && await fitted(room, starts, task, alive);
  const images = found && alive() && await engine.render(model.name, found.ws, { task: TASK });
  if (!images || !alive()) return null;
  const part = (all, i, size) => all.slice(i * size, (i + 1) * size);
  const answers = Array.from(found.errors, (_, i) => {
    return answerOf(damaged, part(found.ws, i, model.width), part(images, i, model.values));
  });
  const every = [answer, ...answers], pictures = every.map(({ image }) => image);
  const error = squaredError(compared(answer.made, damaged), task.target, task.known);
  return chosen(damaged, pictures, [error, ...found.errors], SHOWN).filter((i) => i > 0).map((i) => every[i]);
}

/** ws of samples of other kinds that agree with what is known. @param {Room} room @param {Task} task */
async function otherStarts({ model, damaged, answer }, { target, known }, alive) {
  const samples = await samplesOf(model);
  if (!alive()) return null;
  const groups = candidates(model, samples, answer.ws), all = groups.flat();
  const images = await engine.render(model.name, rowsOf(model, all.map((i) => samples.w[i])), { task: TASK });
  if (!images || !alive()) return null;
  const error = new Map();
  all.forEach((sample, i) => {
    const image = images.subarray(i * model.values, (i + 1) * model.values);
    error.set(sample, squaredError(compared(image, damaged), target, known));
  });
  return rowsOf(model, startsOf(model, samples, groups, (i) => error.get(i)).map((i) => samples.w[i]));
}
