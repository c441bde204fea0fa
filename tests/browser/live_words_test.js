// Words of a live run are read to who does not see them.
import { drawWords } from "../../gan/ui/browser/live/words.js";
import { assertEquals } from "./assert.js";

/** A canvas on which nothing is painted. */
function canvas() {
  const g = new Proxy({}, { get: () => () => {}, set: () => true });
  return {
    clientWidth: 320,
    clientHeight: 100,
    style: {},
    label: "",
    getContext: () => g,
    setAttribute(_, text) {
      this.label = text;
    },
  };
}

const WORDS = ["ab", "", "b", "a", "bb", "aa", "ba"], ROW = 3;
const text = btoa(String.fromCharCode(...WORDS.flatMap((word) => (
  Array.from({ length: ROW }, (_, i) => "ab".indexOf(word[i] ?? "-") + 1)
))));

Deno.test("the first fakes are read, and as many told of as are seen", () => {
  Object.assign(globalThis, { window: {} });
  const scene = { row: [ROW], traits: { alphabet: "ab" }, lanes: [{}] }, at = canvas();
  const say = (key, values) => `${key} ${Object.values(values ?? {})}`;
  drawWords(at, { scene, lane: { fakes: text, opinions: "" }, colours: {}, say });
  assertEquals(at.label, "picture_words 7 read_words ab, \u2014, b, a, bb, aa");
});
