// The preview of a film: plays what is ready, waits for what is not, rests where nobody looks.

import { keyTitle } from "../core/film.js";
import { grouped } from "../core/words.js";
import { slide } from "./controls.js";
import { frameImage } from "./frames.js";
import { make, put } from "../page/elements.js";

const CALM = matchMedia("(prefers-reduced-motion: reduce)");
const STILLS = 12; // pictures in the strip, about

export function stills(reel) {
  // frames of one way: every key among them, the others spread over the segments
  if (!reel.counts) { // a training: its first and its last moment among them
    const n = Math.min(STILLS, reel.count);
    return Array.from({ length: n }, (_, j) => Math.round(j * (reel.count - 1) / Math.max(n - 1, 1)));
  }
  const open = reel.counts.reduce((sum, n) => sum + n, 0) < reel.count; // ends with a key of its own
  const each = Math.max(1, Math.floor((STILLS - open) / reel.counts.length)), found = [];
  let start = 0;
  for (const count of reel.counts) {
    found.push(...spread(start, count, Math.min(each, count)));
    start += count;
  }
  return open ? [...found, start] : found;
}

const spread = (start, count, n) => Array.from({ length: n }, (_, j) => start + Math.floor(j * count / n));

export function buildPlayer({ canvas, scrub, play, time, caption, strip }, say, told) {
  // told: {moved(frame), visible(), classes()}
  let reel = null, frame = 0, playing = !CALM.matches, clock = 0, before = 0, asked = 0, waiting = [], stale = true;

  const seconds = (n) => (n / reel.film.fps).toFixed(reel.length < 3 * reel.film.fps ? 2 : 1);

  function draw() {
    if (!reel?.has(frame)) return;
    if (canvas.width !== reel.width || canvas.height !== reel.height) {
      Object.assign(canvas, { width: reel.width, height: reel.height });
    }
    canvas.style.setProperty("--side", `${Math.max(reel.width, reel.height)}px`);
    canvas.getContext("2d").putImageData(frameImage(reel, frame), 0, 0);
    canvas.dataset.frame = frame;
    stale = false;
    tell();
  }

  function tell() {
    // the scrub bar, the clock, the caption
    const words = say("clock", {
      at: seconds(frame),
      all: seconds(reel.length),
      frame: frame + 1,
      frames: reel.length,
    });
    scrub.max = reel.length - 1;
    scrub.value = frame;
    scrub.setAttribute("aria-valuetext", words);
    put(time, words);
    const ready = reel.ready;
    canvas.dataset.frames = ready;
    const label = reel.labels?.[reel.index(frame)];
    put(
      caption,
      label != null
        ? say("nimg", { nimg: grouped(label) })
        : ready < reel.length
        ? say("rendering", { ready, frames: reel.length })
        : "",
    );
  }

  function tick(now) {
    asked = 0;
    if (!playing || !told.visible() || !reel) return;
    clock += Math.min(now - before, 250) * reel.film.fps / 1000; // after a pause of the page's own the film goes on where it was
    before = now;
    const from = frame;
    for (; clock >= 1; clock -= 1) {
      const next = (frame + 1) % reel.length;
      if (!reel.has(next)) {
        clock = 0;
        break;
      }
      frame = next;
    }
    if (frame !== from) draw();
    asked = requestAnimationFrame(tick);
  }

  function run() {
    // asks for frames only while the film moves and can be seen
    if (asked || !playing || !told.visible() || !reel) return;
    before = performance.now();
    asked = requestAnimationFrame(tick);
  }

  function set(on) {
    playing = on;
    put(play, say(on ? "pause" : "play"));
    play.dataset.playing = on;
    if (on) run();
  }

  function go(to) {
    // shows a frame and stays there
    set(false);
    frame = Math.min(Math.max(Math.round(to), 0), reel.length - 1);
    stale = true;
    draw();
    if (stale) tell();
    told.moved(frame);
  }

  function called(at, key) {
    // a still's name, and what of it has room below its picture
    const label = reel.labels?.[at];
    if (key != null) return keyTitle(reel.film.keys[key], told.classes(), say);
    if (label == null) return { text: `${seconds(at)} s`, name: `${seconds(at)} s` };
    const nimg = grouped(label);
    return { text: thousands(label), name: nimg, title: say("nimg", { nimg }) };
  }

  function thousands(n) {
    const [share, unit] = n < 999.5e3 ? [n / 1e3, "k"] : [n / 1e6, "M"];
    return n < 1000 ? String(n) : `${Number(share.toPrecision(3))}\u202f${unit}`;
  }

  function lay() {
    // the strip, its pictures painted as they come
    waiting = stills(reel).map((at) => {
      const key = reel.keys.get(at),
        picture = make("canvas", { class: "crisp", width: reel.width, height: reel.height, "aria-hidden": "true" });
      const { text, name, title = name } = called(at, key);
      const button = make(
        "button",
        {
          type: "button",
          "data-frame": at,
          "aria-label": say("go", { name }),
          title,
          onclick: () => go(at),
        },
        picture,
        make("span", {}, text),
      );
      return {
        at,
        picture,
        made: make("li", { class: key != null ? "film-still film-is-key" : "film-still" }, button),
      };
    });
    strip.replaceChildren(...waiting.map(({ made }) => made));
  }

  function fill() {
    waiting = waiting.filter(({ at, picture }) => {
      if (!reel.done[at]) return true;
      picture.getContext("2d").putImageData(frameImage(reel, at), 0, 0);
      return false;
    });
  }

  function show(next) {
    // another reel, or more frames of this one; the place in the film is kept
    if (next !== reel) {
      const share = reel ? frame / reel.length : 0, first = !reel;
      reel = next;
      frame = Math.min(Math.round(share * reel.length), reel.length - 1);
      stale = true;
      lay();
      if (first) set(playing);
    }
    if (stale) draw();
    fill();
    tell();
    run();
  }

  play.addEventListener("click", () => set(!playing));
  slide(scrub, (value) => {
    if (reel) go(value);
  });
  CALM.addEventListener("change", () => {
    if (CALM.matches) set(false);
  });
  document.addEventListener("visibilitychange", run);
  set(playing);
  return {
    show,
    go,
    run,
    retell: () => {
      if (reel) {
        lay();
        fill();
        tell();
      }
    },
    get frame() {
      return frame;
    },
    get playing() {
      return playing;
    },
  };
}
