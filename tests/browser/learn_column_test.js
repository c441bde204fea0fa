// The lesson's column on a page of nothing but names and texts: which panels stand in it, and what a run's status says.
import { assertEquals } from "./assert.js";

/** As much of an element as the column asks of one. */
class FakeElement {
  /** @type {(FakeElement | string)[]} */
  children = [];
  /** @type {Record<string, string>} */
  dataset = {};
  textContent = "";
  classList = { add() {}, toggle() {} };
  addEventListener() {}
  setAttribute() {}
  removeAttribute() {}
  append(/** @type {(FakeElement | string)[]} */ ...children) {
    this.children.push(...children);
  }
  replaceChildren(/** @type {(FakeElement | string)[]} */ ...children) {
    this.children = children;
  }
  querySelectorAll() {
    return [];
  }
}

Object.assign(globalThis, {
  document: { createElement: () => new FakeElement(), documentElement: { lang: "en" } },
  matchMedia: () => ({ matches: false }),
});
Object.defineProperty(globalThis, "location", { value: new URL("http://atelier.test/?tab=learn"), configurable: true });

// after what they look for when they are loaded
const { writeClassColumn } = await import("../../gan/ui/browser/learn/class_column.js");
const { writeColumn } = await import("../../gan/ui/browser/learn/column.js");
const { heard } = await import("../../gan/ui/browser/learn/free.js");

const say = Object.assign((/** @type {string} */ key) => key, {
  has: () => true,
  host: (/** @type {string} */ sentence) => `host: ${sentence}`,
});
const NOTHING = { go() {}, answer() {}, again() {}, done() {}, latent() {}, closed() {}, vote() {} };

/** A tab at a step with these panels. @param {string[]} panels @param {Record<string, any>} more @returns {any} */
function tabWith(panels, more = {}) {
  const parts = new Map();
  const find = (/** @type {string} */ selector) => {
    if (!parts.has(selector)) parts.set(selector, new FakeElement());
    return parts.get(selector);
  };
  const step = { name: "one", right: 0, panels, act: { kind: "scrub", clips: [] }, free: {} };
  const progress = { at: 0, answers: {} }, coda = { known: {}, poems: [] };
  return { say, find, steps: [step], coda, progress, latent: [0.5, 0.5], section: find(""), ...more };
}

/** The names of the panels in an element. @param {FakeElement | string} place @returns {string[]} */
const panelsIn = (place) =>
  typeof place === "string" ? [] : [
    ...(place.dataset.panel ? [place.dataset.panel] : []),
    ...place.children.flatMap(panelsIn),
  ];

const PANELS = ["modes", "latents", "losses", "diagram"];

for (const role of ["teacher", "follower"]) {
  Deno.test(`a class has the panels of the step where the lesson has them: ${role}`, () => {
    for (const answers of [{}, { one: 0 }]) {
      const state = { mine: null, bars: null, followers: 1, voted: 0, code: "22222222", watch: "" };
      const ownTab = tabWith(PANELS, { progress: { at: 0, answers } });
      const classTab = tabWith(PANELS, { progress: { at: 0, answers }, classroom: { role, state } });
      writeColumn(ownTab, NOTHING);
      writeClassColumn(classTab, NOTHING);
      const [own, inClass] = [ownTab, classTab].map((tab) => panelsIn(tab.find(".learn-step")));
      assertEquals(inClass, own);
      assertEquals(own, "one" in answers ? ["losses", "latents", "diagram"] : ["losses"]);
    }
  });
}

/** What is said of a run after it was heard of. @param {string | null} trouble @param {Record<string, any>} answer */
function statusAfter(trouble, answer) {
  const status = new FakeElement(), run = { frame: { steps: 7 }, scene: {}, curve: [], answer };
  heard(tabWith([], { free: { run, status, inputs: {} }, displayed: false }), trouble);
  return status.textContent;
}

Deno.test("a host that does not answer is told of, though there is a frame", () => {
  assertEquals(statusAfter(null, { state: "running" }), "free_lost");
});

Deno.test("what the host refuses is told in its words, and else what the run does", () => {
  assertEquals(statusAfter("no", { state: "running", trouble: "" }), "host: no");
  assertEquals(statusAfter("", { state: "running", trouble: "" }), "free_running");
  assertEquals(statusAfter("a fault", { state: "failed", trouble: "a fault" }), "host: a fault");
});

Deno.test("a run that has diverged is told of in the lesson's words, not in those for a terminal", () => {
  assertEquals(statusAfter("a smaller --lr", { state: "diverged", trouble: "a smaller --lr" }), "free_diverged");
  assertEquals(statusAfter("no", { state: "diverged", trouble: "a smaller --lr" }), "host: no");
});
