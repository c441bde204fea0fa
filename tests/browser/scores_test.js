// Scores in the browser by themselves: where in a film a moment of its one piece is from.
import { onePiece, originOf } from "../../gan/ui/browser/core/voices.js";
import { assertEquals } from "./assert.js";

/** Scores of one voice, each step of which is a pitch of its own. @param {number} count @param {number} steps */
const someScores = (count, steps) =>
  Array.from({ length: count }, (_, score) => ({
    steps,
    pitches: [Array.from({ length: steps }, (_, step) => 1000 * score + step)],
    begins: [Array.from({ length: steps }, () => false)],
  }));

Deno.test("each step of a film's piece is that of the frame and the place that are shown", () => {
  for (const [count, steps] of [[3, 16], [12, 32], [13, 32], [96, 32], [40, 16]]) {
    const piece = onePiece(someScores(count, steps));
    const origins = Array.from({ length: piece.steps }, (_, at) => originOf(at, count, steps));
    assertEquals(origins.map(({ frame, step }) => 1000 * frame + step), piece.pitches[0]);
  }
  assertEquals(originOf(8.5, 96, 32), { frame: 6, step: 8.5 });
  assertEquals(originOf(16 * 8, 96, 32).frame, 95); // the very end
});
