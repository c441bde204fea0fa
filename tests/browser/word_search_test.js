// A typed word is looked for among latents: here of a model whose latents are the letters themselves.
import { unpackWs } from "../../gan/ui/browser/core/own_latents.js";
import { canSearch, typedRow, wordNear } from "../../gan/ui/browser/core/word_search.js";
import { assert, assertEquals } from "./assert.js";

const CHANNELS = 4, LENGTH = 5; // the end and three letters, at five places
const MODEL = {
  kind: "words",
  shape: [CHANNELS, LENGTH, 1],
  unit: 1,
  traits: { alphabet: "abé", groups: [CHANNELS] },
  zDim: CHANNELS * LENGTH,
  wDim: CHANNELS * LENGTH,
  width: CHANNELS * LENGTH,
  noise: "normal",
  maps: [],
  classes: [],
  layered: false,
};
const asThey = (rows) => Promise.resolve(rows); // at each place the largest number of the latent is the letter

Deno.test("what is typed becomes letters that the model has", () => {
  assertEquals(typedRow(MODEL, " bAé "), Uint8Array.of(2, 1, 3));
  assertEquals(typedRow(MODEL, "e\u0301"), Uint8Array.of(3));
  assertEquals(["", "abc", "abaab"].map((text) => typedRow(MODEL, text)), [null, null, null]);
});

Deno.test("a word is found, at a latent that a link holds", async () => {
  const shares = [], wanted = typedRow(MODEL, "béab");
  const { own, word, distance } = await wordNear(MODEL, wanted, asThey, (share) => shares.push(share));
  assertEquals([word, distance], ["béab", 0]);
  assert(shares.every((share, i) => share > (shares[i - 1] ?? 0) && share < 1));
  const again = unpackWs(own, MODEL.wDim);
  assertEquals(again.length, MODEL.width);
  assertEquals((await wordNear(MODEL, wanted, asThey)).own, own);
});

Deno.test("what cannot be written is told by its letters to change", async () => {
  const never = (rows) => { // a model that never ends a word before its third letter, and begins all with a
    const samples = rows.slice();
    for (let at = 0; at < samples.length; at += CHANNELS * LENGTH) {
      samples[at + 1 * LENGTH] = 99;
      for (const place of [1, 2]) samples[at + place] = -99;
    }
    return Promise.resolve(samples);
  };
  const { word, distance } = await wordNear(MODEL, typedRow(MODEL, "b"), never);
  assertEquals([word.length, word[0], distance], [3, "a", 2]);
});

Deno.test("only where w is z itself", () => {
  assert(canSearch(MODEL));
  assert(!canSearch({ ...MODEL, layered: true }) && !canSearch({ ...MODEL, classes: ["a"] }));
  assert(!canSearch({ ...MODEL, maps: [{}] }));
});
