// Words as samples, in the browser as in Python: how they are read, what is near, and what stands beside them.
import { letterSize } from "../../gan/ui/browser/core/lettering.js";
import { SAMPLING } from "../../gan/ui/browser/core/sampling.js";
import { changedLetters, saidWord, spelled } from "../../gan/ui/browser/core/spelling.js";
import { editDistance, editDistances, wordOfRow } from "../../gan/ui/browser/core/stored_rows.js";
import { nearest } from "../../gan/ui/browser/engine/reference.js";
import { assertEquals } from "./assert.js";

const MODEL = { kind: "words", shape: [5, 4, 1], unit: 1, traits: { alphabet: "abé𝒳", groups: [5] } };
const sample = (...row) => wordOfRow(MODEL, Uint8Array.from(row));

Deno.test("a word ends at its first end, its letters are whole ones", () => {
  assertEquals(spelled(MODEL, sample(1, 3, 4, 0)), "aé𝒳");
  assertEquals(spelled(MODEL, sample(2, 0, 1, 0)), "b");
  assertEquals(spelled(MODEL, sample(1, 1, 1, 1)), "aaaa");
  assertEquals([spelled(MODEL, sample(0, 1, 0, 0)), saidWord(MODEL, sample(0, 1, 0, 0))], ["", "\u2014"]);
});

Deno.test("of equal channels the first counts, as in Python", () => {
  const soft = new Float32Array(20).fill(0.5);
  soft[4 * 2 + 0] = 0.9; // b first
  assertEquals(spelled(MODEL, soft), "b");
});

Deno.test("letters to change", () => {
  const numbers = (word) => Uint8Array.from(word, (letter) => letter.charCodeAt(0));
  const pairs = [["kitten", "sitting", 3], ["", "abc", 3], ["abc", "abc", 0], ["flaw", "lawn", 2], ["ab", "ba", 2]];
  for (const [a, b, far] of pairs) {
    assertEquals([editDistance(numbers(a), numbers(b)), editDistance(numbers(b), numbers(a))], [far, far]);
  }
});

Deno.test("the nearest real words are those with the fewest letters to change", () => {
  const rows = Uint8Array.of(1, 2, 0, 0, 1, 2, 3, 0, 4, 4, 4, 4);
  assertEquals(editDistances(MODEL, sample(1, 2, 3, 4), rows, 4), [2, 1, 3]);
  const found = nearest({ pixels: rows, shape: [3, 4] }, sample(1, 2, 3, 4), 2, MODEL);
  assertEquals(found.map(({ index, distance }) => [index, distance]), [[1, 1], [0, 2]]);
  assertEquals(saidWord(MODEL, SAMPLING.words.reading.sample(MODEL, found[0].pixels)), "abé");
});

Deno.test("what changed on the way is marked, from whichever end fewer letters did", () => {
  assertEquals(changedLetters("deeson", "desson"), [false, false, true, false, false, false]);
  assertEquals(changedLetters("jovann", "ovann"), [true, false, false, false, false, false]);
  assertEquals(changedLetters("anna", "ann"), [false, false, false, true]);
  assertEquals(changedLetters("é𝒳", "é𝒳"), [false, false]);
});

Deno.test("letters are as large as fits, as in Python", () => {
  assertEquals([letterSize(0), letterSize(1), letterSize(4), letterSize(400)], [88, 88, 50, 1]);
});
