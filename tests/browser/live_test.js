// What the live tab says and draws of a run, as far as it needs no page.
import { CROWD_SHARE, crowds } from "../../gan/ui/browser/core/crowds.js";
import {
  changeLines,
  cureLabel,
  doctorHeading,
  laneNames,
  racesItself,
  trainingWord,
} from "../../gan/ui/browser/core/live_words.js";
import { sayer } from "../../gan/ui/browser/core/words.js";
import { assertEquals as equal } from "./assert.js";

const SIDE = 560, REACH = 4.6, FAKES = 512;

/**
 * A number in 0..1 that looks drawn by chance, the same for the same n.
 * @param {number} n
 */
const chance = (n) => Math.abs(Math.sin(n * 12.9898) * 43758.5453) % 1;

/**
 * x, y of marks around some middles.
 * @param {number[][]} middles
 * @param {number} radius css pixels within which each mark lies of its own
 */
function around(middles, radius) {
  const at = new Float32Array(2 * FAKES);
  for (let k = 0; k < FAKES; k++) {
    const [x, y] = middles[k % middles.length], turn = 2 * Math.PI * chance(k), far = radius * chance(k + 0.5);
    at.set([x + far * Math.cos(turn) / SIDE, y + far * Math.sin(turn) / SIDE], 2 * k);
  }
  return at;
}

/** @param {number} n */
const ring = (n) =>
  Array.from(
    { length: n },
    (_, i) => [0.5 + 0.3 * Math.cos(2 * Math.PI * i / n), 0.5 + 0.3 * Math.sin(2 * Math.PI * i / n)],
  );

Deno.test("512 fakes on one spot are counted there", () => {
  const [crowd, ...others] = crowds(around([[0.25, 0.75]], 1.5), SIDE, SIDE, REACH);
  equal(others, []);
  equal([crowd.count, Math.round(crowd.x), Math.round(crowd.y)], [FAKES, SIDE / 4, 3 * SIDE / 4]);
});

Deno.test("a crowd between two cells is one crowd", () => {
  for (const corner of [0, 0.25, 0.5, 0.75]) {
    const middle = (100 + corner) * REACH / SIDE;
    const found = crowds(around([[middle, middle]], 1.2), SIDE, SIDE, REACH);
    equal(found.map(({ count }) => count), [FAKES]);
  }
});

Deno.test("two spots are two crowds, and a mark counts once", () => {
  const found = crowds(around([[0.25, 0.5], [0.75, 0.5]], 1.5), SIDE, SIDE, REACH);
  equal(found.map(({ count }) => count), [FAKES / 2, FAKES / 2]);
});

Deno.test("modes that are held evenly are no crowds, however narrow", () => {
  equal(crowds(around(ring(8), 0.5), SIDE, SIDE, REACH), []);
  equal(crowds(around(ring(25), 0.5), SIDE, SIDE, REACH), []);
  equal(crowds(around([[0.5, 0.5]], 40), SIDE, SIDE, REACH), []);
  equal(crowds(around([[0, 0.5]], 0), SIDE, SIDE, REACH), []); // they have run out of the plane, and lie on its rim
  equal(crowds(new Float32Array(0), SIDE, SIDE, REACH), []);
  equal(Math.ceil(FAKES * CROWD_SHARE), 86);
});

Deno.test("a training run is said to gather only where it does", () => {
  equal(trainingWord("healthy", 0.45), "");
  equal(trainingWord("starting", 0.5), "");
  equal(trainingWord("starting", null), "");
  equal(trainingWord("healthy", 0.04), "_refused");
  equal(trainingWord("starting", 0.04), "_refused");
  for (const illness of ["collapsed", "diverged", "oscillating", "strong-critic"]) {
    equal(trainingWord(illness, 0.5), `_${illness}`);
    equal(trainingWord(illness, 0.04), `_${illness}`);
  }
});

Deno.test("the doctor calls nothing healthy that is not there yet", () => {
  equal(doctorHeading({ name: "healthy", values: { fair: 8, total: 8 } }, 0.45), "healthy");
  equal(doctorHeading({ name: "healthy", values: { fair: 3, total: 8 } }, 0.45), "learning");
  equal(doctorHeading({ name: "healthy", values: { fair: 8, total: 8 } }, 0.04), "learning");
  equal(doctorHeading({ name: "healthy", values: { fair: 0, total: 0 } }, null), "healthy");
  equal(doctorHeading({ name: "collapsed", values: { fair: 2, total: 8 } }, 0.04), "collapsed");
});

const WORDS = {
  cure_brake: "Add the brake",
  "cure_average+rate": "Average and smaller steps",
  cure_settings: "{label}: {count} settings",
  cure_change: "{name}: {before} → {after}",
  cure_whose: "{who}: {label}",
  critic: "critic",
  forger: "forger",
  field_penalty: "Brake",
  field_lr: "Rate",
  field_lr_d: "Rate",
  field_ema_nimg: "Half-life",
  "option_penalty_none": "none",
  "option_penalty_r1-r2": "R1 + R2",
  objective_hinge: "Hinge",
  lane_cured: "cured",
  lane_before: "not cured",
};
const say = sayer({ en: WORDS }, "en");

Deno.test("a cure of one setting is named, one of more says how many and which", () => {
  const one = { cure: "brake", change: { penalty: "r1-r2" }, before: { penalty: "none" } };
  equal(cureLabel(one, say), "Add the brake");
  equal(changeLines(one, say), ["Brake: none → R1 + R2"]);
  const more = {
    cure: "average+rate",
    change: { ema_nimg: 20000, lr: 0.0008, lr_d: 0.001 },
    before: { ema_nimg: 0, lr: 0.008, lr_d: 0.01 },
  };
  equal(cureLabel(more, say), "Average and smaller steps: 3 settings");
  equal(changeLines(more, say), [
    "Half-life: 0 → 20000",
    "forger: Rate: 0.008 → 8.0e-4",
    "critic: Rate: 0.010 → 0.001",
  ]);
});

Deno.test("the two of a race against itself are told apart", () => {
  const lanes = [{ objective: "hinge" }, { objective: "hinge" }];
  equal(laneNames({ lanes, setup: { rival: "before:objective=hinge" } }, say), ["cured", "not cured"]);
  equal(laneNames({ lanes, setup: { rival: "hinge" } }, say), ["Hinge", "Hinge"]);
  equal([racesItself("before:lr=1"), racesItself("hinge"), racesItself("")], [true, false, false]);
});
