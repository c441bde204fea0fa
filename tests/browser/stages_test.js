// Slow motion looked back: which stage one sees, and what going back and on do to it.
import { hasEarlier, keepStage, lookEarlier, lookLater, seenFrame } from "../../gan/ui/browser/live/stages.js";
import { assert, assertEquals } from "./assert.js";

const stageFrame = (/** @type {number} */ index) => ({ stage: { index } });

function shownAfter(/** @type {any[]} */ ...frames) {
  /** @type {any} */
  const shown = { past: null, stages: [], behind: 0, frame: null };
  for (const frame of frames) {
    shown.frame = frame;
    keepStage(shown, frame);
  }
  return shown;
}

const indexOf = (/** @type {any} */ shown) => seenFrame(shown).stage?.index;

Deno.test("one goes back to the first stage that was seen, and on to the newest", () => {
  const shown = shownAfter(...[0, 1, 2].map(stageFrame));
  assertEquals(indexOf(shown), 2);
  assert(lookEarlier(shown) && lookEarlier(shown), "there are two before");
  assertEquals([indexOf(shown), hasEarlier(shown), lookEarlier(shown)], [0, false, false]);
  assert(lookLater(shown) && lookLater(shown), "there are two after");
  assertEquals([indexOf(shown), lookLater(shown)], [2, false]);
});

Deno.test("a new stage is looked at, wherever one was", () => {
  const shown = shownAfter(...[0, 1, 2].map(stageFrame));
  lookEarlier(shown);
  keepStage(shown, shown.frame = stageFrame(3));
  assertEquals([indexOf(shown), shown.behind], [3, 0]);
  lookEarlier(shown);
  assertEquals(indexOf(shown), 2);
});

Deno.test("a frame that is no stage ends slow motion, and its stages with it", () => {
  const shown = shownAfter(stageFrame(0), stageFrame(1), { steps: 1 });
  assertEquals([hasEarlier(shown), shown.stages.length, seenFrame(shown)], [false, 0, { steps: 1 }]);
});

Deno.test("a moment of the past goes before everything; only the newest stages are kept", () => {
  const shown = shownAfter(...Array.from({ length: 30 }, (_, i) => stageFrame(i)));
  assertEquals([shown.stages.length, shown.stages[0].stage.index], [20, 10]);
  shown.past = { moment: 7 };
  assertEquals(seenFrame(shown), { moment: 7 });
});
