// What a browser keeps, where it does and where it refuses.
import { forget, isPassing, keep, keepCookie, keepText, kept, keptText } from "../../gan/ui/browser/page/storage.js";
import { assertEquals } from "./assert.js";

const STORES = ["localStorage", "sessionStorage"];

/** A store of a few characters. */
function small(most = Infinity) {
  const texts = new Map();
  return {
    getItem: (/** @type {string} */ key) => texts.get(key) ?? null,
    setItem(/** @type {string} */ key, /** @type {string} */ text) {
      if (text.length > most) throw new DOMException("full", "QuotaExceededError");
      texts.set(key, text);
    },
    removeItem: (/** @type {string} */ key) => texts.delete(key),
  };
}

/**
 * Runs an act in a page whose stores are what `get` gives, or throws.
 * @param {() => unknown} get
 * @param {() => void} act
 */
function within(get, act) {
  const own = STORES.map((name) => Object.getOwnPropertyDescriptor(globalThis, name));
  for (const name of STORES) Object.defineProperty(globalThis, name, { configurable: true, get });
  try {
    act();
  } finally {
    STORES.forEach((name, i) => {
      if (own[i]) Object.defineProperty(globalThis, name, own[i]);
      else delete /** @type {Record<string, unknown>} */ (globalThis)[name];
    });
  }
}

const refusing = () => {
  throw new DOMException("x", "SecurityError");
};

Deno.test("what a browser refuses to keep is remembered by the page, and that is told", () => {
  within(refusing, () => {
    assertEquals(keptText("a"), null);
    assertEquals([keepText("a", "1"), keepText("a", "2", "sessionStorage")], [false, false]);
    assertEquals([keptText("a"), keptText("a", "sessionStorage")], ["1", "2"]);
    assertEquals([keep("list", [1, 2]), kept("list", []), isPassing("list")], [false, [1, 2], true]);
    forget("list");
    assertEquals([kept("list", []), isPassing("list")], [[], false]);
    forget("a");
  });
});

Deno.test("a full browser has the older text, the page the newer one, until there is room", () => {
  const store = small(3);
  within(() => store, () => {
    assertEquals([keepText("b", "abc"), isPassing("b")], [true, false]);
    assertEquals([keepText("b", "abcd"), isPassing("b"), keptText("b"), store.getItem("b")], [
      false,
      true,
      "abcd",
      "abc",
    ]);
    assertEquals([keepText("b", "a"), isPassing("b"), keptText("b"), store.getItem("b")], [true, false, "a", "a"]);
  });
});

Deno.test("a cookie counts as kept if it can be read again", () => {
  const page = /** @type {{ document?: unknown }} */ (globalThis), texts = new Set();
  const open = {
    get cookie() {
      return [...texts].join("; ");
    },
    set cookie(text) {
      texts.add(text.split("; ")[0]);
    },
  };
  const deaf = { cookie: "" };
  Object.defineProperty(deaf, "cookie", { get: () => "", set: () => {} });
  const shut = {};
  Object.defineProperty(shut, "cookie", { get: refusing, set: refusing });
  try {
    for (const [document, isKept] of [[open, true], [deaf, false], [shut, false]]) {
      page.document = document;
      assertEquals(keepCookie("language", "en"), isKept);
    }
  } finally {
    delete page.document;
  }
});
