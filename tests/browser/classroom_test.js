// A class without its page: codes, keys, shares and news.
import { actOfKey, classQuery, codeOf, inGroups, LETTERS, news, shares } from "../../gan/ui/browser/core/classroom.js";
import { ANSWERS } from "../../gan/ui/browser/core/lesson.js";
import { assert, assertEquals as equal } from "./assert.js";

const code = (/** @type {string} */ query) => codeOf(new URLSearchParams(query));

/** @type {import("../../gan/ui/browser/core/classroom.js").ClassState} */
const STATE = {
  role: "follower",
  code: "k7m2p9qx",
  step: 1,
  watch: "",
  followers: 3,
  voted: 0,
  bars: null,
  mine: null,
  away: false,
  every: 600,
};

Deno.test("a link names its class however it is written", () => {
  equal(code(classQuery("k7m2p9qx")), "k7m2p9qx");
  for (const typed of ["K7M2P9QX", "k7m2-p9qx", " k7m2 p9qx "]) {
    equal(code(`class=${encodeURIComponent(typed)}`), "k7m2p9qx");
  }
  for (
    const other of ["", "class=", "class=k7m2p9q", "class=k7m2p9qxx", "class=k7m2p9q1x", "class=<b>12345", "step=3"]
  ) {
    equal(code(other), null);
  }
  equal(inGroups("k7m2p9qx"), "k7m2-p9qx");
});

Deno.test("presenters' remotes go on, back, and show the votes", () => {
  equal(["PageDown", "PageUp", ".", "b", "B"].map(actOfKey), ["on", "back", "reveal", "reveal", "reveal"]);
  equal(["Enter", " ", "ArrowDown", "constructor", "toString"].map(actOfKey), [null, null, null, null, null]);
});

Deno.test("shares are whole percent and make a hundred", () => {
  equal(shares([0, 0, 0]), [0, 0, 0]);
  equal(shares([1, 1, 1]), [34, 33, 33]);
  equal(shares([61, 27, 12]), [61, 27, 12]);
  equal(shares([0, 200, 0]), [0, 100, 0]);
  equal(shares([1, 5, 1]), [14, 72, 14]);
  for (let i = 1; i < 200; i++) {
    const votes = [i, (7 * i) % 13, (5 * i) % 31], percent = shares(votes), all = votes[0] + votes[1] + votes[2];
    equal(percent[0] + percent[1] + percent[2], 100);
    percent.forEach((share, k) => assert(Math.abs(share - 100 * votes[k] / all) < 1, `${votes} are no ${percent}`));
  }
});

Deno.test("there is a letter for each answer", () => equal(LETTERS.length, ANSWERS));

Deno.test("what is new in a state", () => {
  const [none, all] = [{ step: false, revealed: false, watch: false }, { step: true, revealed: true, watch: true }];
  equal(news(null, STATE), { ...none, step: true });
  equal(news(STATE, { ...STATE, voted: 3, followers: 4, mine: 1 }), none);
  equal(news(STATE, { ...STATE, bars: [0, 0, 0] }), { ...none, revealed: true });
  equal(news({ ...STATE, bars: [1, 0, 0] }, { ...STATE, bars: [1, 0, 0] }), none);
  equal(news(STATE, { ...STATE, step: 2 }), { ...none, step: true });
  equal(news({ ...STATE, bars: [1, 0, 0] }, { ...STATE, step: 2, bars: [0, 1, 0], watch: "w" }), all);
  equal(news({ ...STATE, watch: "w" }, STATE), { ...none, watch: true });
});
