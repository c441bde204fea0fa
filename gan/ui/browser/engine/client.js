// The client of the engine: models, two workers of engine/worker.js (a quick one for what is on the screen, a slow one
// for what may take its time), and the host instead of them where a browser or a model asks for it.
atelier.engine = (() => {
  const LIMIT = 400e6; // multiply-adds in a picture; the host makes those of larger models
  const PIECE = 40e6; // multiply-adds that the slow worker does before it looks what else there is to do
  const PICTURES = 64, POINTS = 2000; // what the host makes at a time

  // ---- workers ----------------------------------------------------------------------------------------------------

  let source = null; // the workers' text as an address

  function worker(wasm) {
    // {ask(what, asked) -> Promise, ready: Promise of how it computes, files}
    source ??= URL.createObjectURL(new Blob([atelier.engineSource.worker], { type: "text/javascript" }));
    const made = new Worker(source), waiting = new Map();
    let count = 0;
    made.onmessage = ({ data: { id, found, trouble } }) => {
      const { done, failed } = waiting.get(id);
      waiting.delete(id);
      if (trouble === undefined) done(found);
      else failed(new Error(trouble));
    };
    made.onerror = ({ message }) => {
      for (const { failed } of waiting.values()) failed(new Error(message ?? "the worker does not start"));
      waiting.clear();
    };
    const ask = (what, asked = {}) => new Promise((done, failed) => {
      waiting.set(++count, { done, failed });
      made.postMessage({ id: count, ask: what, ...asked });
    });
    return { ask, ready: ask("start", { wasm }), files: new Map() };
  }

  function once(make) {
    // make() the first time it is asked for
    let made = null;
    return () => made ??= make();
  }

  const wasm = once(() => {
    const bytes = atelier.wire.bytes(atelier.engineSource.wasm);
    return globalThis.WebAssembly?.validate(bytes) ? bytes : null; // an old browser knows no products of four at a time
  });
  const quick = once(() => worker(forced() === "plain" ? null : wasm()));
  const slow = once(() => worker(forced() === "plain" ? null : wasm()));

  const serves = () => Boolean(atelier.host.render) && !atelier.host.static;

  function forced() {
    const asked = new URLSearchParams(location.search).get("engine");
    return asked === "plain" || (asked === "server" && serves()) ? asked : null;
  }

  const how = once(async () => {
    if (forced() === "server") return "server";
    if (serves() && !forced() && !wasm()) return "server";
    try {
      const found = await quick().ready;
      return found === "plain" && serves() && !forced() ? "server" : found;
    } catch (error) {
      if (serves()) return "server"; // a page that may not have workers
      throw error;
    }
  });

  // ---- models -----------------------------------------------------------------------------------------------------

  const models = new Map();

  function model(name) {
    if (!models.has(name)) {
      how().catch(() => {}); // the worker starts while the file is on its way
      models.set(name, atelier.host.file(name, "generator").then((file) => described(name, file)));
      models.get(name).catch(() => models.delete(name)); // asked again, it is tried again
    }
    return models.get(name);
  }

  function described(name, file) {
    const read = atelier.safetensors.read(file), note = read.note, classes = note.classes ?? [];
    return {
      name, kind: note.kind, shape: note.shape, unit: note.unit, zDim: note.z_dim, wDim: note.w_dim,
      noise: note.noise, plan: note.plan, macs: note.macs, critic: note.critic, data: note.data, nimg: note.nimg,
      quality: note.quality, sha256: note.sha256, values: note.shape.reduce((a, b) => a * b, 1),
      // what z goes through to be w; the classes' names; whether each stage follows a w of its own, and so how many
      // numbers say a picture
      maps: Array.from({ length: note.maps ?? 0 }, (_, i) => ({ weight: read.rows(`map.${i}.weight`), bias: read.tensor(`map.${i}.bias`) })),
      embedding: read.rows("map.embedding"), classes, layered: Boolean(note.layered),
      width: note.w_dim * (note.layered ? note.plan.length : 1),
      wAvg: classes.length ? read.rows("stats.w_avg") : [read.tensor("stats.w_avg")], // of each class
      directions: read.rows("stats.directions"), sigmas: read.numbers("stats.sigmas"),
      sefa: read.rows("stats.sefa"), sefaSigmas: read.numbers("stats.sefa_sigmas"),
    };
  }

  const remote = async (found) => (await how()) === "server" || (found.macs > LIMIT && serves());

  function ready(at, name, part) {
    // a worker that has a file; it is sent once
    const key = `${part} ${name}`;
    if (!at.files.has(key)) {
      const sent = Promise.all([atelier.host.file(name, part), at.ready]).then(([file]) => at.ask("load", { name, part, file }));
      at.files.set(key, sent);
      sent.catch(() => at.files.delete(key));
    }
    return at.files.get(key);
  }

  // ---- one answer -------------------------------------------------------------------------------------------------

  function part(rows, from, to, width) {
    return from === 0 && to * width === rows.length ? rows : rows.slice(from * width, to * width);
  }

  function repeated(mix, count) {
    // a mix with one second w for each of `count` rows
    if (!mix || mix.w.length === count) return mix;
    const w = new Float32Array(count);
    for (let i = 0; i < count; i += mix.w.length) w.set(mix.w, i);
    return { ...mix, w };
  }

  async function pictures(at, name, found, rows, mix) {
    // images of rows of w, by a worker or by the host
    const full = repeated(mix, rows.length);
    if (await remote(found)) return atelier.host.render(name, "pictures", joined(rows, full), full ? { stage: full.stage, share: full.share } : {});
    const chosen = at();
    await ready(chosen, name, "generator");
    return chosen.ask("pictures", { name, rows, mix: full });
  }

  function joined(rows, mix) {
    if (!mix) return rows;
    const both = new Float32Array(2 * rows.length);
    both.set(rows);
    both.set(mix.w, rows.length);
    return both;
  }

  // ---- the picture on the screen: for each model one is made and the newest waits -----------------------------------

  const drawings = new Map();

  function draw(name, w, mix = null) {
    // images of w; null if a newer one was asked for before this one's turn
    return new Promise((done, failed) => {
      const state = drawings.get(name) ?? { busy: false, next: null };
      drawings.set(name, state);
      state.next?.done(null);
      state.next = { w, mix, done, failed };
      if (!state.busy) drain(name, state);
    });
  }

  async function drain(name, state) {
    state.busy = true;
    while (state.next) {
      const { w, mix, done, failed } = state.next;
      state.next = null;
      try {
        done(await pictures(quick, name, await model(name), w, mix));
      } catch (error) {
        failed(error);
      }
    }
    state.busy = false;
  }

  // ---- what may take its time: jobs take turns, a piece each ----------------------------------------------------------

  const jobs = [];
  let working = false;

  function queue(task, steps) {
    // `steps` yields promises, each a piece of the job, and returns what it made; null if a newer job of the task came
    return new Promise((done, failed) => {
      const old = task ? jobs.findIndex((job) => job.task === task) : -1;
      if (old >= 0) jobs.splice(old, 1)[0].end(null);
      jobs.push({ task, steps, end: done, failed });
      if (!working) work();
    });
  }

  async function work() {
    working = true;
    while (jobs.length) {
      const job = jobs[0];
      let end = null;
      try {
        const { done, value } = job.steps.next(job.last);
        if (done) end = () => job.end(value);
        else job.last = await value;
      } catch (error) {
        end = () => job.failed(error);
      }
      const at = jobs.indexOf(job); // gone if a newer one took its place meanwhile
      if (at >= 0) jobs.splice(at, 1);
      if (end) end();
      else if (at >= 0) jobs.push(job);
    }
    working = false;
  }

  function* pieces(count, few, values, make) {
    // `make(from, to)` for a few rows at a time, joined
    const found = new Float32Array(count * values);
    for (let from = 0; from < count; from += few) found.set(yield make(from, Math.min(from + few, count)), from * values);
    return found;
  }

  async function render(name, rows, { task = "", mix = null } = {}) {
    // images of rows of w [N, w_dim]; null if a newer call of the same task came before they were done
    const turn = task ? started(task) : null, found = await model(name), far = await remote(found);
    if (turn && turn !== latest.get(task)) return null;
    const { width } = found, count = rows.length / width, full = repeated(mix, rows.length);
    const most = found.kind === "points" ? POINTS : PICTURES;
    const few = far ? most : Math.min(Math.max(Math.floor(PIECE / found.macs), 1), POINTS);
    return queue(task, pieces(count, few, found.values, (from, to) => pictures(
      slow, name, found, part(rows, from, to, width), full && { ...full, w: part(full.w, from, to, width) },
    )));
  }

  const latest = new Map(); // task -> its newest call

  function started(task) {
    const turn = {};
    latest.set(task, turn);
    return turn;
  }

  function* single(make) {
    return yield make();
  }

  async function features(name, w, stage, mix = null) {
    // {shape, values} after the plan's `stage`-th layer; 0 is w itself
    const found = await model(name), shape = stage ? found.plan[stage - 1].shape : [found.wDim];
    const far = await remote(found), options = mix ? { stage, at: mix.stage, share: mix.share } : { stage };
    const values = await queue("", single(async () => {
      if (far) return atelier.host.render(name, "features", joined(w, mix), options);
      await ready(slow(), name, "generator");
      return slow().ask("features", { name, rows: w, mix, stage });
    }));
    return { shape, values };
  }

  async function opinion(name, images, n, c = 0) {
    // the share of real pictures that the critic likes less than each of n images of class c; null if the model has no critic
    const found = await model(name);
    if (!found.critic) return null;
    const far = await remote(found), few = found.kind === "points" ? POINTS : PICTURES / 4;
    return queue("", pieces(n, few, 1, async (from, to) => {
      const rows = part(images, from, to, found.values);
      if (far) return atelier.host.render(name, "opinion", rows, c ? { c } : {});
      await ready(slow(), name, "critic");
      return slow().ask("opinion", { name, rows, count: to - from, c });
    }));
  }

  async function nearest(name, image, count) {
    // the real pictures nearest to an image: [{index, distance, pixels}]; null where there are none at hand
    const entry = (await atelier.host.models()).find((one) => one.name === name);
    if (!entry?.reference) return null;
    return queue("", single(async () => {
      await ready(slow(), name, "reference");
      return slow().ask("nearest", { name, rows: image, count });
    }));
  }

  return { get how() { return how(); }, LIMIT, model, draw, render, features, opinion, nearest };
})();
