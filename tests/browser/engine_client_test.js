// The engine as a page asks it, with workers that run in the test's own thread and a host that only writes down.
import { Engine } from "../../gan/ui/browser/engine/client.js";
import { assert, assertClose, assertEquals, assertRejects } from "./assert.js";
import { CLOSE, critic, generator, GROWING, made, NearWorker, recorded, serving, VALUES, W } from "./near_host.js";
import { expected, fileOf, numbers } from "./tiny_networks.js";

// ---- by workers -----------------------------------------------------------------------------------------------------

for (const [wanted, how] of [[null, "wasm"], ["server", "wasm"], ["plain", "plain"]]) {
  Deno.test(`a site without a host computes by itself: ${wanted} asked for, ${how} used`, async () => {
    const { host, files } = recorded(), engine = new Engine(host, "worker.js", wanted), rows = numbers(3 * W, 1);
    assertEquals(await engine.how, how);
    assertClose(await engine.draw("m", rows) ?? [], made(rows), CLOSE);
    assertClose(await engine.render("m", rows) ?? [], made(rows), CLOSE);
    assertClose(await engine.draw("m", rows) ?? [], made(rows), CLOSE);
    assertEquals(files, Array(3).fill("generator m")); // the page's own, and one for each worker
  });
}

Deno.test("features, ranks and neighbours", async () => {
  const engine = new Engine(recorded().host, "worker.js"), w = numbers(W, 2);
  const { shape, values } = await engine.features("m", w, 2);
  assertEquals(shape, [2, 4, 4]);
  assertClose(values, expected(GROWING, Array.from(w), 2), CLOSE);
  assertEquals(await engine.features("m", w, 0), { shape: [W], values: w });
  assertEquals(await engine.criticRank("m", new Float32Array(20 * VALUES), 20), new Float32Array(20).fill(0.5));
  const near = await engine.nearest("m", new Float32Array(VALUES).fill(0.9), 2);
  assertEquals(near?.map(({ index }) => index), [1, 0]);
  assertEquals(await engine.nearest("bare", new Float32Array(VALUES), 2), null);
});

Deno.test("one mix for all rows, or one for each", async () => {
  const engine = new Engine(recorded().host, "worker.js"), rows = numbers(2 * W, 1), w = numbers(W, 3);
  const each = Float32Array.of(...w, ...w), between = rows.map((v, i) => v + 0.25 * (each[i] - v));
  for (const second of [w, each]) {
    const images = await engine.render("m", rows, { mix: { stage: 0, share: 0.25, w: second } });
    assertClose(images ?? [], made(between), CLOSE);
  }
  const mix = { stage: 0, share: 0.25, w }, { values } = await engine.features("m", rows.slice(0, W), 2, mix);
  assertClose(values, expected(GROWING, Array.from(between.subarray(0, W)), 2), CLOSE);
});

Deno.test("of drawings asked for at once the first and the newest are made, of each model", async () => {
  const engine = new Engine(recorded().host, "worker.js"), order = /** @type {string[]} */ ([]);
  const draw = async (/** @type {string} */ name, /** @type {number} */ i) => {
    const images = await engine.draw(name, numbers(W, i));
    if (images) order.push(`${name} ${i}`);
    return images;
  };
  const images = await Promise.all([0, 1, 2, 3].map((i) => draw("m", i)).concat(draw("other", 0)));
  assertEquals(images.map(Boolean), [true, false, false, true, true]);
  assertClose(images[3] ?? [], made(numbers(W, 3)), CLOSE);
  assertEquals(order.filter((entry) => entry.startsWith("m")), ["m 0", "m 3"]);
});

Deno.test("a newer call of a task ends the older with nothing", async () => {
  const engine = new Engine(recorded().host, "worker.js"), rows = numbers(W, 1);
  const tasks = ["strip", "film", "strip", ""], calls = tasks.map((task) => engine.render("m", rows, { task }));
  assertEquals((await Promise.all(calls)).map(Boolean), [false, true, true, true]);
});

Deno.test("a newer call of a task counts even where the older one's model comes later", async () => {
  const late = Promise.withResolvers();
  const file = async (/** @type {string} */ name) => {
    if (name === "late") await late.promise;
    return generator();
  };
  const engine = new Engine(recorded({ file }).host, "worker.js"), options = { task: "strip" };
  const older = engine.render("late", numbers(W, 1), options), newer = engine.render("m", numbers(20 * W, 1), options);
  late.resolve(null);
  assertEquals((await Promise.all([older, newer])).map(Boolean), [false, true]);
});

Deno.test("trouble is told, and the next call tries again", async () => {
  const { host, files } = recorded(), engine = new Engine(host, "worker.js");
  for (let i = 0; i < 2; i++) await assertRejects(engine.draw("nobody", numbers(W, 1)), "there is no nobody");
  assertEquals(files, ["generator nobody", "generator nobody"]);
});

Deno.test("trouble of a worker is told, and the next call tries again", async () => {
  const content = [new ArrayBuffer(3), critic()]; // the first file is damaged
  const file = (/** @type {string} */ _, /** @type {string} */ part) => {
    return Promise.resolve(part === "critic" ? content.shift() ?? critic() : generator());
  };
  const engine = new Engine(recorded({ file }).host, "worker.js");
  const rank = () => engine.criticRank("m", numbers(VALUES, 1), 1);
  await assertRejects(rank(), "trouble_failed"); // what was thrown there is not for visitors
  assertEquals((await rank())?.length, 1);
  assertEquals(content.length, 0);
});

Deno.test("a sketch is drawn until the file is there, and whatever may take its time waits for that", async () => {
  const rows = numbers(W, 4),
    nothing = Object.fromEntries(
      Object.entries(fileOf(GROWING).tensors).map(([name, values]) => [name, values.map(() => 0)]),
    );
  /** @type {(file: ArrayBuffer) => void} */
  let arrive = () => {};
  /** @type {Promise<ArrayBuffer>} */
  const whole = new Promise((done) => {
    arrive = done;
  });
  const sketch = generator(1000, nothing);
  const { host } = recorded({ file: () => whole, sketch: () => Promise.resolve(sketch) });
  const engine = new Engine(host, "worker.js"), told = /** @type {string[]} */ ([]);
  assertClose(await engine.draw("m", rows) ?? [], new Array(VALUES).fill(0), CLOSE);
  const completed = new Promise((done) => {
    engine.completed = (name) => done(told.push(name));
  });
  let rendered = false;
  const slow = engine.render("m", rows).then((images) => {
    rendered = true;
    return images ?? [];
  });
  await engine.draw("m", rows);
  assert(!rendered, "a sketch was taken for good");
  arrive(generator());
  await completed;
  assertEquals(told, ["m"]);
  assertClose(await engine.draw("m", rows) ?? [], made(rows), CLOSE);
  assertClose(await slow, made(rows), CLOSE);
});

Deno.test("where the file is there at once nothing is drawn twice", async () => {
  const file = Promise.resolve(generator()), { host } = recorded({ file: () => file, sketch: () => file });
  const engine = new Engine(host, "worker.js");
  engine.completed = () => assert(false, "it was taken for a sketch");
  assertClose(await engine.draw("m", numbers(W, 4)) ?? [], made(numbers(W, 4)), CLOSE);
  await new Promise((done) => setTimeout(done, 20));
});

// ---- by the host ----------------------------------------------------------------------------------------------------

/**
 * What the host was asked for by one call of each kind.
 * @param {Engine} engine
 */
async function askAll(engine) {
  const w = numbers(W, 1), mix = { stage: 1, share: 0.25, w };
  await engine.draw("m", w);
  await engine.draw("m", w, mix);
  await engine.render("m", numbers(100 * W, 1));
  assertEquals((await engine.features("m", w, 3)).shape, [3, 8, 8]);
  await engine.features("m", w, 2, mix);
  await engine.criticRank("m", new Float32Array(VALUES), 1);
  await engine.criticRank("m", new Float32Array(20 * VALUES), 20, 3);
}

const ASKED = [
  ["m", "pictures", 1, {}],
  ["m", "pictures", 2, { stage: 1, share: 0.25 }],
  ["m", "pictures", 64, {}],
  ["m", "pictures", 36, {}],
  ["m", "features", 1, { stage: 3 }],
  ["m", "features", 2, { stage: 2, at: 1, share: 0.25 }],
  ["m", "critic_rank", 1, {}],
  ["m", "critic_rank", 16, { c: 3 }],
  ["m", "critic_rank", 4, { c: 3 }],
];

Deno.test("the host computes when a page asks for it, and no worker starts", async () => {
  const { host, calls } = serving(), engine = new Engine(host, "worker.js", "server"), { started } = NearWorker;
  await askAll(engine);
  assertEquals(await engine.how, "server");
  assertEquals(calls, ASKED);
  assertEquals(NearWorker.started, started);
});

Deno.test("the host is given the second latents behind the first", async () => {
  const w = numbers(W, 1), second = numbers(W, 2), given = /** @type {Float32Array[]} */ ([]);
  const render = (/** @type {string} */ _name, /** @type {string} */ _want, /** @type {Float32Array} */ rows) => {
    given.push(rows);
    return Promise.resolve(new Float32Array(VALUES));
  };
  const { host } = recorded({ static: false, render });
  await new Engine(host, "worker.js", "server").draw("m", w, { stage: 1, share: 0.5, w: second });
  assertEquals(given, [Float32Array.of(...w, ...second)]);
});

Deno.test("the host computes models that are too large for a page", async () => {
  const { host, calls } = serving({ file: () => Promise.resolve(generator(400_000_001)) });
  const engine = new Engine(host, "worker.js");
  await askAll(engine);
  assertEquals(await engine.how, "wasm");
  assertEquals(calls, ASKED);
});

Deno.test("the host computes where a page may not have workers; without one the trouble is told", async () => {
  const own = globalThis.Worker;
  Object.assign(globalThis, {
    Worker: class {
      constructor() {
        throw new Error("not here");
      }
    },
  });
  try {
    assertEquals(await new Engine(serving().host, "worker.js").how, "server");
    await assertRejects(new Engine(recorded().host, "worker.js").how, "trouble_worker");
  } finally {
    Object.assign(globalThis, { Worker: own });
  }
});

Deno.test("without WebAssembly the host computes, and plain JavaScript where there is no host", async () => {
  const { validate } = WebAssembly;
  WebAssembly.validate = () => false;
  try {
    assertEquals(await new Engine(serving().host, "worker.js").how, "server");
    assertEquals(await new Engine(serving().host, "worker.js", "plain").how, "plain");
    assertEquals(await new Engine(recorded().host, "worker.js").how, "plain");
  } finally {
    WebAssembly.validate = validate;
  }
});
