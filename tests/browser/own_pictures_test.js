// A picture of one's own that a tab hands over: Explore is told of it and takes it once, a film finds it among its keys.
import { handedOver } from "../../gan/ui/browser/page/key_frames.js";
import { addOwnKey, openOwn, OWN_OPENED, takeOpened } from "../../gan/ui/browser/page/own_pictures.js";
import { assertEquals } from "./assert.js";

/** @type {string[]} what the page is asked to press */
const pressed = [];
const press = (/** @type {string} */ id) => ({ click: () => pressed.push(id) });
Object.assign(globalThis, { window: globalThis, document: { getElementById: press } });

Deno.test("Explore is told, opened, and given the picture once", () => {
  /** @type {unknown[]} */
  const told = [];
  addEventListener(OWN_OPENED, () => told.push(takeOpened()), { once: true });
  assertEquals(takeOpened(), null);
  openOwn("mnist-style", "AAAA");
  assertEquals(told.map((view) => [view.model, view.own, view.psi]), [["mnist-style", "AAAA", 1]]);
  assertEquals(pressed, ["tab-explore-button"]);
  assertEquals(takeOpened(), null);
});

Deno.test("before Explore is there, the newest waits", () => {
  openOwn("mnist-style", "AAAA");
  openOwn("fashion-style", "BBBB");
  assertEquals(takeOpened().own, "BBBB");
});

Deno.test("a film finds it among what other tabs handed over", () => {
  localStorage.clear();
  assertEquals([addOwnKey("mnist-style", "AAAA"), addOwnKey("mnist-style", "BBBB")], [1, 2]);
  assertEquals(handedOver().map(({ model, own }) => `${model} ${own}`), ["mnist-style AAAA", "mnist-style BBBB"]);
  localStorage.clear();
});
