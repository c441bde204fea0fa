// Explore: one picture of one model, drawn in the page, and every way to change it. `element` and `props` are given.
// What decides the picture is page.view (see core/views.js); nothing is asked of the host while sliders move.

import { sentence, Trouble } from "../core/trouble.js";
import { pageLanguage } from "../page/language.js";
import { classLabel, className } from "../core/classes.js";
import { sideOf } from "../core/media.js";
import { drawPicture, pngFile } from "../page/pictures.js";
import { checkedView, checkViewFits, classIn, PLAIN_VIEW, round, sameView, viewQuery } from "../core/views.js";
import { sayer } from "../core/words.js";
import { arrive } from "./arrival.js";
import { buildBookmarks } from "./bookmarks.js";
import { buildControls, roll } from "./controls.js";
import { buildCritic, buildLayers, buildNearest } from "./inside.js";
import { besideView, drawView, drawViews, rememberedZ } from "./scene.js";
import { buildSeedPlane } from "./seed_plane.js";
import { showInAddress } from "../page/address_bar.js";
import { make, put } from "../page/elements.js";
import { engine } from "../page/engine.js";
import { able } from "../page/fields.js";
import { saveBlob } from "../page/files.js";
import { copyLink, pageAddress } from "../page/links.js";
import { note } from "../page/notes.js";
import { smooth } from "../page/shell.js";
import { handOver } from "../page/key_frames.js";

export function mount(element, props) {
  const REST = 150, SETTLED = 600; // milliseconds without a change until other pictures follow, and until undo counts a step
  const JUDGED_EVERY = 200; // milliseconds between two opinions of the critic
  const TIMED = 9; // drawings whose middle time is told
  const HERO = 448; // CSS pixels
  const A_FRAME = 16; // milliseconds
  const STEPS_BACK = 1000;

  const section = element.querySelector(".explore-view");
  const find = (selector) => section.querySelector(selector);
  const say = sayer(props.words, pageLanguage());
  const canvas = find("#explore-canvas"), second = find(".explore-second"), other = second.querySelector("canvas");
  const jobs = [], times = [];
  let committed = null, past = [], future = [];
  let drawing = false,
    dirty = false,
    judging = false,
    turn = 0,
    asked = 0,
    resting = 0,
    settling = 0,
    displayed = false,
    how = "";

  const page = {
    section,
    canvas,
    say,
    list: [],
    model: null,
    view: null,
    images: null,
    slide,
    change,
    settle,
    rest,
    visit,
    trouble,
    open,
    follow: (job) => jobs.push(job),
    render: (list, task) => drawViews(page.model, list, task).catch(trouble),
    z: () => rememberedZ(page.model, page.view),
    visible: () => displayed && document.visibilityState === "visible",
  };

  function trouble(error) {
    if (!error.message) throw error;
    note(sentence(error, say), true);
    return null;
  }

  // ---- changes ----------------------------------------------------------------------------------------------------

  function slide(edit) {
    // the view changes and is drawn at once; a mistake is told, and the controls go back
    if (!page.view) return;
    const before = page.view;
    try {
      page.view = edit(before);
    } catch (error) {
      if (!(error instanceof Trouble)) throw error;
      trouble(error);
    }
    sync();
    if (page.view === before) return;
    draw();
    if (before.seed !== page.view.seed) hurry();
    rest();
  }

  function change(edit) {
    settle();
    slide(edit);
    settle();
  }

  function settle() {
    // what was done since is one step for undo
    clearTimeout(settling);
    if (!committed || sameView(committed, page.view)) return;
    past = [...past, committed].slice(-STEPS_BACK);
    future = [];
    committed = page.view;
    buttons();
  }

  function visit(view, moved) {
    return go(view.model, () => view, moved);
  }

  async function go(name, make, moved = null) {
    // the view that `make` gives of the present one, maybe of another model, which it is told once that is there; `moved`
    // puts undo's two lists in place
    const mine = ++asked;
    if (!moved) settle();
    const names = page.list.map((one) => one.name);
    const made = ({ beside, ...view }) => checkedView({ ...view, beside: names.includes(beside) ? beside : "" }, names);
    try {
      made(make(page.view));
      const model = name === page.model.name ? page.model : await engine.model(name),
        next = made(make(page.view, model));
      if (mine !== asked) return;
      checkViewFits(model, next);
      if (!moved) settle();
      page.view = next;
      if (model !== page.model) adopt(model);
    } catch (error) {
      trouble(error);
      sync();
      return;
    }
    if (moved) {
      committed = page.view;
      moved();
    } else settle();
    sync();
    draw();
    rest();
  }

  function open(model) {
    // what is changed while it is on its way counts too
    return go(model, ({ seed, x, y, psi, beside, c }, next) => ({
      ...PLAIN_VIEW,
      model,
      seed,
      x,
      y,
      psi,
      beside: beside === model ? "" : beside,
      c: next ? classIn(next, { c }) : c,
    }));
  }

  function undo() {
    settle();
    const view = past.at(-1), now = page.view;
    if (view) {
      visit(view, () => {
        past = past.slice(0, -1);
        future = [now, ...future];
        buttons();
      });
    }
  }

  function redo() {
    settle();
    const [view] = future, now = page.view;
    if (view) {
      visit(view, () => {
        future = future.slice(1);
        past = [...past, now];
        buttons();
      });
    }
  }

  function randomise() {
    // another seed, and a throw of every principal direction
    const normal = () => Math.sqrt(-2 * Math.log(1 - Math.random())) * Math.cos(2 * Math.PI * Math.random());
    const throws = page.model.directions.map((_, k) => [k, round(Math.min(Math.max(normal() / 1.5, -3), 3), 1)]);
    change((view) => ({
      ...view,
      seed: roll(),
      x: 0,
      y: 0,
      walk: [],
      directions: Object.fromEntries(throws.filter(([, v]) => v)),
    }));
  }

  const reset = () => change(({ model, seed, c, beside }) => ({ ...PLAIN_VIEW, model, seed, c, beside }));

  // ---- drawing ----------------------------------------------------------------------------------------------------

  async function draw() {
    // one at a time, always the newest view
    dirty = true;
    if (drawing) return;
    drawing = true;
    while (dirty) {
      dirty = false;
      const { view, model } = page, begun = performance.now();
      try {
        const images = await drawView(model, view);
        if (images && model === page.model) {
          times.push(performance.now() - begun);
          paint(view, images);
        }
        if (view.beside) await drawBeside(model, view);
      } catch (error) {
        trouble(error);
      }
    }
    drawing = false;
  }

  function paint(view, images) {
    drawPicture(canvas, page.model, images);
    Object.assign(page, { images, shown: view });
    Object.assign(canvas.dataset, {
      frame: Number(canvas.dataset.frame) + 1,
      model: page.model.name,
      seed: view.seed,
      query: viewQuery(view),
    });
    judge();
  }

  async function drawBeside(model, view) {
    const its = await engine.model(view.beside), { view: there, same } = besideView(model, its, view);
    const images = await drawView(its, there);
    if (!images || page.view.beside !== its.name) return;
    drawPicture(other, its, images);
    sized(other, sideOf(its));
    other.dataset.query = viewQuery(there);
    const kind = its.classes.length ? say("class_one", { name: className(its, there) }) : "";
    put(
      second.querySelector("figcaption"),
      [its.name, kind, say(same ? "same_z" : "same_seed")].filter(Boolean).join(" · "),
    );
    other.setAttribute("aria-label", alt(its, there));
  }

  async function judge() {
    if (judging || !entry()?.critic) return;
    judging = true;
    let seen = null;
    while (seen !== page.images && entry()?.critic) {
      const { images, model, shown } = page;
      const shares = await engine.criticRank(model.name, images, images.length / model.values, shown.c).catch(trouble);
      if (shares && model === page.model) critic.set(shares.reduce((sum, v) => sum + v, 0) / shares.length);
      seen = images;
      await new Promise((done) => setTimeout(done, JUDGED_EVERY));
    }
    judging = false;
  }

  const entry = () => page.list.find(({ name }) => name === page.model.name);
  const alt = (model, view) =>
    say(model.classes.length ? "alt_class" : `alt_${model.kind}`, {
      model: model.name,
      seed: view.seed,
      psi: view.psi.toFixed(2),
      name: className(model, view),
    });
  const sized = (made, side) => made.style.setProperty("--side", `${side}px`);

  // ---- what follows when the hand rests -----------------------------------------------------------------------------

  function rest() {
    if (!page.view) return;
    turn++;
    section.dataset.still = "no";
    clearTimeout(resting);
    clearTimeout(settling);
    resting = setTimeout(follow, REST);
    settling = setTimeout(settle, SETTLED);
  }

  async function follow() {
    const mine = ++turn, alive = () => mine === turn;
    tell();
    for (const job of jobs) {
      if (!alive() || !page.visible()) return;
      if (!job.box.getClientRects().length || (job.box.open === false)) continue;
      const made = pursue(job, alive);
      if (!job.fetches) await made; // the first time it waits for a file; the others need not
    }
    if (alive() && !drawing && !judging) section.dataset.still = "yes";
    else if (alive()) resting = setTimeout(follow, REST);
  }

  async function pursue(job, alive) {
    const key = job.key();
    if (job.done === key || (job.fetches && job.busy)) return;
    Object.assign(job, { done: undefined, busy: true });
    if (await job.run(alive)) job.done = key;
    job.busy = false;
    if (job.fetches && key !== job.key()) rest();
  }

  async function hurry() {
    // the seed plane's pictures follow into the next cell while the hand still moves
    const job = jobs.find(({ hurried }) => hurried);
    if (how === "server" || job.busy || !page.visible()) return;
    const { seed } = page.view;
    await pursue(job, () => seed === page.view.seed);
    if (seed !== page.view.seed) hurry();
  }

  function tell() {
    showInAddress("explore", viewQuery(page.view));
    const { view, model } = page, walk = view.walk.length ? say("steps", { n: view.walk.length }) : "";
    const kind = model.classes.length ? say("class_one", { name: className(model, view) }) : "";
    put(
      find(".explore-first figcaption"),
      [model.name, kind, `seed ${view.seed}`, `psi ${view.psi.toFixed(2)}`, walk].filter(Boolean).join(" · "),
    );
    canvas.setAttribute("aria-label", alt(model, view));
    const some = times.splice(-TIMED).sort((a, b) => a - b), middle = some[some.length >> 1];
    times.splice(0, times.length, ...some);
    const ms = middle < 10 ? middle.toFixed(1) : String(Math.round(middle));
    put(find(".explore-engine"), some.length > 2 ? say(`engine_${how}_ms`, { ms }) : say(`engine_${how}`));
  }

  // ---- in line with the view ----------------------------------------------------------------------------------------

  function sync() {
    left.set(page.view);
    plane.set(page.view);
    second.hidden = !page.view.beside;
    buttons();
  }

  function buttons() {
    const more = committed && !sameView(committed, page.view);
    able(find("#explore-undo"), past.length || more);
    able(find("#explore-redo"), future.length && !more);
  }

  function adopt(model) {
    // every control for another model
    page.model = model;
    times.length = 0;
    for (let i = jobs.length - 1; i >= 0; i--) if (jobs[i].of && jobs[i].of !== model) jobs.splice(i, 1);
    for (const job of jobs) job.done = undefined;
    left.open(model, page.list);
    plane.open(model);
    critic.open(model, Boolean(entry()?.critic));
    real.open(entry());
    layers.open(model, left.stageWord);
    sized(canvas, sideOf(model));
    section.dataset.kind = model.kind;
  }

  // ---- files, links, bookmarks ---------------------------------------------------------------------------------------

  async function png() {
    const { view, model } = page, scale = Math.max(1, Math.floor(HERO / canvas.width));
    const { model: name, ...settings } = view;
    const samples = page.images.length / model.values, link = `?${viewQuery({ ...view, beside: "" })}`;
    const blob = await pngFile(canvas, scale, {
      model: name,
      sha256: model.sha256,
      ...settings,
      beside: undefined,
      samples,
      link,
    });
    saveBlob(blob, `${name}-seed-${view.seed}.png`);
  }

  function bookmark() {
    const { view } = page;
    const name = [classLabel(className(page.model, view)), view.seed, view.model].filter((part) => part !== "").join(
      " · ",
    );
    shelf.add({ ...view, beside: "" }, name, canvas.toDataURL("image/png"));
  }

  function keyFrame() {
    const count = handOver({ ...page.view, beside: undefined });
    if (!count) return trouble(new Error(say("trouble_full")));
    note(say("key_frame_kept", { n: count }));
  }

  const acts = {
    undo,
    redo,
    randomise,
    reset,
    bookmark,
    link: () => copyLink(pageAddress(viewQuery(page.view))),
    png,
    "key-frame": keyFrame,
  };

  // ---- laying out ---------------------------------------------------------------------------------------------------

  for (const made of section.querySelectorAll("[data-word]")) made.textContent = say(made.dataset.word);
  for (const made of section.querySelectorAll("[data-name]")) made.setAttribute("aria-label", say(made.dataset.name));
  for (const [name, act] of Object.entries(acts)) {
    const key = name.replace("-", "_");
    find(
      name === "undo" || name === "redo" || name === "randomise" || name === "reset"
        ? ".explore-history"
        : ".explore-files",
    ).append(
      make("button", {
        type: "button",
        id: `explore-${name}`,
        title: say(`${key}_info`),
        onclick: () => {
          if (page.view) act();
        },
      }, say(key)),
    );
  }
  find("#explore-smooth").addEventListener("change", (event) => smooth(event.target.checked));
  const critic = buildCritic(find(".explore-opinion"), page);
  const plane = buildSeedPlane(find(".explore-side"), page);
  const left = buildControls(find(".explore-controls"), page);
  const real = buildNearest(find(".explore-side"), page);
  const layers = buildLayers(find(".explore-side"), page);
  const shelf = buildBookmarks(find(".explore-kept"), page);

  document.addEventListener("keydown", (event) => {
    if (!(event.ctrlKey || event.metaKey) || event.altKey || !page.view || !page.visible()) return;
    const key = event.key.toLowerCase();
    const typing = event.target.closest?.("input:not([type=range], [type=checkbox], [type=radio]), textarea, select");
    if (typing || !["z", "y"].includes(key)) return;
    event.preventDefault();
    if (key === "y" || event.shiftKey) redo();
    else undo();
  });
  new MutationObserver(() => {
    if (page.view) rest();
  }).observe(document.body, { attributes: true, attributeFilter: ["class"] });

  async function begin() {
    try {
      const [{ list, view, model, images, error }, drawn] = await Promise.all([arrive(), engine.how]);
      how = drawn;
      Object.assign(page, { list, view });
      committed = view;
      section.dataset.engine = how;
      page.model = model;
      sized(canvas, sideOf(model));
      if (images) {
        paint(view, images);
        await new Promise((done) => setTimeout(done, A_FRAME)); // the picture is seen before a hundred controls are laid out
      }
      adopt(model);
      left.unfold(view);
      sync();
      if (!images || view.beside) draw();
      section.dataset.ready = "yes";
      document.documentElement.dataset.ready = "yes";
      follow();
      if (error) trouble(error); // it was made before the words were there
    } catch (error) {
      put(find(".explore-engine"), `⚠ ${trouble(error) ?? sentence(error, say)}`);
    }
  }

  new ResizeObserver(([{ contentRect }]) => {
    const before = displayed;
    displayed = contentRect.width > 0;
    if (!displayed) plane.stop();
    if (displayed && !before) {
      if (page.view) rest();
      else begin();
    }
  }).observe(section);
}
