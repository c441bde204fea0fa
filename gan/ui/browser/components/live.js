// The browser half of the live tab: polls its run, which is also the run's heartbeat, and draws what comes back.
// The component's js_on_load: `element`, `props`, `server`, `watch` and `trigger` are given. The other end is
// `live_runs.LiveRun.poll`. The event `turn` says that the run has begun or ended; `renew` asks for a run with the
// settings of the controls when the one before was forgotten.

(() => {
  const EVERY = { training: 80, still: 350, hidden: 600 }; // milliseconds between two polls
  const SAY_EVERY = 5000; // screen readers hear of progress this often, of a change at once
  const RENEW_EVERY = 3000;
  const PLANE_DOTS = 560; // css pixels of the plane for which the sizes of marks are meant

  // ---- small pieces -------------------------------------------------------------------------------------------

  const bytes = (text) => Uint8Array.from(atob(text), (c) => c.charCodeAt(0));

  function pairs(text, extent) {
    // uint16 x, y -> [[x, y], ...] in the data's units
    const raw = new Uint16Array(bytes(text).buffer);
    return Array.from({ length: raw.length / 2 }, (_, i) =>
      [raw[2 * i], raw[2 * i + 1]].map((v) => (v / 65535 * 2 - 1) * extent));
  }

  const fill = (sentence, values) => sentence.replace(/\{(\w+)\}/g, (_, key) => values[key] ?? "");
  const percent = (share) => (share == null ? "–" : `${Math.round(share * 100)} %`);
  const grouped = (n) => Math.round(n).toLocaleString("en").replaceAll(",", "\u2009");

  function rgb(colour) {
    const n = parseInt(colour.trim().slice(1), 16);
    return [n >> 16 & 255, n >> 8 & 255, n & 255];
  }

  const mix = (a, b, t) => a.map((v, i) => v + (b[i] - v) * t);

  function palette(section) {
    const style = getComputedStyle(section);
    const names = ["forger", "data", "critic", "sheet", "ink", "line", "tint-fake", "tint-real"];
    const colours = Object.fromEntries(names.map((name) => [name, style.getPropertyValue(`--${name}`).trim()]));
    const [low, middle, high] = ["tint-fake", "sheet", "tint-real"].map((name) => rgb(colours[name]));
    colours.ramp = Array.from({ length: 256 }, (_, i) =>
      i < 127.5 ? mix(low, middle, i / 127.5) : mix(middle, high, (i - 127.5) / 127.5));
    return colours;
  }

  function sized(canvas) {
    // the canvas at the screen's own resolution: {g, w, h} in css pixels
    const { clientWidth: w, clientHeight: h } = canvas;
    const dots = window.devicePixelRatio || 1;
    if (canvas.width !== Math.round(w * dots) || canvas.height !== Math.round(h * dots)) {
      canvas.width = Math.round(w * dots);
      canvas.height = Math.round(h * dots);
    }
    const g = canvas.getContext("2d");
    g.setTransform(dots, 0, 0, dots, 0, 0);
    g.clearRect(0, 0, w, h);
    return { g, w, h, dots };
  }

  // ---- the plane ----------------------------------------------------------------------------------------------

  function drawField(g, w, h, field, side, colours) {
    const small = new OffscreenCanvas(side, side);
    const pixels = new ImageData(side, side);
    field.forEach((v, i) => pixels.data.set([...colours.ramp[v], 255], 4 * i));
    small.getContext("2d").putImageData(pixels, 0, 0);
    g.imageSmoothingEnabled = true;
    g.imageSmoothingQuality = "high";
    g.drawImage(small, 0, 0, w, h);
    drawContour(g, w / side, h / side, field, side, colours);
  }

  function drawContour(g, dx, dy, field, side, colours) {
    // marching squares at one half: where an edge of a square of cell middles is crossed, linearly between its ends
    const at = (i, j) => field[j * side + i] - 127.5;
    g.beginPath();
    for (let j = 0; j < side - 1; j++) {
      for (let i = 0; i < side - 1; i++) {
        const corners = [[i, j], [i + 1, j], [i + 1, j + 1], [i, j + 1]];
        const crossings = [];
        corners.forEach(([ax, ay], k) => {
          const [bx, by] = corners[(k + 1) % 4];
          const a = at(ax, ay), b = at(bx, by);
          if (a < 0 === b < 0) return;
          const t = a / (a - b);
          crossings.push([(ax + t * (bx - ax) + 0.5) * dx, (ay + t * (by - ay) + 0.5) * dy]);
        });
        for (let k = 0; k + 1 < crossings.length; k += 2) {
          g.moveTo(...crossings[k]);
          g.lineTo(...crossings[k + 1]);
        }
      }
    }
    g.strokeStyle = colours.ink;
    g.globalAlpha = 0.35;
    g.lineWidth = 1;
    g.stroke();
    g.globalAlpha = 1;
  }

  function drawMarks(g, w, h, points, extent, trace, style) {
    g.beginPath();
    for (const [x, y] of points) trace((x / extent + 1) / 2 * w, (1 - y / extent) / 2 * h);
    g.lineWidth = style.width;
    g.strokeStyle = style.edge;
    g.stroke();
    g.fillStyle = style.fill;
    g.fill();
  }

  function drawPlane(canvas, scene, frame, colours) {
    const { g, w, h } = sized(canvas);
    drawField(g, w, h, bytes(frame.field), frame.side, colours);
    const size = Math.max(w / PLANE_DOTS, 0.7);
    const r = 4.4 * size, s = 4.2 * size;
    const dot = (x, y) => { g.moveTo(x + r, y); g.arc(x, y, r, 0, 2 * Math.PI); };
    const triangle = (x, y) => {
      g.moveTo(x, y - s); g.lineTo(x + 0.87 * s, y + s / 2); g.lineTo(x - 0.87 * s, y + s / 2); g.closePath();
    };
    const { extent } = scene;
    drawMarks(g, w, h, scene.points, extent, dot, { fill: colours.data, edge: colours.sheet, width: 2 });
    drawMarks(g, w, h, pairs(frame.fakes, extent), extent, triangle, { fill: colours.forger, edge: colours.sheet, width: 1.4 });
  }

  // ---- pictures -----------------------------------------------------------------------------------------------

  function tile(sheet, raw, k, column, row, scene) {
    const { resolution: r, channels } = scene;
    const pixels = new ImageData(r, r);
    for (let i = 0; i < r * r; i++) {
      for (let c = 0; c < 3; c++) pixels.data[4 * i + c] = raw[(k * r * r + i) * channels + (channels === 3 ? c : 0)];
      pixels.data[4 * i + 3] = 255;
    }
    sheet.putImageData(pixels, column, row);
  }

  function drawPictures(canvas, scene, frame, colours, words) {
    // 8 x 8 fakes, a gap of two pixels, a column of reals; one pixel between tiles, whole-number scaling
    const { g, w, h, dots } = sized(canvas);
    const step = scene.resolution + 1, across = 9 * step + 2, down = 8 * step;
    const small = new OffscreenCanvas(across, down), sheet = small.getContext("2d");
    const fakes = bytes(frame.fakes);
    for (let k = 0; k < 64; k++) tile(sheet, fakes, k, (k % 8) * step, Math.floor(k / 8) * step, scene);
    for (let k = 0; k < scene.count; k++) tile(sheet, scene.pixels, k, 8 * step + 2, k * step, scene);
    const label = 24;
    const scale = Math.max(Math.floor(Math.min(w * dots / across, (h - label) * dots / down)), 1) / dots;
    const left = Math.round((w - across * scale) / 2 * dots) / dots;
    const top = Math.round((h - label - down * scale) / 2 * dots) / dots + label;
    g.imageSmoothingEnabled = false;
    g.drawImage(small, left, top, across * scale, down * scale);
    g.font = "600 14px system-ui, sans-serif";
    g.textBaseline = "bottom";
    g.fillStyle = colours.forger;
    g.fillText(`▲ ${words.fake}`, left, top - 6);
    g.fillStyle = colours.data;
    g.fillText(`● ${words.real}`, left + (8 * step + 2) * scale, top - 6);
  }

  // ---- curves -------------------------------------------------------------------------------------------------

  function thinned(curve, column, most) {
    // [step, mean] of at most `most` stretches of the curve
    const stride = Math.max(Math.ceil(curve.length / most), 1), out = [];
    for (let i = 0; i < curve.length; i += stride) {
      const part = curve.slice(i, i + stride).filter((point) => point[column] != null);
      if (part.length) out.push([part.at(-1)[0], part.reduce((sum, point) => sum + point[column], 0) / part.length]);
    }
    return out;
  }

  function reach(lines) {
    // the range of all but the wildest hundredth
    const all = lines.flatMap((line) => line.map((point) => point[1])).sort((a, b) => a - b);
    if (!all.length) return [0, 1];
    const low = all[Math.floor(all.length * 0.01)], high = all[Math.ceil(all.length * 0.99) - 1];
    const room = Math.max((high - low) * 0.1, 0.02);
    return [low - room, high + room];
  }

  function ticks(low, high) {
    // two to five round numbers between low and high
    const rough = (high - low) / 4, power = 10 ** Math.floor(Math.log10(rough));
    const step = [1, 2, 5, 10].find((m) => m * power >= rough) * power, out = [];
    for (let v = Math.ceil(low / step) * step; v <= high; v += step) out.push(Number(v.toPrecision(3)) || 0);
    return out;
  }

  function drawCurves(canvas, curve, series, range, colours, words) {
    // series: [column, colour, dashes]; range: [low, high], or null to fit
    const { g, w, h } = sized(canvas);
    const box = { left: 40, right: w - 8, top: 8, bottom: h - 20 };
    const lines = series.map(([column]) => thinned(curve, column, box.right - box.left));
    const [low, high] = range ?? reach(lines);
    const last = curve.length ? curve.at(-1)[0] : 1;
    const x = (step) => box.left + step / last * (box.right - box.left);
    const y = (v) => box.bottom - (v - low) / (high - low) * (box.bottom - box.top);
    g.font = "12px system-ui, sans-serif";
    g.fillStyle = colours.ink;
    g.strokeStyle = colours.line;
    g.lineWidth = 1;
    g.textAlign = "right";
    g.textBaseline = "middle";
    for (const v of range ? [0, 0.5, 1] : ticks(low, high)) {
      g.fillText(range && v === 0.5 ? "½" : v, box.left - 6, y(v));
      g.beginPath(); g.moveTo(box.left, y(v)); g.lineTo(box.right, y(v)); g.stroke();
    }
    g.textBaseline = "alphabetic";
    if (curve.length) g.fillText(`${grouped(last)} ${words.steps}`, box.right, h - 4);
    g.textAlign = "left";
    g.fillText("0", box.left, h - 4);
    g.save();
    g.beginPath(); g.rect(box.left, 0, box.right - box.left, box.bottom + 2); g.clip();
    series.forEach(([, colour, dashes], i) => {
      g.beginPath();
      lines[i].forEach(([step, v]) => g.lineTo(x(step), y(v)));
      g.setLineDash(dashes);
      g.strokeStyle = colour;
      g.lineWidth = 2;
      g.lineJoin = "round";
      g.stroke();
    });
    g.restore();
  }

  // ---- the page -----------------------------------------------------------------------------------------------

  function open() {
    const section = element.querySelector(".live-view");
    const find = (selector) => section.querySelector(selector);
    const hero = find(".live-hero canvas"), losses = find(".live-losses"), judgement = find(".live-judgement");
    const shown = { round: -1, number: -1, curve: [], scene: null, frame: null, state: "", spoken: 0, updates: 0 };
    let words = props.words[props.label] ?? props.words.en;
    let colours = palette(section), timer = 0, busy = false, pointer = null, renewed = -Infinity;

    const visible = () => document.visibilityState === "visible" && section.getClientRects().length > 0;

    function key(kind, word) {
      return `<span class="live-key live-${kind}"><i></i>${word}</span>`;
    }

    function relabel() {
      const [lossTitle, judgementTitle] = section.querySelectorAll("figcaption");
      lossTitle.innerHTML = `<b>${words.losses}</b>${key("line-critic", words.critic)}${key("line-forger", words.forger)}`;
      judgementTitle.innerHTML = `<b>${words.judgement}</b>${key("line-real", words.real)}${key("line-fake", words.fake)}`;
      losses.setAttribute("aria-label", words.losses);
      judgement.setAttribute("aria-label", words.judgement);
    }

    function legend() {
      const points = shown.scene.kind === "points";
      const share = points && pointer ? opinionAt(pointer) : null;
      find(".live-legend").innerHTML = points
        ? key("dot", words.real) + key("triangle", words.fake)
          + key("field", share == null ? words.field : fill(words.field_here, { share: Math.round(share * 100) }))
        : `<span>${words.beside}</span>`;
      hero.setAttribute("aria-label", fill(words[`picture_${shown.scene.kind}`], shown.scene));
    }

    function opinionAt([x, y]) {
      const { field, side } = shown.frame;
      const i = Math.floor(x * side), j = Math.floor(y * side);
      return bytes(field)[Math.min(Math.max(j, 0), side - 1) * side + Math.min(Math.max(i, 0), side - 1)] / 255;
    }

    function figures(answer) {
      const f = shown.frame;
      const rows = [
        [words.steps, grouped(f.steps)],
        [words.rate, shown.state === "running" ? grouped(f.rate) : "–"],
        [words.left, answer.left],
        [words.nimg, grouped(f.nimg)],
        f.total ? [words.modes, `${f.fair} / ${f.total}`, fill(words.modes_help, f)]
          : [words.variety, percent(f.variety), words.variety_help],
        f.total ? [words.quality, percent(f.quality), words.quality_help]
          : [words.passing, percent(f.passing), words.passing_help],
        [`${words.critic}: ${words.real}`, percent(f.real)],
        [`${words.critic}: ${words.fake}`, percent(f.fake)],
      ];
      find(".live-figures").innerHTML = rows.map(([name, value, help]) =>
        `<div><dt>${name}</dt><dd>${value}</dd>${help ? `<dd class="live-help">${help}</dd>` : ""}</div>`).join("");
    }

    function sentence(answer) {
      const f = shown.frame, pictures = shown.scene.kind === "pictures";
      const values = {
        ...f, steps: grouped(f.steps), found: f.total ? fill(words.found, f) : "", batch: shown.scene.batch,
        budget: Math.round(answer.budget),
      };
      const name = pictures && words[`${answer.state}_pictures`] ? `${answer.state}_pictures` : answer.state;
      const main = fill(words[name] ?? "", values).trim();
      const trouble = f.warning ? fill(words.warning, f) : answer.state === "paused" && answer.trouble ? `⚠ ${answer.trouble}` : "";
      return { main: `${main} ${trouble}`.trim(), progress: fill(words.progress, values).trim() };
    }

    function say({ main, progress = "" }) {
      // the sentence is for all; how far the run is, every few seconds, for those who cannot see the figures
      const status = find(".live-status"), now = performance.now();
      if (status.textContent !== main) {
        status.textContent = main;
        status.classList.toggle("live-trouble", main.includes("⚠"));
      }
      if (shown.state === "running" && now - shown.spoken > SAY_EVERY) {
        shown.spoken = now;
        find(".live-progress").textContent = progress;
      }
    }

    function draw() {
      if (!shown.frame) return;
      const points = shown.scene.kind === "points";
      if (points) drawPlane(hero, shown.scene, shown.frame, colours);
      else drawPictures(hero, shown.scene, shown.frame, colours, words);
      drawCurves(losses, shown.curve, [[1, colours.critic, []], [2, colours.forger, [7, 4]]], null, colours, words);
      drawCurves(judgement, shown.curve, [[3, colours.data, []], [4, colours.forger, [7, 4]]], [0, 1], colours, words);
      section.dataset.updates = ++shown.updates;
    }

    function take(answer) {
      const changed = answer.state !== shown.state;
      if (answer.scene) {
        const scene = answer.scene;
        if (scene.kind === "points") scene.points = pairs(scene.reals, scene.extent);
        else scene.pixels = bytes(scene.reals);
        Object.assign(shown, { scene, round: answer.round, curve: [] });
      }
      shown.curve.push(...answer.curve);
      shown.state = answer.state;
      if (answer.frame) {
        Object.assign(shown, { frame: answer.frame, number: answer.number });
        Object.assign(section.dataset, { steps: answer.frame.steps, nimg: answer.frame.nimg, modes: answer.frame.fair ?? "" });
      }
      section.dataset.running = answer.state === "running";
      section.dataset.state = answer.state;
      if (visible()) {
        if (answer.frame) { draw(); legend(); }
        figures(answer);
      }
      say(sentence(answer));
      if (changed) trigger('turn');
    }

    async function beat() {
      clearTimeout(timer);
      if (busy || !section.isConnected) return;
      busy = true;
      const begun = performance.now();
      try {
        if (!props.value?.run && visible() && !shown.scene) {
          const run = await server.open_run();
          if (run) props.value = { run, turn: 0 };
          else say({ main: words.gone });
        }
        if (props.value?.run) {
          const { round, number, curve } = shown;
          const answer = await server.poll_run({ id: props.value.run, round, number, points: curve.length });
          if (answer.state) take(answer);
          else { props.value = null; shown.round = -1; }
        }
        if (!props.value?.run && visible() && shown.scene && begun - renewed > RENEW_EVERY) {
          renewed = begun;
          trigger('renew');
        }
      } catch {
        say({ main: words.lost });
      }
      busy = false;
      const every = !visible() ? EVERY.hidden : shown.state === "running" ? EVERY.training : EVERY.still;
      timer = setTimeout(beat, Math.max(every - (performance.now() - begun), 5));
    }

    function repaint() {
      colours = palette(section);
      if (visible() && shown.frame) { draw(); legend(); }
    }

    watch("value", beat);
    watch("label", () => { words = props.words[props.label] ?? props.words.en; relabel(); repaint(); });
    document.addEventListener("visibilitychange", beat);
    new ResizeObserver(repaint).observe(hero);
    new MutationObserver(repaint).observe(document.body, { attributes: true, attributeFilter: ["class"] });
    hero.addEventListener("pointermove", (event) => {
      pointer = [event.offsetX / hero.clientWidth, event.offsetY / hero.clientHeight];
      if (shown.frame) legend();
    });
    hero.addEventListener("pointerleave", () => { pointer = null; if (shown.frame) legend(); });
    relabel();
    beat();
  }

  open();
})();
