// A class as its pages know it: what a host is asked, and what becomes of the answers.
import { beat, endClass, enterClass, keptClass, leaveClass, tell } from "../../gan/ui/browser/learn/class_wire.js";
import { assertEquals as equal, assertRejects } from "./assert.js";

Object.defineProperty(globalThis, "location", {
  value: { href: "http://atelier.test/?tab=learn" },
  configurable: true,
});
/** @type {[string, any][]} */
let asked = [];
Object.defineProperty(globalThis, "navigator", {
  value: {
    sendBeacon: async (/** @type {URL} */ url, /** @type {Blob} */ blob) =>
      asked.push([url.pathname, JSON.parse(await blob.text())]),
  },
  configurable: true,
});

const STATE = { role: "teacher", code: "k7m2p9qx", step: 1, every: 60_000 };
const GONE = { trouble: "This class has ended.", gone: true };

/**
 * A host that gives each route's answers in turn, the last one again and again; a number waits so many milliseconds
 * before the answer that follows it.
 * @param {Record<string, any[]>} answers
 */
function hostOf(answers) {
  asked = [];
  globalThis.fetch = /** @type {any} */ (async (/** @type {URL} */ url, /** @type {any} */ { body }) => {
    const route = url.pathname.slice("/class/".length), waiting = answers[route] ?? [];
    asked.push([url.pathname, JSON.parse(body)]);
    const take = () => waiting.length > 1 ? waiting.shift() : waiting[0];
    const first = take(), answer = typeof first === "number" ? take() : first;
    if (typeof first === "number") await wait(first);
    return answer === undefined ? new Response("", { status: 500 }) : Response.json(answer);
  });
}

const wait = (/** @type {number} */ ms) => new Promise((done) => setTimeout(done, ms));

/**
 * @param {Record<string, any[]>} answers
 * @param {"teacher" | "follower"} role
 */
async function entered(answers, role = "teacher") {
  sessionStorage.clear();
  hostOf({ open: [{ id: "me", ...STATE }], follow: [{ id: "me", ...STATE, role }], poll: [STATE], ...answers });
  /** @type {any[]} */
  const told = [];
  const page = { isSeen: true, told };
  const room = await enterClass(role, "k7m2p9qx", { seen: () => page.isSeen, told: (news) => told.push(news) });
  await wait(20);
  return { room, page, told };
}

Deno.test("a class is opened, kept for a reload, and asked after", async () => {
  const { room, told } = await entered({});
  equal(asked[0], ["/class/open", { code: "k7m2p9qx", resume: null }]);
  equal(asked[1], ["/class/poll", { id: "me" }]);
  equal([room.id, keptClass(), told.length, told[1].state.code], ["me", "me", 2, "k7m2p9qx"]);
  await endClass(room);
  equal([asked.at(-1), room.id, keptClass()], [["/class/end", { id: "me" }], null, null]);
});

Deno.test("a follower's place is kept apart from a class that one teaches", async () => {
  const { room } = await entered({}, "follower");
  equal([asked[0][0], keptClass()], ["/class/follow", null]);
  leaveClass(room, true);
  await wait(5);
  equal([asked.at(-1), room.id], [["/class/leave", { id: "me" }], null]);
});

Deno.test("an answer that was overtaken is dropped", async () => {
  const { room, told } = await entered({ poll: [STATE, 30, STATE], vote: [{ ...STATE, mine: 2 }] }, "follower");
  const slow = tell(room, "poll");
  await tell(room, "vote", { step: 1, answer: 2 });
  await slow;
  equal([told.at(-1).state.mine, told.length], [2, 3]);
  leaveClass(room, true);
});

Deno.test("what the host refuses, that it is silent, and that the class has ended are told apart", async () => {
  const { room, told } = await entered({ vote: [{ trouble: "No." }, undefined, GONE] }, "follower");
  for (let i = 0; i < 3; i++) await tell(room, "vote", { step: 1, answer: 0 });
  equal(told.slice(-3), [{ trouble: "No." }, { lost: true }, { ended: true }]);
  equal(room.id, null);
  const count = asked.length;
  await beat(room);
  equal(asked.length, count);
});

Deno.test("a follower who does not look asks for nothing until he looks again", async () => {
  const { room, page, told } = await entered({}, "follower");
  const count = asked.length;
  page.isSeen = false;
  await beat(room);
  equal(asked.length, count);
  page.isSeen = true;
  await beat(room);
  equal([asked.length, told.length], [count + 1, 3]);
  leaveClass(room, true);
});

Deno.test("a host that refuses a class says why, and one that is silent is not taken for it", async () => {
  const { room, told } = await entered({ open: [{ trouble: "All places are taken." }] });
  equal([room.id, told, asked.length], [null, [{ trouble: "All places are taken." }], 1]);
  hostOf({});
  await assertRejects(enterClass("teacher", "", { seen: () => true, told: () => {} }), "class/open: 500");
});
