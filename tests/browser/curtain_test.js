// The curtain before the page: it waits for style, and not for style that never comes.
import { liftCurtain } from "../../gan/ui/browser/page/curtain.js";
import { assert } from "./assert.js";

/**
 * A page behind a curtain with these style sheets; says whether the curtain is gone.
 * @param {EventTarget[]} sheets
 */
function pageWith(sheets) {
  let isLifted = false;
  const curtain = { remove: () => (isLifted = true) };
  Object.assign(globalThis, { document: { querySelectorAll: () => sheets, getElementById: () => curtain } });
  return () => isLifted;
}

/** A style sheet that is there, or not yet. @param {boolean} there */
const sheet = (there) => Object.assign(new EventTarget(), { sheet: there ? {} : null });

Deno.test("it waits until every sheet is there, or has failed", async () => {
  const sheets = [sheet(true), sheet(false), sheet(false)], isLifted = pageWith(sheets), lifting = liftCurtain();
  sheets[1].dispatchEvent(new Event("load"));
  await Promise.resolve();
  assert(!isLifted(), "a sheet is still on its way");
  sheets[2].dispatchEvent(new Event("error"));
  await lifting;
  assert(isLifted(), "all have come or failed");
});

Deno.test("a sheet that failed before anybody listened does not keep it down", async () => {
  const isLifted = pageWith([sheet(false)]);
  await liftCurtain(20);
  assert(isLifted(), "the page is seen, without that sheet");
});
