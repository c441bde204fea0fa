// A run that trains for real, as the lesson asks for it: what is sent to a host, and what becomes of the answers.
import { act, closeRun, isGoing, openRun } from "../../gan/ui/browser/learn/free_run.js";
import { assert, assertEquals } from "./assert.js";

Object.assign(globalThis, { document: { documentElement: { lang: "en" } } });
Object.defineProperty(globalThis, "location", {
  value: { href: "http://atelier.test/?tab=learn" },
  configurable: true,
});

/**
 * A host that gives these answers by route, the last one again and again, and notes what it is asked.
 * @param {Record<string, any[]>} answers
 */
function hostOf(answers) {
  /** @type {[string, any][]} */
  const asked = [];
  globalThis.fetch = /** @type {any} */ ((/** @type {URL} */ url, /** @type {any} */ { body }) => {
    const route = url.pathname.slice(1), waiting = answers[route] ?? [];
    asked.push([route, JSON.parse(body)]);
    const answer = waiting.length > 1 ? waiting.shift() : waiting[0];
    return Promise.resolve(answer === undefined ? new Response("", { status: 500 }) : Response.json(answer));
  });
  return asked;
}

const settled = () => new Promise((resolve) => setTimeout(resolve, 20));
const POLL = { state: "ready", round: 0, number: 3, curve: [{ steps: 0 }], every: 60_000, trouble: "" };

/** @param {Record<string, any[]>} answers */
async function opened(answers) {
  const asked = hostOf({ "live/open": [{ id: "me" }], ...answers });
  /** @type {(string | null)[]} */
  const told = [];
  const run = await openRun({ data: "ring", seed: 1 }, () => true, (trouble) => told.push(trouble));
  await settled();
  return { run, asked, told };
}

Deno.test("a run is opened with the step's set-up, and then asked what it shows", async () => {
  const { run, asked, told } = await opened({
    "live/poll": [{ ...POLL, scene: { kind: "points" }, frame: { steps: 0 } }],
  });
  assertEquals(asked[0], ["live/open", { query: "?tab=live&data=ring&seed=1", resume: null, words: "en" }]);
  assertEquals(asked[1], ["live/poll", { id: "me", round: -1, number: -1, moments: -1, points: 0, hidden: false }]);
  assertEquals([run.scene.kind, run.frame.steps, run.number, run.curve.length, told], ["points", 0, 3, 1, [""]]);
  assert(!isGoing(run), "it stands still");
  closeRun(run);
});

Deno.test("a new round begins new curves; within one they grow", async () => {
  const { run } = await opened({
    "live/poll": [{ ...POLL, scene: {} }, { ...POLL, state: "running" }, { ...POLL, round: 1, scene: {} }],
    "live/act": [{}],
  });
  await act(run, "start");
  await settled();
  assertEquals([run.curve.length, isGoing(run)], [2, true]);
  await act(run, "reset");
  await settled();
  assertEquals([run.curve.length, run.round], [1, 1]);
  closeRun(run);
});

Deno.test("one act at a time, each for this run", async () => {
  const { run, asked } = await opened({ "live/poll": [POLL], "live/act": [{ state: "paused" }] });
  const answers = await Promise.all([act(run, "step", { which: "d" }), act(run, "step", { which: "g" })]);
  assertEquals(answers, [{ state: "paused" }, null]);
  const acts = asked.filter(([route]) => route === "live/act").map(([, body]) => body);
  assertEquals(acts, [{ id: "me", act: "step", which: "d" }]);
  closeRun(run);
});

Deno.test("what a host refuses is told, and so is a host that does not answer", async () => {
  const refused = await opened({ "live/open": [{ trouble: "No room." }] });
  assertEquals([refused.run.id, refused.told, refused.asked.length], [null, ["No room."], 1]);
  const silent = await opened({ "live/open": [] });
  assertEquals([silent.run.id, silent.told], [null, [null]]);
  const later = await opened({ "live/poll": [POLL], "live/act": [] });
  assertEquals(await act(later.run, "start"), null);
  assertEquals(later.told.includes(null), true);
  closeRun(later.run);
});

Deno.test("a run that is gone is asked no more, and neither is one that was closed", async () => {
  const gone = await opened({ "live/poll": [{ trouble: "That run is no longer here.", gone: true }] });
  assertEquals([gone.run.id, gone.told], [null, ["That run is no longer here."]]);
  const { run, asked } = await opened({ "live/poll": [{ ...POLL, every: 1 }] });
  closeRun(run);
  const before = asked.length;
  await settled();
  assertEquals(asked.length, before);
  assertEquals(await act(run, "start"), null);
});
