// Films of a training that are kept as samples: what their file says, and which pixels of its picture are which sample.
import { aboutRun, firstGrid, keptNote, momentsOf } from "../../gan/ui/browser/core/kept_film.js";
import { spelled } from "../../gan/ui/browser/core/spelling.js";
import { assert, assertEquals } from "./assert.js";

const NOTE = {
  nimg: [64, 640],
  seeds: [0, 1, 2],
  psi: 1,
  channels: 3,
  preset: "colours",
  config: { batch: 32 },
};
const bytes = (training) => new TextEncoder().encode(`RIFF…${JSON.stringify({ "gan-atelier": 1, training })}…`);

/** A picture whose red, green and blue say in which row and column a pixel is, and how far all others are. */
function picture(width, height) {
  const data = new Uint8ClampedArray(4 * width * height);
  for (let i = 0; i < width * height; i++) data.set([Math.floor(i / width), i % width, 9, 255], 4 * i);
  return { width, height, data };
}

const refused = (make) => {
  try {
    make();
  } catch (error) {
    return error.key;
  }
  return "";
};

Deno.test("a cell of the picture is one seed at one moment", () => {
  const model = { name: "colours", kind: "pictures", shape: [3, 2, 2], traits: {}, values: 12 };
  const moments = momentsOf(model, NOTE, picture(6, 4)), level = (v) => Math.fround(v / 127.5 - 1);
  assertEquals([moments.length, moments[0].length], [2, 3]);
  // of the second moment and third seed: rows 2 and 3, columns 4 and 5, colour by colour
  assertEquals([...moments[1][2]], [2, 2, 3, 3, 4, 5, 4, 5, 9, 9, 9, 9].map(level));
});

Deno.test("words come back letter by letter", () => {
  const model = { name: "ab", kind: "words", shape: [3, 4, 1], traits: { alphabet: "ab", groups: [3] }, values: 12 };
  const sheet = picture(12, 2);
  "ab..|b...|aab.|bb..|aa..|a...".replaceAll("|", "").split("").forEach((letter, i) => {
    sheet.data[4 * i] = ".ab".indexOf(letter);
  });
  const read = momentsOf(model, { ...NOTE, channels: 1 }, sheet).map((all) => all.map((one) => spelled(model, one)));
  assertEquals(read, [["ab", "b", "aab"], ["bb", "aa", "a"]]);
});

Deno.test("a picture without room for the samples is refused", () => {
  const model = { name: "colours", kind: "pictures", shape: [3, 2, 2], traits: {}, values: 12 };
  for (const [width, height] of [[5, 4], [6, 5], [12, 4], [3, 2]]) {
    assertEquals(refused(() => momentsOf(model, NOTE, picture(width, height))), "trouble_kept");
  }
});

Deno.test("a file's note is found in its bytes, and checked", () => {
  assertEquals(keptNote(bytes(NOTE), "colours"), NOTE);
  const wrong = [
    undefined,
    {},
    { ...NOTE, nimg: [] },
    { ...NOTE, nimg: [1, -2] },
    { ...NOTE, seeds: "0-15" },
    { ...NOTE, psi: "1" },
    { ...NOTE, channels: 2 },
    { ...NOTE, config: null },
    { ...NOTE, config: {} },
  ];
  for (const note of wrong) assertEquals(refused(() => keptNote(bytes(note), "colours")), "trouble_kept");
  assertEquals(refused(() => keptNote(new Uint8Array(99), "colours")), "trouble_kept");
});

Deno.test("which run a film is of", () => {
  const model = { name: "colours", nimg: 656 }, key = (name, note) => aboutRun({ ...model, name }, note).key;
  assertEquals(key("colours", NOTE), "run_whole"); // within a batch
  const short = { ...NOTE, nimg: [64, 600] };
  assertEquals([key("colours", short), key("colours-2", short)], ["run_same", "run_recipe"]);
  assertEquals(key("mine", { ...short, preset: "" }), "run_unnamed");
  assertEquals(aboutRun(model, short).values, { model: "colours", preset: "colours", length: 600, own: 656 });
});

Deno.test("drawings are shown as many at once as have room", () => {
  assertEquals([8, 28, 64, 128, 224, 640, 900].map((side) => firstGrid(side, 4)), [4, 4, 4, 4, 3, 1, 1]);
  assert(firstGrid(8, 2) === 2, "more than may be chosen");
});
