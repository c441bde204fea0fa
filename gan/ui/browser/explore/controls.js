// The left column of Explore: model, seed, class, psi, directions, single numbers of z, a second seed, a second model.

import { SEEDS } from "../core/draws.js";
import { painterOf } from "../core/media.js";
import { PLAIN_VIEW, PSI, RAW, readSeed, round, SHARE, SIGMAS, viewQuery, within } from "../core/views.js";
import { grouped } from "../core/words.js";
import { classChoice, layerRange } from "./classes.js";
import { make, put } from "../page/elements.js";
import { able, group, options, slider, thumb, tile } from "../page/fields.js";
import { keep, kept } from "../page/storage.js";

const STOPS = [-3, -1.5, 0, 1.5, 3]; // standard deviations of a film strip
const FIRST = 5; // directions in sight at once
const NAMES = "atelier-names", NAME_LENGTH = 40;
const KINDS = { directions: "d", sefa: "s" };
const DICE = 1e6;

export const roll = () => Math.floor(Math.random() * DICE);
const without = (values, key) => Object.fromEntries(Object.entries(values).filter(([k]) => k !== String(key)));

export function buildControls(form, page) {
  const { say } = page;
  let model = null, rows = [], numbers = [];

  // ---- model, seed, psi -----------------------------------------------------------------------------------------

  const choice = make("select", { id: "explore-model", onchange: () => page.open(choice.value) });
  const facts = make("p", { class: "explore-hint explore-facts", "data-testid": "explore-facts" });
  const seedField = (id, label, set) => {
    const input = make("input", {
      id,
      type: "text",
      inputmode: "numeric",
      autocomplete: "off",
      spellcheck: "false",
      "aria-label": label,
    });
    const send = () => page.change((view) => set(view, readSeed(input.value)));
    input.addEventListener("change", send);
    input.addEventListener("keydown", (event) => {
      if (event.key === "Enter") {
        event.preventDefault();
        send();
      }
    });
    return input;
  };
  const reseed = (view, seed) => (seed === view.seed ? view : { ...view, seed, x: 0, y: 0, walk: [] });
  const seed = seedField("explore-seed", say("seed"), reseed);
  const dice = make("button", {
    type: "button",
    id: "explore-dice",
    onclick: () => page.change((view) => reseed(view, roll())),
  }, say("dice"));
  const psiHint = make("p", { class: "explore-hint" });
  const kind = classChoice(page), span = layerRange(page);
  const psi = slider({ id: "explore-psi", label: say("psi"), low: 0, high: 1.5, step: 0.01, rest: 1 }, {
    slide: (value) => page.slide((view) => ({ ...view, psi: within(say("psi"), value, PSI) })),
    settle: page.settle,
  });

  // ---- directions -----------------------------------------------------------------------------------------------

  const names = () => kept(NAMES, {})[model.sha256] ?? {};
  const title = (kind, k) =>
    names()[`${KINDS[kind]}${k + 1}`] || say(kind === "sefa" ? "sefa_one" : "direction_one", { n: k + 1 });

  function rename(key, text) {
    const all = kept(NAMES, {}), own = { ...all[model.sha256], [key]: text.trim().slice(0, NAME_LENGTH) };
    if (!own[key]) delete own[key];
    keep(NAMES, { ...all, [model.sha256]: own });
  }

  function direction(kind, k) {
    const key = `${KINDS[kind]}${k + 1}`, id = `explore-${key}`;
    const set = (view, value) => {
      const sigmas = within(title(kind, k), value, SIGMAS);
      return { ...view, [kind]: sigmas ? { ...view[kind], [k]: sigmas } : without(view[kind], k) };
    };
    const own = make("input", {
      class: "explore-name",
      id: `${id}-name`,
      type: "text",
      maxlength: NAME_LENGTH,
      value: names()[key] ?? "",
      autocomplete: "off",
      spellcheck: "false",
      placeholder: say(kind === "sefa" ? "sefa_one" : "direction_one", { n: k + 1 }),
      "aria-label": say("name_of", { n: k + 1 }),
      title: say("name_info"),
    });
    const lever = slider({ id, label: title(kind, k), low: -3, high: 3, step: 0.05, rest: 0, own }, {
      slide: (value) => page.slide((view) => set(view, value)),
      settle: page.settle,
    });
    own.addEventListener("change", () => {
      rename(key, own.value);
      lever.name(title(kind, k));
      label();
    });
    own.addEventListener("keydown", (event) => {
      if (event.key === "Enter") {
        event.preventDefault();
        lever.range.focus();
      }
    });
    const tiles = STOPS.map((stop) => tile("", () => page.change((view) => set(view, stop)), { "data-stop": stop }));
    const label = () =>
      tiles.forEach((one, i) => {
        const word = say("strip", {
          name: title(kind, k),
          sigmas: (STOPS[i] > 0 ? "+" : "") + String(STOPS[i]).replace("-", "\u2212"),
        });
        one.setAttribute("aria-label", word);
        one.title = word;
      });
    label();
    const box = make(
      "div",
      { class: "explore-direction", "data-direction": key },
      lever.box,
      make("div", { class: "explore-strip" }, ...tiles),
    );
    lever.box.lastChild.before(box.lastChild); // the film lies between the name and the slider
    page.follow({
      of: model,
      box,
      key: () => viewQuery({ ...page.view, [kind]: without(page.view[kind], k) }),
      async run() {
        const pictures = await page.render(STOPS.map((stop) => set(page.view, stop)), `strip ${key}`);
        pictures?.forEach((images, i) => thumb(page.model, images, tiles[i].firstChild));
        return Boolean(pictures);
      },
    });
    rows.push({ lever, value: (view) => view[kind][k] ?? 0 });
    return box;
  }

  const principal = group("directions", say("directions"), say("directions_info"), true, make("div"));
  const sefa = group("sefa", say("sefa"), say("sefa_info"), false, make("div"));

  function directions() {
    rows = [];
    const [first, others, closed] = [
      model.directions.slice(0, FIRST).map((_, k) => direction("directions", k)),
      model.directions.slice(FIRST).map((_, k) => direction("directions", FIRST + k)),
      model.sefa.map((_, k) => direction("sefa", k)),
    ];
    const more = others.length
      ? [make("details", { class: "explore-more", ontoggle: page.rest }, make("summary", {}, say("more")), ...others)]
      : [];
    principal.lastChild.replaceChildren(...first, ...more);
    sefa.lastChild.replaceChildren(...closed);
    principal.hidden = !first.length;
    sefa.hidden = !closed.length;
  }

  // ---- single numbers of z ----------------------------------------------------------------------------------------

  const coordinates = make("div", {
    class: "explore-coordinates",
    tabindex: 0,
    role: "group",
    "aria-label": say("raw"),
  });
  const releaseAll = make("button", {
    type: "button",
    id: "explore-release",
    onclick: () => page.change((view) => ({ ...view, raw: {} })),
  }, say("release_all"));
  const raw = group("raw", say("raw"), say("raw_info"), false, coordinates, releaseAll);
  raw.addEventListener("toggle", () => {
    if (raw.open) {
      layRaw();
      setRaw(page.view);
    }
  });

  function layRaw() {
    if (numbers.length) return;
    for (let i = 0; i < model.zDim; i++) {
      const lever = slider({ id: `explore-z${i}`, label: `z[${i}]`, low: -4, high: 4, step: 0.05, rest: 0 }, {
        slide: (value) => page.slide((view) => ({ ...view, raw: { ...view.raw, [i]: within(`z[${i}]`, value, RAW) } })),
        settle: page.settle,
      });
      const word = say("release", { name: `z[${i}]` });
      const release = make("button", {
        type: "button",
        class: "explore-release",
        "aria-label": word,
        title: word,
        onclick: () => {
          page.change((view) => ({ ...view, raw: without(view.raw, i) }));
          lever.range.focus();
        },
      }, "×");
      lever.box.append(release);
      numbers.push({ ...lever, release });
    }
    coordinates.replaceChildren(...numbers.map(({ box }) => box));
  }

  function setRaw(view) {
    if (!raw.open || !numbers.length) return;
    const z = page.z();
    numbers.forEach(({ box, set, release }, i) => {
      const held = i in view.raw;
      set(held ? view.raw[i] : round(Math.min(Math.max(z[i], -4), 4)));
      box.classList.toggle("explore-held", held);
      release.style.visibility = held ? "visible" : "hidden";
    });
    able(releaseAll, Object.keys(view.raw).length);
  }

  // ---- a second seed, a second model ------------------------------------------------------------------------------

  let left = null; // the last mix, which comes back when it is switched on again
  const withMix = (view, more) => ({
    ...view,
    mix: { seed: (view.seed + 1) % SEEDS, stage: 0, share: 0.5, ...(view.mix ?? left), ...more },
  });
  const mixOn = make("button", {
    type: "button",
    id: "explore-mix",
    "aria-pressed": "false",
    onclick: () => page.change((view) => (view.mix ? { ...view, mix: null } : withMix(view, {}))),
  }, say("mix_on"));
  const mixSeed = seedField("explore-mix-seed", say("mix_seed"), (view, value) => withMix(view, { seed: value }));
  const mixDice = make("button", {
    type: "button",
    id: "explore-mix-dice",
    onclick: () => page.change((view) => withMix(view, { seed: roll() })),
  }, say("dice"));
  const stage = make("select", {
    id: "explore-mix-stage",
    onchange: () => page.change((view) => withMix(view, { stage: Number(stage.value) })),
  });
  const share = slider({ id: "explore-mix-share", label: say("mix_share"), low: 0, high: 1, step: 0.01, rest: 0.5 }, {
    slide: (value) => page.slide((view) => withMix(view, { share: within(say("mix_share"), value, SHARE) })),
    settle: page.settle,
  });
  const second = thumb(null, null);
  const mix = group(
    "mix",
    say("mix"),
    say("mix_info"),
    false,
    make(
      "div",
      { class: "explore-mixed" },
      second,
      make("div", {}, make("div", { class: "explore-seedrow" }, mixSeed, mixDice), mixOn),
    ),
    make("label", { for: "explore-mix-stage" }, say("mix_stage")),
    stage,
    share.box,
  );
  const mixSeedOf = (view) => view.mix?.seed ?? left?.seed ?? (view.seed + 1) % SEEDS;
  page.follow({
    box: mix,
    key: () => `${page.model.name} ${mixSeedOf(page.view)} ${page.view.psi} ${page.view.c}`,
    async run() {
      const { model: name, psi: cut, c } = page.view;
      const pictures = await page.render(
        [{ ...PLAIN_VIEW, model: name, seed: mixSeedOf(page.view), psi: cut, c }],
        "mix",
      );
      if (pictures) thumb(page.model, pictures[0], second);
      return Boolean(pictures);
    },
  });

  const beside = make("select", {
    id: "explore-beside",
    onchange: () => page.change((view) => ({ ...view, beside: beside.value })),
  });
  const two = group(
    "beside",
    say("beside"),
    say("beside_info"),
    false,
    make("label", { for: "explore-beside", class: "hush" }, say("beside_model")),
    beside,
  );

  form.replaceChildren(
    make(
      "div",
      { class: "explore-line explore-which" },
      make("label", { for: "explore-model" }, say("model")),
      choice,
      facts,
    ),
    make(
      "div",
      { class: "explore-line explore-start" },
      make("label", { for: "explore-seed", title: say("seed_info") }, say("seed")),
      make("div", { class: "explore-seedrow" }, seed, dice),
      make("p", { class: "explore-hint" }, say("seed_info")),
    ),
    kind.box,
    make("div", { class: "explore-line explore-psi" }, psi.box, psiHint),
    span.box,
    principal,
    sefa,
    raw,
    mix,
    two,
  );
  form.addEventListener("submit", (event) => event.preventDefault());
  for (const box of [principal, sefa, mix]) box.addEventListener("toggle", page.rest);

  // ---- in line with the view --------------------------------------------------------------------------------------

  function quality(figures = {}) {
    const pair = (key, form) => {
      const [own, real] = [figures[key], figures[`${key}_real`]];
      return [own, real].every((v) => typeof v === "number") ? [say(key, { model: form(own), real: form(real) })] : [];
    };
    return [
      ...pair("frechet", (v) => String(Number(v.toPrecision(3)))),
      ...pair("coverage", (v) => `${Math.round(100 * v)}%`),
    ];
  }

  function describe() {
    const side = painterOf(model).measure(model);
    const known = model.classes.length ? say("classes_n", { n: model.classes.length }) : "";
    put(
      facts,
      [
        model.data.label,
        side,
        known,
        model.nimg ? say("nimg", { nimg: grouped(model.nimg) }) : "",
        `z ${model.zDim}`,
        say("licence", { licence: model.data.licence ?? "?" }),
        ...quality(model.quality),
      ].filter(Boolean).join(" · "),
    );
  }

  function stageWord(i) {
    if (i === 0) return say("stage_w");
    const shape = model.plan[i - 1].shape, values = { n: i, of: model.plan.length, count: shape[0], side: shape[1] };
    return say(shape.length === 3 ? "stage_pictures" : "stage_units", values);
  }

  function mixWord(i) {
    // where each layer follows a latent of its own, the second one's takes over from a layer on
    if (!model.layered) return stageWord(i);
    return say(i ? "mix_from" : "mix_all", { n: i + 1, of: model.plan.length, side: model.plan[i].shape[1] });
  }

  function open(next, list) {
    // another model
    const focused = form.contains(document.activeElement) ? document.activeElement.id : "";
    model = next;
    left = null;
    numbers = [];
    coordinates.replaceChildren();
    options(choice, list.map(({ name }) => [name, name]), model.name);
    options(beside, [
      ["", say("beside_none")],
      ...list.filter(({ name }) => name !== model.name).map(({ name }) => [name, name]),
    ], page.view.beside);
    options(stage, model.plan.map((_, i) => [String(i), mixWord(i)]), "0");
    put(mix.querySelector(".explore-hint"), say(model.layered ? "mix_layered_info" : "mix_info"));
    put(psiHint, say(model.classes.length ? "psi_class_info" : "psi_info"));
    kind.open(model);
    span.open(model);
    mix.hidden = !painterOf(model).mixes;
    raw.open &&= model.zDim > 0;
    directions();
    describe();
    if (raw.open) layRaw();
    if (focused && document.activeElement?.id !== focused) {
      (document.getElementById(focused) ?? choice).focus({ preventScroll: true });
    }
  }

  function set(view) {
    if (document.activeElement !== seed || view.seed !== Number(seed.value)) seed.value = view.seed;
    psi.set(view.psi);
    kind.set(view);
    span.set(view);
    for (const { lever, value } of rows) lever.set(value(view));
    setRaw(view);
    left = view.mix ?? left;
    mixSeed.value = mixSeedOf(view);
    mixOn.setAttribute("aria-pressed", String(Boolean(view.mix)));
    put(mixOn, say(view.mix ? "mix_off" : "mix_on"));
    stage.value = String((view.mix ?? left)?.stage ?? 0);
    share.set((view.mix ?? left)?.share ?? 0.5);
    if (beside.value !== view.beside) beside.value = view.beside;
    for (
      const [box, used] of [[mix, view.mix], [two, view.beside], [sefa, Object.keys(view.sefa).length], [
        raw,
        Object.keys(view.raw).length,
      ]]
    ) {
      box.classList.toggle("explore-used", Boolean(used));
    }
  }

  function unfold(view) {
    // what a link uses is in sight
    mix.open ||= Boolean(view.mix);
    two.open ||= Boolean(view.beside);
    sefa.open ||= Object.keys(view.sefa).length > 0;
    raw.open ||= Object.keys(view.raw).length > 0;
    const more = principal.querySelector("details");
    if (more) more.open ||= Object.keys(view.directions).some((k) => k >= FIRST);
  }

  return { open, set, stageWord, unfold };
}
