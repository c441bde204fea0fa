// The browser half of the live tab: polls its run, which is also the run's heartbeat, and draws what comes back.
// The component's js_on_load: `element` and `props` are given. The other end is `LiveRoutes` in gan/ui/live/routes.py.

import { pageLanguage } from "../page/language.js";
import { decodePlaces } from "../core/encoding.js";
import { painterOf } from "../core/media.js";
import { sayer } from "../core/words.js";
import { buildControls } from "./controls.js";
import { buildPad } from "./drawing_pad.js";
import { keyFigure } from "./figures.js";
import { LAYERS } from "./plane.js";
import { buildLesson, buildTimeline } from "./timeline.js";
import { buildView } from "./view.js";
import { make, put } from "../page/elements.js";
import { copyLink, pageAddress } from "../page/links.js";
import { note } from "../page/notes.js";
import { beacon, download, post } from "../page/wire.js";

export function mount(element, props) {
  const HIDDEN = 600, SOON = 30, RENEW = 3000; // milliseconds between polls out of sight, for a late frame, for a new run
  const STAGE_EVERY = 1200; // of slow motion that goes on by itself
  const KEPT = { run: "atelier-run", of: "atelier-run-of", layers: "atelier-layers" };
  const AT_FIRST = ["real", "fake", "field"];
  const CALM = matchMedia("(prefers-reduced-motion: reduce)");

  const section = element.querySelector(".live-view");
  const find = (selector) => section.querySelector(selector);
  const say = sayer(props.words, pageLanguage());
  const shown = {
    id: null,
    role: "",
    round: -1,
    number: -1,
    moments: -1,
    curve: [],
    scene: null,
    frame: null,
    past: null,
    state: "",
    answer: null,
    hide: [],
    layers: kept(localStorage, KEPT.layers)?.split(" ") ?? AT_FIRST,
  };
  const { layers } = shown;
  let displayed = section.getClientRects().length > 0; // kept up below: to ask at every beat would lay the page out
  let timer = 0, busy = false, renewed = -Infinity, auto = 0, wanted = null, queue = Promise.resolve();

  function kept(store, key) {
    try {
      return store.getItem(key);
    } catch {
      return null;
    }
  }
  function keep(store, key, value) {
    try {
      store.setItem(key, value);
    } catch { /* private window */ }
  }

  const visible = () => document.visibilityState === "visible" && displayed;
  const owner = () => shown.role === "owner";

  // ---- what one does ----------------------------------------------------------------------------------------------

  function act(name, more = {}) {
    // one after the other; the answer's trouble, or ""
    queue = queue.then(async () => {
      try {
        const answer = await post("live/act", { id: shown.id, act: name, ...more });
        if (answer.trouble) note(answer.trouble, true);
        setTimeout(beat);
        return answer;
      } catch {
        note(say("lost"), true);
        return { trouble: say("lost") };
      }
    });
    return queue;
  }

  const refused = async (name, more) => (await act(name, more)).trouble ?? "";
  const told = {
    settle: (setup) => refused("settle", { setup }),
    async choose(setup, changed) {
      const trouble = await refused("choose", { setup, changed });
      if (!trouble && changed === "data" && setup.data === "drawn") drawing.open(setup.drawing);
      return trouble;
    },
    ill: (name) => act("ill", { name }),
    draw: () => drawing.open(form.setup().drawing),
    look,
    async branch(moment) {
      if (!(await refused("branch", { moment }))) past.back();
    },
    async download(asked, name, button) {
      button.disabled = true;
      if (asked.what === "film") note(say("film_wait"));
      const trouble = await download("live/file", { id: shown.id, ...asked }, name).catch(() => say("lost"));
      if (trouble) note(trouble, true);
      button.disabled = false;
    },
    async open(tab, lane) {
      const page = window.open("", "_blank"); // at once: after the answer a browser would take it for an advertisement
      const { model, trouble } = await act("keep", { lane });
      if (trouble) return page?.close();
      const address = pageAddress(new URLSearchParams({ tab, model }));
      if (page) page.location = address;
      else location.assign(address);
    },
    link: () => lesson.open(shown.hide),
    async share() {
      const { watch } = await act("share");
      if (watch) await copyLink(pageAddress(new URLSearchParams({ tab: "live", watch })));
    },
  };

  function play() {
    stopAuto();
    if (["running", "queued", "asleep"].includes(shown.state)) return act("pause");
    if (shown.state === "slow") act("unslow");
    if (shown.past) past.back();
    return act("start");
  }

  const stopAuto = () => {
    clearTimeout(auto);
    auto = 0;
    find("#live-auto").setAttribute("aria-pressed", "false");
  };

  function onward() {
    // slow motion by itself, until paused
    auto = setTimeout(async () => {
      if (auto && !(await refused("slow")) && auto) onward();
      else stopAuto();
    }, STAGE_EVERY);
    find("#live-auto").setAttribute("aria-pressed", "true");
  }

  const buttons = {
    play,
    step: () => act("step", { which: "both" }),
    "step-d": () => act("step", { which: "d" }),
    "step-g": () => act("step", { which: "g" }),
    slow: () => {
      stopAuto();
      if (shown.past) past.back();
      act("slow");
    },
    auto: () => (auto ? stopAuto() : onward()),
    unslow: () => {
      stopAuto();
      act("unslow");
    },
    reset: () => {
      stopAuto();
      if (shown.past) past.back();
      act("reset");
    },
  };

  async function look(moment) {
    // the past, one request at a time, the last wish first
    wanted = moment;
    if (moment == null) {
      shown.past = null;
      return repaint();
    }
    if (look.busy) return;
    look.busy = true;
    while (wanted != null) {
      const asked = wanted;
      const { frame, trouble } = await post("live/moment", { id: shown.id, moment: asked }).catch(() => ({
        trouble: say("lost"),
      }));
      if (trouble) {
        note(trouble, true);
        break;
      }
      if (wanted != null) {
        shown.past = { ...frame, moment: asked };
        repaint();
      }
      if (wanted === asked) break;
    }
    look.busy = false;
  }

  // ---- what the server says ----------------------------------------------------------------------------------------

  function states(answer) {
    const on = ["running", "queued", "asleep"].includes(answer.state), slow = answer.state === "slow";
    put(find("#live-play"), say(on ? "pause" : "start"));
    put(find("#live-slow"), say(slow ? "next_stage" : "slow"));
    find("#live-auto").hidden = !slow || CALM.matches;
    find("#live-unslow").hidden = !slow;
    if (!slow && auto) stopAuto();
    for (const button of section.querySelectorAll(".live-transport button")) {
      button.disabled = !owner() || answer.state === "working";
    }
    Object.assign(section.dataset, {
      state: answer.state,
      running: answer.state === "running",
      role: answer.role,
      place: answer.place,
      query: answer.query + (shown.hide.length ? `&hide=${shown.hide.join(",")}` : ""),
      round: answer.round,
    });
  }

  function take(answer) {
    if (answer.scene) {
      const { scene } = answer;
      if (painterOf(scene).cloud) scene.places = decodePlaces(scene.reals);
      Object.assign(shown, { scene, round: answer.round, curve: [], past: null });
    }
    shown.curve.push(...answer.curve);
    Object.assign(shown, { state: answer.state, role: answer.role, answer });
    if (answer.frame) {
      Object.assign(shown, { frame: answer.frame, number: answer.number });
      const { frame } = answer, f = frame.lanes[0].figures;
      Object.assign(section.dataset, {
        steps: frame.steps,
        nimg: frame.nimg,
        modes: f.fair ?? "",
        doctor: frame.doctor?.[0]?.name ?? "",
        trainedD: frame.trained_d,
        trainedG: frame.trained_g,
        figure: f[keyFigure(shown.scene)] ?? "",
      });
    }
    if (answer.moments) shown.moments = answer.moments.revision;
    states(answer);
    if (answer.scene) {
      sight.captions();
      past.lanes(shown.scene.lanes.map(({ objective }) => say(`objective_${objective}`)), owner());
    }
    form.set(answer.setup ?? shown.scene.setup, shown.scene);
    if (answer.scene) {
      form.disable(!owner());
      past.back();
    }
    past.set(answer.moments, shown.frame.steps);
    sight.banner(answer);
    if (visible()) {
      if (answer.frame) draw();
      sight.pace(answer);
    }
    sight.speak(answer);
  }

  // ---- the run ----------------------------------------------------------------------------------------------------

  async function open(query, resume) {
    const answer = await post("live/open", { query, resume, words: document.documentElement.lang });
    if (answer.trouble) {
      put(find(".live-status"), `⚠ ${answer.trouble}`);
      return;
    }
    Object.assign(shown, {
      id: answer.id,
      role: answer.role,
      round: -1,
      number: -1,
      moments: -1,
      hide: answer.hide ?? shown.hide,
    });
    if (answer.role === "owner") {
      keep(sessionStorage, KEPT.run, answer.id);
      keep(sessionStorage, KEPT.of, location.search);
    }
    form.hide(shown.hide);
    if (answer.shut) note(answer.shut, true);
  }

  function first() {
    // a reload re-attaches; another link in the same window is another run
    const mine = kept(sessionStorage, KEPT.of) === location.search ? kept(sessionStorage, KEPT.run) : null;
    return open(location.search, new URLSearchParams(location.search).has("watch") ? null : mine);
  }

  async function beat() {
    clearTimeout(timer);
    if (busy || !section.isConnected) return;
    busy = true;
    const begun = performance.now();
    let every = HIDDEN;
    try {
      if (!shown.id && visible() && begun - renewed > RENEW) {
        renewed = begun;
        if (shown.answer && owner()) await open(`?${section.dataset.query}`, null);
        else await first();
      }
      if (shown.id) {
        const { id, round, number, moments, curve } = shown;
        const answer = await post("live/poll", {
          id,
          round,
          number,
          points: curve.length,
          moments,
          hidden: !visible(),
        });
        if (answer.state) take(answer);
        else shown.id = null;
        if (visible() && answer.every) every = answer.every;
        if (answer.state === "running" && owner() && !answer.frame && visible()) every = SOON; // the frame asked for is about to come
      }
    } catch (error) {
      if (!(error instanceof TypeError) || shown.scene) console.warn(error);
      put(find(".live-status"), say("lost"));
    }
    busy = false;
    timer = setTimeout(beat, Math.max(every - (performance.now() - begun), 5));
  }

  function draw() {
    sight.draw();
    drawing.draw();
  }

  function repaint() {
    if (!visible() || !shown.frame) return;
    sight.repaint();
    drawing.draw();
    form.thumbnails(sight.colours());
  }

  // ---- laying out -------------------------------------------------------------------------------------------------

  for (const made of section.querySelectorAll("[data-word]")) made.textContent = say(made.dataset.word);
  for (const made of section.querySelectorAll("[data-name]")) made.setAttribute("aria-label", say(made.dataset.name));
  for (const name of LAYERS) {
    find(".live-layers").append(
      make("button", {
        type: "button",
        id: `live-layer-${name}`,
        "aria-pressed": String(layers.includes(name)),
        onclick(event) {
          if (layers.includes(name)) layers.splice(layers.indexOf(name), 1);
          else layers.push(name);
          event.currentTarget.setAttribute("aria-pressed", String(layers.includes(name)));
          keep(localStorage, KEPT.layers, layers.join(" "));
          repaint();
        },
      }, say(`layer_${name}`)),
    );
  }
  for (const [name, press] of Object.entries(buttons)) find(`#live-${name}`).addEventListener("click", press);
  const sight = buildView(section, say, shown, () => act("cure"));
  const form = buildControls(find(".live-controls"), props.schema, say, told);
  const drawing = buildPad(
    find(".live-pad"),
    say,
    () => sight.colours(),
    (text) => told.settle({ ...form.setup(), drawing: text }),
  );
  const past = buildTimeline({ scrub: find(".live-scrub"), tools: find(".live-tools") }, say, told);
  const lesson = buildLesson(
    section,
    say,
    props.schema.groups.map(({ name }) => name),
    (hidden) => pageAddress(shown.answer.query + (hidden.length ? `&hide=${hidden.join(",")}` : "")),
  );
  document.addEventListener("visibilitychange", beat);
  window.addEventListener("pagehide", () => {
    if (shown.id) beacon("live/close", { id: shown.id });
  });
  window.addEventListener("pageshow", beat);
  new ResizeObserver(([{ contentRect }]) => {
    const before = displayed;
    displayed = contentRect.width > 0;
    if (displayed && !before) beat();
  }).observe(section);
  const sizes = new ResizeObserver(repaint);
  for (const box of [find(".live-hero"), find(".live-losses")]) sizes.observe(box);
  const sharpen = () =>
    matchMedia(`(resolution: ${devicePixelRatio}dppx)`).addEventListener("change", () => {
      repaint();
      sharpen();
    }, { once: true });
  sharpen();
  new MutationObserver(repaint).observe(document.body, { attributes: true, attributeFilter: ["class"] });
  beat();
}
