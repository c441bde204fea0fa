// Undo and redo in Explore as a value: what is a step, and where steps lead.
import { PLAIN_VIEW } from "../../gan/ui/browser/core/views.js";
import { newHistory, settled, steppedBack, steppedForward } from "../../gan/ui/browser/explore/history.js";
import { assert, assertEquals } from "./assert.js";

const viewOf = (/** @type {number} */ seed) => ({ ...PLAIN_VIEW, model: "digits", seed });
const [first, second, third] = [viewOf(1), viewOf(2), viewOf(3)];

Deno.test("a view that differs is one step, and ends what was undone", () => {
  const undone = { committed: first, past: [], future: [third] };
  assertEquals(settled(undone, second), { committed: second, past: [first], future: [] });
});

Deno.test("the same picture is no step, nor is anything before the first", () => {
  const history = newHistory(first), nothing = newHistory(null);
  assert(settled(history, { ...first }) === history, "a copy of the view counted");
  assert(settled(nothing, first) === nothing, "the first view counted");
});

Deno.test("back and forward again lead to where they began", () => {
  const there = [second, third].reduce(settled, newHistory(first));
  const back = steppedBack(there, third, second);
  assertEquals(back, { committed: second, past: [first], future: [third] });
  assertEquals(steppedForward(back, second, third), there);
});

Deno.test("only so many steps are kept, the newest", () => {
  const views = Array.from({ length: 1200 }, (_, i) => viewOf(i));
  const { past, committed } = views.slice(1).reduce(settled, newHistory(views[0]));
  assertEquals(committed, views[1199]);
  assertEquals([past.length, past[0].seed, past[999].seed], [1000, 199, 1198]);
});
