// What the page makes of the host's answers: a refusal is its sentence, whatever the status.
import { download, post } from "../../gan/ui/browser/page/wire.js";
import { assertEquals as equal, assertRejects as rejects } from "./assert.js";

const BUSY = { trouble: "This machine is busy." };

/**
 * Asks a host that answers so, from a page of its own.
 * @param {string} body
 * @param {number} status
 * @param {() => Promise<unknown>} ask
 */
async function answered(body, status, ask) {
  const own = globalThis.fetch, place = Object.getOwnPropertyDescriptor(globalThis, "location");
  Object.defineProperty(globalThis, "location", { configurable: true, value: { href: "http://site/gan/?lang=en#a" } });
  globalThis.fetch = (/** @type {any} */ address) => {
    equal(String(address), "http://site/gan/live/act");
    return Promise.resolve(new Response(body, { status }));
  };
  try {
    return await ask();
  } finally {
    globalThis.fetch = own;
    if (place) Object.defineProperty(globalThis, "location", place);
  }
}

Deno.test("a host that is busy says so with any status, and is not taken for one that is silent", async () => {
  const ask = () => post("live/act", { act: "step" });
  for (const status of [200, 403, 404, 408, 503]) equal(await answered(JSON.stringify(BUSY), status, ask), BUSY);
  equal(await answered('{"state":"paused"}', 200, ask), { state: "paused" });
  await rejects(answered('{"state":"paused"}', 502, ask), "live/act: 502");
  await rejects(answered("<html>Bad gateway</html>", 502, ask), "live/act: ");
  await rejects(answered("null", 500, ask), "live/act: 500");
});

Deno.test("a file that is refused brings the sentence, of its route as text and of the door as JSON", async () => {
  const ask = () => download("live/act", { what: "film" }, "film.mp4");
  equal(await answered("There is nothing to film yet.", 404, ask), "There is nothing to film yet.");
  equal(await answered(JSON.stringify(BUSY), 403, ask), BUSY.trouble);
  equal(await answered("null", 403, ask), "null");
});
