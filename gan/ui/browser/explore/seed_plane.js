// The seed plane of Explore: one cell between four seeds to drag through, by hand or by itself, and pictures around a
// place in it.

import { painterOf } from "../core/media.js";
import { placedView, STEPS, viewQuery } from "../core/views.js";
import { make, put } from "../page/elements.js";
import { group, slider, thumb, tile } from "../page/fields.js";

const MAP = 5; // pictures along each side of the cell
const STEP = 0.02, LEAP = 0.1; // of the arrow keys, alone and with shift
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
const TURNING = 0.35; // radians a second by which a drift may bend
const LONG = 0.1; // seconds: no step of a drift is longer, however late its frame
const MARGIN = 1 / 2 / MAP; // the seeds lie in the middle of the corner pictures
const INNER = 1 - 2 * MARGIN, REACH = MARGIN / INNER;

function along(share) {
  // a place across the box as a coordinate: what the picture there shows; only beyond the box lies the next cell
  const at = (share - MARGIN) / INNER;
  if (at < -REACH) return at + REACH;
  return at > 1 + REACH ? at - REACH : Math.min(Math.max(at, 0), 0.999);
}

export function buildSeedPlane(place, page) {
  const { say } = page;

  // ---- the cell ---------------------------------------------------------------------------------------------------

  const map = make(
    "div",
    { class: "explore-map", "aria-hidden": "true" },
    ...Array.from({ length: MAP ** 2 }, () => thumb(null, null)),
  );
  const corners = ["nw", "ne", "sw", "se"].map((corner) =>
    make("span", { class: `explore-corner explore-${corner}`, "aria-hidden": "true" })
  );
  const handle = make("div", {
    class: "explore-handle",
    id: "explore-handle",
    role: "slider",
    tabindex: 0,
    "aria-label": say("plane"),
    "aria-valuemin": 0,
    "aria-valuemax": 1,
  });
  const cell = make(
    "div",
    { class: "explore-cell", id: "explore-cell", "data-testid": "explore-cell" },
    map,
    ...corners,
    handle,
  );
  let drag = null;

  const at = (event) => {
    const box = cell.getBoundingClientRect();
    return [along((event.clientX - box.left) / box.width), along((event.clientY - box.top) / box.height)];
  };
  const away = (x, y) => page.slide((view) => placedView({ ...view, seed: drag.seed }, x, y));

  cell.addEventListener("pointerdown", (event) => {
    if (event.button > 0) return;
    event.preventDefault();
    stop();
    drag = { seed: page.view.seed, pointer: event.pointerId };
    cell.setPointerCapture(event.pointerId);
    handle.focus({ preventScroll: true, focusVisible: false });
    away(...at(event));
  });
  cell.addEventListener("pointermove", (event) => {
    if (drag?.pointer === event.pointerId) away(...at(event));
  });
  for (const name of ["pointerup", "pointercancel"]) {
    cell.addEventListener(name, () => {
      if (drag) page.settle();
      drag = null;
    });
  }
  handle.addEventListener("keydown", (event) => {
    const [dx, dy] = ARROWS[event.key] ?? [];
    if (dx === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    stop();
    const step = event.shiftKey ? LEAP : STEP;
    if (!event.repeat) page.settle();
    page.slide((view) => placedView(view, view.x + dx * step, view.y + dy * step));
  });
  handle.addEventListener("keyup", (event) => {
    if (event.key in ARROWS) page.settle();
  });
  handle.addEventListener("blur", () => page.settle());

  const shown = () => (painterOf(page.model).cloud ? 2 : MAP); // clouds cost more: their corners only
  page.follow({
    box: cell,
    hurried: true,
    key: () => viewQuery({ ...page.view, x: 0, y: 0, beside: "" }),
    async run(alive) {
      const side = shown(), home = { ...page.view, x: 0, y: 0 };
      const places = [...map.children].map((canvas, i) => [canvas, i % MAP, Math.floor(i / MAP)])
        .filter(([, column, row]) => side === MAP || (column % (MAP - 1) === 0 && row % (MAP - 1) === 0));
      places.sort(([, a, b], [, c, d]) => edge(c, d) - edge(a, b)); // the four seeds first
      for (let from = 0; from < places.length; from += MAP) {
        const some = places.slice(from, from + MAP);
        const pictures = await page.render(
          some.map(([, column, row]) => placedView(home, column / (MAP - 1), row / (MAP - 1))),
          "map",
        );
        if (!pictures || !alive()) return false;
        some.forEach(([canvas], i) => thumb(page.model, pictures[i], canvas));
      }
      return true;
    },
  });
  const edge = (column, row) => Number(column % (MAP - 1) === 0) + Number(row % (MAP - 1) === 0);

  // ---- by itself --------------------------------------------------------------------------------------------------

  let frame = 0, before = 0, angle = 0.5, where = null;
  const drift = make("button", {
    type: "button",
    id: "explore-drift",
    "aria-pressed": "false",
    onclick: () => (frame ? stop() : start()),
  }, say("drift"));
  const pace = slider({
    id: "explore-pace",
    label: say("pace"),
    title: say("pace_info"),
    low: 0.05,
    high: 1,
    step: 0.05,
    rest: 0.25,
  }, { slide() {}, settle() {} });

  function start() {
    where = null;
    before = performance.now();
    frame = requestAnimationFrame(onward);
    drift.setAttribute("aria-pressed", "true");
    put(drift, say("drift_stop"));
  }

  function stop() {
    if (!frame) return;
    cancelAnimationFrame(frame);
    frame = 0;
    drift.setAttribute("aria-pressed", "false");
    put(drift, say("drift"));
    page.settle();
  }

  function onward(now) {
    if (!cell.isConnected || !page.visible()) return stop();
    const passed = Math.min((now - before) / 1000, LONG);
    before = now;
    angle += TURNING * passed * Math.sin(now / 3100);
    const { seed, x, y } = page.view;
    if (!where || where.seed !== seed || Math.abs(where.x - x) > 0.002 || Math.abs(where.y - y) > 0.002) {
      where = { seed, x, y };
    }
    const way = Number(pace.range.value) * passed,
      next = [where.x + way * Math.cos(angle), where.y + way * Math.sin(angle)];
    page.slide((view) => placedView(view, ...next));
    // finer than the view's decimals
    where = { seed: page.view.seed, x: next[0] - Math.floor(next[0]), y: next[1] - Math.floor(next[1]) };
    frame = requestAnimationFrame(onward);
  }

  // a touch stops it, except of what steers it
  page.section.addEventListener("pointerdown", (event) => {
    if (frame && !moving.contains(event.target)) stop();
  });
  page.section.addEventListener("keydown", (event) => {
    if (frame && event.key !== "Tab" && !moving.contains(event.target)) stop();
  });
  const moving = make("div", { class: "explore-moving" }, drift, pace.box);

  // ---- pictures around here ---------------------------------------------------------------------------------------

  const several = (count, make) => Array.from({ length: count }, (_, i) => make(i));
  const centre = make("span", { class: "explore-here", role: "img", "aria-label": say("here") }, thumb(null, null));
  const steps = several(8, (i) => tile(say("go", { n: i + 1 }), () => goTo(steps[i]), { "data-step": i }));
  const near = make(
    "div",
    { class: "explore-around", "data-testid": "explore-neighbours" },
    ...steps.slice(0, 4),
    centre,
    ...steps.slice(4),
  );
  const goTo = (one) => {
    if (one.view) page.change(() => ({ ...one.view }));
  }; // the picture that opens is the one that was shown
  const nearBox = make(
    "div",
    {},
    make("h2", {}, say("neighbours")),
    make("p", { class: "explore-hint" }, say("neighbours_info")),
    near,
  );
  page.follow({
    box: nearBox,
    key: () => viewQuery({ ...page.view, beside: "" }),
    async run() {
      const full = page.view.walk.length >= STEPS;
      const goals = steps.map((_, i) => ({ ...page.view, walk: [...page.view.walk, i] }));
      const pictures = await page.render(full ? [page.view] : [page.view, ...goals], "near");
      if (!pictures) return false;
      thumb(page.model, pictures[0], centre.firstChild);
      steps.forEach((one, i) => {
        Object.assign(one, { view: goals[i], disabled: full });
        if (!full) thumb(page.model, pictures[i + 1], one.firstChild);
      });
      return true;
    },
  });

  // a larger grid: places of the plane, so that a click opens the very picture
  const radius = slider({ id: "explore-radius", label: say("radius"), low: 0.02, high: 1, step: 0.02, rest: 0.2 }, {
    slide: page.rest,
    settle: page.rest,
  });
  const many = several(
    MAP ** 2,
    (i) =>
      tile(say(2 * i + 1 === MAP ** 2 ? "here" : "variation", { n: i + 1 }), () => goTo(many[i]), { "data-place": i }),
  );
  const wide = group(
    "variations",
    say("variations"),
    say("variations_info"),
    false,
    radius.box,
    make("div", { class: "explore-many", "data-testid": "explore-variations" }, ...many),
  );
  page.follow({
    box: wide,
    key: () => `${viewQuery({ ...page.view, beside: "" })} ${radius.range.value}`,
    async run(alive) {
      const half = (MAP - 1) / 2, step = Number(radius.range.value) / half, { view: here } = page;
      for (let row = 0; row < MAP; row++) {
        const goals = several(MAP, (i) => placedView(here, here.x + (i - half) * step, here.y + (row - half) * step));
        const pictures = await page.render(goals, "many");
        if (!pictures || !alive()) return false;
        goals.forEach((view, i) => {
          const one = many[row * MAP + i];
          one.view = view;
          thumb(page.model, pictures[i], one.firstChild);
        });
      }
      return true;
    },
  });
  wide.addEventListener("toggle", page.rest);

  place.append(
    make(
      "div",
      {},
      make("h2", {}, say("plane")),
      make("p", { class: "explore-hint" }, say("plane_info")),
      cell,
      moving,
    ),
    nearBox,
    wide,
  );

  function set(view) {
    handle.style.translate = `${100 * (MARGIN + INNER * view.x)}cqw ${100 * (MARGIN + INNER * view.y)}cqh`;
    handle.setAttribute("aria-valuenow", view.x);
    handle.setAttribute("aria-valuetext", say("plane_at", { x: view.x, y: view.y, seed: view.seed }));
    corners.forEach((corner, i) => put(corner, String(placedView(view, i % 2, i > 1 ? 1 : 0).seed)));
  }

  function open(model) {
    for (const box of [nearBox, wide]) box.hidden = !painterOf(model).walks;
    for (const canvas of map.children) thumb(null, null, canvas);
    for (const one of [...steps, ...many]) one.view = null;
  }

  return { set, open, stop };
}
