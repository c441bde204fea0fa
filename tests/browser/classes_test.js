// Which class of a model one meets, coming from another.
import { classAfter } from "../../gan/ui/browser/core/classes.js";
import { assertEquals } from "./assert.js";

const faces = { classes: [] }, characters = { classes: ["a", "b", "c", "d"] }, digits = { classes: ["0", "1"] };

Deno.test("after a model without classes the seed has one, and others keep theirs where it is there", () => {
  const view = { c: 0, seed: 46 };
  assertEquals(classAfter(faces, characters, view), 2);
  assertEquals(classAfter(digits, characters, { c: 1, seed: 46 }), 1);
  assertEquals(classAfter(characters, digits, { c: 3, seed: 46 }), 0);
  assertEquals(classAfter(characters, faces, { c: 3, seed: 46 }), 0);
  assertEquals(classAfter(faces, faces, view), 0);
});
