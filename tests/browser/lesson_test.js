// The lesson without its page: predictions, where one is, and what a browser kept of both.
import {
  answered,
  asked,
  choiceOf,
  goneTo,
  noProgress,
  pieces,
  readProgress,
  stepOf,
  stepQuery,
} from "../../gan/ui/browser/core/lesson.js";
import { assertEquals } from "./assert.js";

const NAMES = ["game", "noise", "critic"];

Deno.test("the first answer counts, until one asks to predict again", () => {
  const once = answered(noProgress(), "noise", 2);
  assertEquals([choiceOf(once, "noise"), choiceOf(once, "game")], [2, null]);
  assertEquals(answered(once, "noise", 0), once);
  assertEquals(choiceOf(asked(once, "noise"), "noise"), null);
  assertEquals(choiceOf(answered(asked(once, "noise"), "noise", 0), "noise"), 0);
});

Deno.test("to go on changes no answer", () => {
  assertEquals(goneTo(answered(noProgress(), "game", 0), 2), { at: 2, answers: { game: 0 } });
});

Deno.test("what was kept comes back, and nothing that is no progress", () => {
  const whole = { at: 2, answers: { game: 0, critic: 2 } };
  assertEquals(readProgress(JSON.parse(JSON.stringify(whole)), NAMES), whole);
  for (const strange of [null, 7, "x", [], { at: 9 }, { at: -1 }, { at: "1" }, { at: 0.5, answers: 3 }]) {
    assertEquals(readProgress(strange, NAMES), noProgress());
  }
  assertEquals(readProgress({ at: 1, answers: { game: 3, noise: "1", nobody: 1, critic: -1 } }, NAMES), {
    at: 1,
    answers: {},
  });
});

Deno.test("a link numbers steps from 1", () => {
  assertEquals(["1", "3", "0", "4", "x", "", null, "1.5"].map((step) => stepOf(step, 3)), [
    0,
    2,
    null,
    null,
    null,
    null,
    null,
    null,
  ]);
  assertEquals(stepQuery(2), "tab=learn&step=3");
  assertEquals(stepOf(new URLSearchParams(stepQuery(2)).get("step"), 3), 2);
});

Deno.test("terms are cut out of a text in either language", () => {
  assertEquals(pieces("The [forger](forger) draws (once)."), [
    { text: "The ", term: null },
    { text: "forger", term: "forger" },
    { text: " draws (once).", term: null },
  ]);
  assertEquals(pieces("[伪造者](forger)画"), [{ text: "伪造者", term: "forger" }, { text: "画", term: null }]);
  assertEquals(pieces("plain"), [{ text: "plain", term: null }]);
});
