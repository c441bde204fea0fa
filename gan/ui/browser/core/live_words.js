// What the live tab says of a run: its state, what its contestants are called, and what is on the doctor's button,
// which names every setting that it changes.

import { short } from "./words.js";

/** @typedef {import("./words.js").Say} Say */

/** The mean p_real of fakes below which the critic believes none of them. */
const REFUSED = 0.25;

/**
 * What is said of a run that trains: what its doctor and its figures say of the fakes, and no more.
 * @param {string} illness that the doctor names, or a word for good health
 * @param {number | null | undefined} believed the mean p_real of the fakes
 * @returns {string} the ending of the sentence's key; "" where the fakes are believed as they should be
 */
export function trainingWord(illness, believed) {
  if (illness && !["starting", "healthy"].includes(illness)) return `_${illness}`;
  return believed != null && believed < REFUSED ? "_refused" : "";
}

/**
 * The word for a diagnosis: a run in good health that holds few modes so far, or whose fakes are not believed yet, is
 * still learning.
 * @param {{ name: string, values?: Record<string, number> }} diagnosis
 * @param {number | null | undefined} believed the mean p_real of the fakes
 */
export function doctorHeading({ name, values }, believed) {
  if (name !== "healthy") return name;
  const few = values?.total && values.fair < values.total / 2;
  return few || trainingWord(name, believed) ? "learning" : name;
}

/** How the setting "rival" begins where the rival is the run itself as it was before a cure. */
const BEFORE = "before:";

/** Whether a run races against itself before its cure. */
export const racesItself = (/** @type {unknown} */ rival) => String(rival).startsWith(BEFORE);

/**
 * The name of each contestant: its objective, or in a race of a cured run with itself what has become of it.
 * @param {{ lanes: { objective: string }[], setup: Record<string, unknown> }} scene
 * @param {Say} say
 * @returns {string[]}
 */
export const laneNames = ({ lanes, setup }, say) =>
  racesItself(setup.rival)
    ? [say("lane_cured"), say("lane_before")]
    : lanes.map(({ objective }) => say(`objective_${objective}`));

/** @typedef {{ cure: string, change: Record<string, unknown>, before: Record<string, unknown> }} Remedy */

/** Whose a setting is, where the forger and the critic both have one of its label. */
const WHOSE = {
  lr: "forger",
  beta1: "forger",
  beta2: "forger",
  lr_d: "critic",
  beta1_d: "critic",
  beta2_d: "critic",
  d_steps: "critic",
};

/**
 * The words of the button; they name the one change, or say how many there are.
 * @param {Remedy} remedy
 * @param {Say} say
 */
export function cureLabel({ cure, change }, say) {
  const label = say(`cure_${cure}`), count = Object.keys(change).length;
  return count > 1 ? say("cure_settings", { label, count }) : label;
}

/**
 * A line for each setting that changes: its name, the value before and the value after.
 * @param {Remedy} remedy
 * @param {Say} say
 */
export const changeLines = ({ change, before }, say) =>
  Object.keys(change).map((name) =>
    say("cure_change", {
      name: settingName(name, say),
      before: valueWord(name, before[name], say),
      after: valueWord(name, change[name], say),
    })
  );

/** @param {string} name @param {Say} say */
function settingName(name, say) {
  const label = say(`field_${name}`);
  return name in WHOSE
    ? say("cure_whose", { who: say(WHOSE[/** @type {keyof typeof WHOSE} */ (name)]), label })
    : label;
}

/** @param {string} name @param {unknown} value @param {Say} say */
function valueWord(name, value, say) {
  for (const key of [`option_${name}_${value}`, `${name}_${value}`]) if (say.has(key)) return say(key);
  return typeof value === "number" && !Number.isInteger(value) ? short(value) : String(value);
}
