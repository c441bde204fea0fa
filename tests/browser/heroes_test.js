// What stands beside a picture is one entry of HEROES: here one that writes down what it is told.
import { heroPlace } from "../../gan/ui/browser/media/place.js";
import { assertEquals } from "./assert.js";

/** A place of a page, as far as heroes need one. */
function place() {
  return {
    hidden: true,
    dataset: {},
    children: [],
    replaceChildren(...made) {
      this.children = made;
    },
  };
}

/** Heroes of the medium `tunes`, and what they were told. */
function tunes() {
  const told = [];
  const showing = {
    show: (_, sample, moving) => told.push([...sample, moving]),
    sequence: (_, samples, fps) => told.push([samples.length, fps]),
    stop: () => told.push("stop"),
    near: () => told.push("near"),
  };
  const saved = { suffix: ".abc", word: "tunes_abc", many: true, make: () => Promise.resolve(new Blob()) };
  const mount = (host) => {
    host.replaceChildren("player");
    return showing;
  };
  return { told, heroes: { tunes: { mount, files: () => [saved] } } };
}

const SAMPLE = Float32Array.of(1, 2), TUNE = { kind: "tunes" }, PICTURE = { kind: "pictures" };

Deno.test("a hero is built once for all models of its medium, and silent when another is opened", () => {
  const { told, heroes } = tunes(), host = place(), hero = heroPlace(host, (key) => key, heroes);
  hero.open(TUNE);
  assertEquals([host.hidden, host.children], [false, ["player"]]);
  host.children = ["touched"];
  hero.open({ kind: "tunes" });
  assertEquals(host.children, ["touched"]);
  hero.open(PICTURE);
  assertEquals([host.hidden, host.children, told], [true, [], ["stop", "stop"]]);
});

Deno.test("a medium without a hero is its picture alone", () => {
  const { told, heroes } = tunes(), hero = heroPlace(place(), (key) => key, heroes);
  hero.open(PICTURE);
  hero.show(PICTURE, SAMPLE, true);
  hero.sequence(PICTURE, [SAMPLE], 25);
  hero.stop();
  assertEquals([hero.has(PICTURE), hero.files(PICTURE), told], [false, [], []]);
  assertEquals(hero.asks(PICTURE), { near: null, ranked: null });
});

Deno.test("what is shown opens its hero, and what rests is told once", () => {
  const { told, heroes } = tunes(), hero = heroPlace(place(), (key) => key, heroes);
  hero.show(TUNE, SAMPLE, true);
  hero.show(TUNE, SAMPLE, false);
  hero.show(TUNE, SAMPLE, false);
  hero.show(TUNE, SAMPLE, true);
  hero.show(TUNE, SAMPLE, false);
  assertEquals(told, [[1, 2, true], [1, 2, false], [1, 2, true], [1, 2, false]]);
  hero.asks(TUNE).near();
  assertEquals([told.at(-1), hero.asks(TUNE).ranked], ["near", null]);
});

Deno.test("a film is handed on as its samples", () => {
  const { told, heroes } = tunes(), hero = heroPlace(place(), (key) => key, heroes);
  hero.sequence(TUNE, [SAMPLE, SAMPLE], 25);
  assertEquals(told, [[2, 25]]);
  assertEquals(hero.files(TUNE).map(({ suffix }) => suffix), [".abc"]);
});
