// What the engine makes of a picture that is given: an encoder's latents, and latents fitted to it.
import { Engine } from "../../gan/ui/browser/engine/client.js";
import { difference } from "../../gan/ui/browser/engine/fitting.js";
import { assert, assertClose, assertEquals, assertRejects } from "./assert.js";
import { CLOSE, encoder, generator, made, NearWorker, packed, recorded, VALUES, W } from "./near_host.js";
import { expected, fileOf, numbers } from "./tiny_networks.js";

/** @import { Given } from "../../gan/ui/browser/engine/fitting.js" */
/** @import { Layer } from "../../gan/ui/browser/engine/layers.js" */

const SHAPE = [3, 8, 8], TARGET = Float32Array.from(made(numbers(W, 9)));

/** @param {Partial<Given>} own */
function given(own = {}) {
  const known = new Float32Array(64).fill(1), pull = { layers: 0, mean: 0, start: 0 };
  /** @type {Given} */
  const whole = { ws: numbers(W, 3), target: TARGET, known, shrink: 1, grey: false, steps: 40, pull };
  return { ...whole, ...own };
}

/**
 * An engine whose host gives this as every encoder.
 * @param {ArrayBuffer} content
 */
function withEncoder(content) {
  const file = (/** @type {string} */ _, /** @type {string} */ part) => {
    return Promise.resolve(part === "generator" ? generator() : content);
  };
  return new Engine(recorded({ file }).host, "worker.js");
}

// ---- encoders -------------------------------------------------------------------------------------------------------

for (const wanted of [null, "plain"]) {
  Deno.test(`an encoder's latents of some pictures, ${wanted ?? "fast"}`, async () => {
    const { host, files } = recorded(), engine = new Engine(host, "worker.js", wanted);
    const plan = /** @type {Layer[]} */ ([{ op: "dense", in: VALUES, out: W, act: "none", shape: [W] }]);
    for (const count of [1, 3]) {
      const images = numbers(count * VALUES, count), rows = await engine.encode("m", images, count);
      const wish = Array.from({ length: count }, (_, i) => {
        return expected(plan, Array.from(images.subarray(i * VALUES, (i + 1) * VALUES)));
      });
      assertClose(rows, wish.flat(), 10 * CLOSE);
      assertEquals(rows, await engine.encode("m", images, count, "repair"));
    }
    assertEquals(files, ["generator m", "encoder m", "repair m"]); // each is asked for once
  });
}

Deno.test("an encoder that is not for the model, or not whole, is refused, and the next one is tried", async () => {
  await assertRejects(withEncoder(encoder(W + 1)).encode("m", TARGET, 1), "is not for it");
  await assertRejects(new Engine(recorded().host, "worker.js").encode("m", TARGET.slice(1), 1), "trouble_failed");
  const two = /** @type {Layer[]} */ ([
    { op: "dense", in: VALUES, out: 4, act: "leaky", shape: [4] },
    { op: "dense", in: 4, out: W, act: "none", shape: [W] },
  ]);
  const { tensors } = fileOf(two), other = two.map((layer) => ({ ...layer }));
  Object.assign(other[0], { shape: [3] }); // the second layer takes 4
  const bad = [
    new ArrayBuffer(3),
    packed({ plan: [] }, {}),
    packed({ plan: two }, { "0.weight": tensors["0.weight"] }),
    packed({ plan: two }, { ...tensors, "1.weight": tensors["1.weight"].slice(1) }),
    packed({ plan: two }, { ...tensors, "1.bias": tensors["1.bias"].slice(1) }),
    packed({ plan: other }, tensors),
  ];
  for (const content of bad) {
    const contents = [content, packed({ plan: two }, tensors)];
    const file = (/** @type {string} */ _, /** @type {string} */ part) => {
      return Promise.resolve(part === "generator" ? generator() : contents.shift() ?? content);
    };
    const engine = new Engine(recorded({ file }).host, "worker.js");
    await assertRejects(engine.encode("m", TARGET, 1), "trouble_failed");
    assertEquals((await engine.encode("m", TARGET, 1)).length, W);
  }
});

// ---- fits -----------------------------------------------------------------------------------------------------------

for (const wanted of [null, "plain"]) {
  Deno.test(`latents are fitted to a picture, ${wanted ?? "fast"}, and the page hears how far they are`, async () => {
    const engine = new Engine(recorded().host, "worker.js", wanted), heard = /** @type {number[]} */ ([]);
    const ws = Float32Array.of(...numbers(W, 8), ...numbers(W, 3)), steps = 60;
    const onStep = (/** @type {Float32Array} */ best, /** @type {number} */ error, /** @type {number} */ step) => {
      assertClose([difference(Float32Array.from(made(best)), SHAPE, given()).error], [error], CLOSE);
      heard.push(step, error);
    };
    const found = await engine.fit("m", given({ ws, steps }), { onStep });
    const before = await engine.fit("m", given({ ws, steps: 0 }));
    if (!found || !before) throw new Error("nothing replaced them");
    const images = [0, 1].map((i) => Float32Array.from(made(found.ws.slice(i * W, (i + 1) * W))));
    assertClose(images.map((image) => difference(image, SHAPE, given()).error), found.errors, CLOSE);
    found.errors.forEach((error, i) => assert(error < before.errors[i] / 3, `${error} after ${before.errors[i]}`));
    assert(found.errors[1] < found.errors[0], "the page must hear of the second start");
    assertEquals(heard.slice(-2), [steps, found.errors[1]]);
  });
}

Deno.test("the page hears of a large model's every step", async () => {
  const file = (/** @type {string} */ _, /** @type {string} */ part) => {
    return Promise.resolve(part === "generator" ? generator(50e6) : encoder());
  };
  const engine = new Engine(recorded({ file }).host, "worker.js"), heard = /** @type {number[]} */ ([]);
  await engine.fit("m", given({ steps: 5 }), { onStep: (_ws, _error, step) => heard.push(step) });
  assertEquals(heard, [1, 2, 3, 4, 5]);
});

Deno.test("a newer fit of a task ends the older with nothing, others and pictures have their turn", async () => {
  const file = (/** @type {string} */ _, /** @type {string} */ part) => {
    return Promise.resolve(part === "generator" ? generator(50e6) : encoder());
  };
  const engine = new Engine(recorded({ file }).host, "worker.js"), order = /** @type {string[]} */ ([]);
  const asked = async (/** @type {string} */ label, /** @type {number} */ steps, /** @type {string} */ task) => {
    const found = await engine.fit("m", given({ steps }), { task, onStep: () => order.push(label) });
    order.push(`${label} ends`);
    return found;
  };
  const old = asked("old", 300, "pen"), other = asked("other", 8, "hole");
  while (order.length < 4) await new Promise((done) => setTimeout(done, 1));
  await engine.render("m", numbers(W, 1)); // in the same worker, between two steps
  assert(!order.includes("other ends"), "a picture waited for a fit");
  const now = asked("now", 3, "pen");
  assertEquals((await Promise.all([old, other, now])).map(Boolean), [false, true, true]);
  const last = order.lastIndexOf("old");
  assert(last < order.indexOf("old ends") && order.indexOf("old ends") < order.indexOf("now"), order.join(", "));
});

Deno.test("what a worker keeps for fits of a model is given up after the last of them", async () => {
  const engine = new Engine(recorded().host, "worker.js"), before = NearWorker.asked.length;
  const asked = () => NearWorker.asked.slice(before).filter((ask) => ask === "fit" || ask === "fitted");
  await Promise.all([engine.fit("m", given({ steps: 2 })), engine.fit("m", given({ steps: 2 }))]);
  assertEquals(asked(), ["fit", "fit", "fitted"]);
  await engine.fit("m", given({ steps: 2 }));
  assertEquals(asked(), ["fit", "fit", "fitted", "fit", "fitted"]);
});

Deno.test("a newer fit counts even where the older one's model comes later", async () => {
  const late = Promise.withResolvers();
  const file = async (/** @type {string} */ name, /** @type {string} */ part) => {
    if (name === "late") await late.promise;
    return part === "generator" ? generator() : encoder();
  };
  const engine = new Engine(recorded({ file }).host, "worker.js"), options = { task: "pen" };
  const older = engine.fit("late", given(), options), newer = engine.fit("m", given(), options);
  late.resolve(null);
  assertEquals((await Promise.all([older, newer])).map(Boolean), [false, true]);
});

Deno.test("lumas are compared with a target of one channel, or of all", async () => {
  const engine = new Engine(recorded().host, "worker.js"),
    grey = Float32Array.from({ length: 64 }, (_, i) => {
      return 0.299 * TARGET[i] + 0.587 * TARGET[64 + i] + 0.114 * TARGET[128 + i];
    });
  const [one, all] = [
    await engine.fit("m", given({ grey: true, target: grey })),
    await engine.fit("m", given({ grey: true })),
  ];
  assertClose(one?.ws ?? [], all?.ws ?? [1], 1e-3);
});

Deno.test("a target of blocks is that much smaller", async () => {
  const engine = new Engine(recorded().host, "worker.js"), known = new Float32Array(16).fill(1);
  const blocks = new Float32Array(48);
  TARGET.forEach((v, i) => blocks[(Math.floor(i / 64) * 4 + Math.floor(i % 64 / 16)) * 4 + (i % 8 >> 1)] += v / 4);
  const found = await engine.fit("m", given({ ws: numbers(W, 9), target: blocks, known, shrink: 2, steps: 0 }));
  assertClose(found?.errors ?? [], [0], 1e-9);
});

Deno.test("what does not fit the model is refused", async () => {
  const engine = new Engine(recorded().host, "worker.js");
  for (
    const own of /** @type {Partial<Given>[]} */ ([
      { ws: numbers(W + 1, 1) },
      { ws: new Float32Array(0) },
      { target: TARGET.slice(1) },
      { target: TARGET.slice(0, 64) }, // of one channel, but in colours
      { known: new Float32Array(63) },
      { shrink: 2 },
      { shrink: 3 },
      { steps: -1 },
      { steps: 0.5 },
    ])
  ) await assertRejects(engine.fit("m", given(own)));
  const bad = /** @type {Record<string, Float32Array>[]} */ ([
    {},
    { "stats.w_mean": numbers(W, 1), "stats.w_sd": new Float32Array(W) },
    { "stats.w_mean": numbers(W - 1, 1), "stats.w_sd": new Float32Array(W - 1).fill(1) },
    { "stats.w_mean": new Float32Array(W).fill(NaN), "stats.w_sd": new Float32Array(W).fill(1) },
  ]);
  for (const stats of bad) {
    await assertRejects(withEncoder(packed({ plan: [] }, stats)).fit("m", given()));
  }
});
