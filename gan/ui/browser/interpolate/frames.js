// The frames of a film: where each lies on its path, its w, its pixels, and the pace that is even to the eye.
// A reel is a film at work: the frames of one way through it, and in which order they play.
atelier.filming = (() => {
  const SAME = 1e-6; // squared sine of the angle up to which two latents are one
  const FAINT = [229, 190, 164], BETWEEN = 128; // the dots behind a film of points; the grey between tiles
  const SEEDS = 2 ** 32;
  const EASES = { even: (u) => u, smooth: (u) => u * u * (3 - 2 * u) };
  const CHUNK = 40, MOST_ROWS = 64, TASK = "film"; // milliseconds between two looks at the page; pictures asked for at once
  const PASSES = 3, EVEN_ENOUGH = 1.15; // re-timings at most, and the largest change over the smallest that needs none

  // ---- time: positions on the path, counted in segments ---------------------------------------------------------------

  function positions(film, timing) {
    // of one way; timing: {counts, places}, frames of each segment and where on it a share of its change is reached
    const found = [];
    timing.counts.forEach((count, k) => {
      for (let j = 0; j < count; j++) found.push(k + timing.places[k](EASES[film.ease](j / count)));
    });
    if (atelier.film.turn(film) !== "loop") found.push(timing.counts.length);
    return found;
  }

  function steady(film) {
    // the same number of frames in each segment, at equal steps of the path
    const count = atelier.film.segments(film);
    return { counts: Array(count).fill(film.frames), places: Array(count).fill((u) => u) };
  }

  function retimed(film, at, changes) {
    // the timing that makes every change equal. at: positions of one way; changes[i]: from frame i to the next.
    // Each segment gets frames by its share of all change, so that every key stays a frame.
    const count = atelier.film.segments(film);
    const knots = Array.from({ length: count }, () => ({ sums: [0], places: [0] }));
    changes.forEach((change, i) => {
      const k = Math.floor(at[i]), { sums, places } = knots[k];
      sums.push(sums.at(-1) + change);
      places.push((at[i + 1] ?? count) - k);
    });
    const wholes = knots.map(({ sums }) => sums.at(-1));
    return { counts: shares(wholes, count * film.frames), places: knots.map(({ sums, places }) => inverse(sums, places)) };
  }

  function shares(parts, total) {
    // whole numbers in the proportion of parts that sum to total, each at least 1; the largest remainders get the rest
    const all = parts.reduce((a, b) => a + b, 0);
    const of = (whole) => parts.map((part) => whole * (all ? part / all : 1 / parts.length));
    const fair = of(total), exact = fair.every((v) => v >= 1) ? fair : of(total - parts.length).map((v) => v + 1);
    const counts = exact.map(Math.floor), rest = total - counts.reduce((a, b) => a + b, 0);
    const order = exact.map((v, i) => [v - counts[i], i]).sort((a, b) => b[0] - a[0]);
    for (const [, i] of order.slice(0, rest)) counts[i]++;
    return counts;
  }

  function inverse(sums, places) {
    // share of the segment's change -> place on it, straight between what was measured
    const whole = sums.at(-1);
    return (share) => {
      if (!whole) return share;
      const sum = share * whole;
      let i = sums.findIndex((v) => v >= sum);
      if (i <= 0) i = i < 0 ? sums.length - 1 : 1;
      const step = sums[i] - sums[i - 1];
      return places[i - 1] + (places[i] - places[i - 1]) * (step ? (sum - sums[i - 1]) / step : 0);
    };
  }

  // ---- w of a frame -----------------------------------------------------------------------------------------------------

  function stop(model, film, key) {
    // a key on the path: its latent, and in z what is blended beside it: psi and what its directions add to w
    const latents = atelier.latents, psi = key.psi * film.psi;
    const single = { ...model, kind: "pictures" }; // of points, too, a film follows one latent
    const z = latents.z(single, key);
    for (const [i, value] of Object.entries(key.raw)) z[i] = value;
    const w = latents.edited(single, z, { ...key, psi });
    if (film.space === "w") return { at: w };
    const bare = latents.edited(single, z, { psi, c: key.c });
    return { at: z, beside: Float32Array.of(psi, ...w.map((v, i) => v - bare[i])), c: key.c };
  }

  function turns(model, film) {
    // whether a circle's first two keys lie in two directions, without which it stands still
    const middle = centre(model, film), [a, b] = film.keys.slice(0, 2).map((key) => stop(model, film, key).at.map((v, i) => v - middle[i]));
    const dot = (x, y) => x.reduce((sum, v, i) => sum + v * y[i], 0);
    return dot(a, b) ** 2 < (1 - SAME) * dot(a, a) * dot(b, b);
  }

  function centre(model, film) {
    // of a circle: 0 in z; in w, where 0 is no picture, the mean w of the first two keys' classes
    const { truncate, everywhere } = atelier.latents, none = new Float32Array(model.wDim);
    if (film.space !== "w") return new Float32Array(model.zDim);
    const [a, b = a] = film.keys.slice(0, 2).map(({ c }) => truncate(model, none, 0, c));
    return everywhere(model, a.map((v, i) => (v + b[i]) / 2));
  }

  function between(model, latent, psi, classes, shares) {
    // w of a latent that lies between classes: as far between what each of them makes of it
    const w = new Float32Array(model.wDim), { truncate, mapping, everywhere } = atelier.latents;
    classes.forEach((c, k) => {
      if (shares[k]) truncate(model, mapping(model, latent, c), psi, c).forEach((v, i) => { w[i] += shares[k] * v; });
    });
    return everywhere(model, w);
  }

  function along(model, film, stops) {
    // position -> w; between keys of two classes it goes straight from what one makes of the latent to what the other does
    const classes = [...new Set(stops.map(({ c }) => c))], shares = stops.map(({ c }) => classes.map((one) => Number(one === c)));
    const latents = atelier.latents, turn = atelier.film.turn(film);
    const middle = centre(model, film), round = film.path === "circle" && film.space === "w";
    const at = stops.map((one) => (round ? one.at.map((v, i) => v - middle[i]) : one.at)), beside = stops.map((one) => one.beside);
    const kind = film.path === "slerp" ? "lerp" : film.path; // what stands beside a latent has no length to keep
    return (position) => {
      const latent = latents.at(at, film.path, turn, position);
      if (film.space === "w") return round ? latent.map((v, i) => v + middle[i]) : latent;
      const [psi, ...moved] = film.path === "circle" ? beside[0] : latents.at(beside, kind, turn, position);
      const share = film.path === "circle" ? shares[0] : latents.at(shares, "lerp", turn, position);
      const w = between(model, latent, psi, classes, share);
      return w.map((v, i) => v + moved[i]);
    };
  }

  function tracks(model, film) {
    // for each tile of the grid {w, second}: position -> w; further tiles are the keys' next seeds with the same edits
    return Array.from({ length: film.grid ** 2 }, (_, tile) => {
      const keys = film.keys.map((key) => ({ ...key, seed: (key.seed + tile) % SEEDS }));
      const stops = keys.map((key) => stop(model, film, key));
      if (!keys.some(({ mix }) => mix)) return { w: along(model, film, stops), second: null };
      // A key without a second seed is mixed with itself, which changes nothing.
      const seconds = keys.map((key, i) => (key.mix ? stop(model, film, { ...atelier.film.fresh(key.mix.seed), psi: key.psi, c: key.c }) : stops[i]));
      return { w: along(model, film, stops), second: along(model, film, seconds) };
    });
  }

  function joined(vectors) {
    const rows = new Float32Array(vectors.length * vectors[0].length);
    vectors.forEach((vector, i) => rows.set(vector, i * vector.length));
    return rows;
  }

  // ---- pixels -------------------------------------------------------------------------------------------------------------

  function size(model, grid) {
    // of points, the grid's dots share one plot
    if (model.kind === "points") return { width: atelier.painting.SIDE, height: atelier.painting.SIDE, channels: 3, tile: 0 };
    const [channels, tile] = model.shape, side = grid === 1 ? tile : grid * (tile + 1) + 1;
    return { width: side, height: side, channels, tile };
  }

  function plot(model, backdrop, places) {
    // RGB bytes: a mark for each of places [x, y, x, y, ...] on a copy of the backdrop
    const picture = new ImageData(backdrop.data.slice(), backdrop.width);
    for (let i = 0; i < places.length; i += 2) atelier.painting.mark(model, picture, places[i], places[i + 1]);
    const { data } = picture, found = new Uint8Array(3 * data.length / 4);
    for (let i = 0, at = 0; i < data.length; i += 4) {
      found[at++] = data[i];
      found[at++] = data[i + 1];
      found[at++] = data[i + 2];
    }
    return found;
  }

  function tiles(model, images, film, tile) {
    // bytes [H, W, C] of one frame, whose images [grid^2, C, R, R] stand one after the other
    const one = (i) => atelier.painting.toPixels(images.subarray(i * model.values, (i + 1) * model.values), model.shape);
    const pictures = Array.from({ length: film.grid ** 2 }, (_, i) => one(i));
    return compose(pictures, film.grid, tile, model.shape[0]);
  }

  function compose(pictures, grid, tile, channels) {
    // as gan.media.images.grid: row by row, a pixel of grey around each
    if (grid === 1) return pictures[0];
    const side = grid * (tile + 1) + 1, sheet = new Uint8Array(side * side * channels).fill(BETWEEN);
    pictures.forEach((pixels, i) => {
      const top = Math.floor(i / grid) * (tile + 1) + 1, left = (i % grid) * (tile + 1) + 1;
      for (let y = 0; y < tile; y++) sheet.set(pixels.subarray(y * tile * channels, (y + 1) * tile * channels), ((top + y) * side + left) * channels);
    });
    return sheet;
  }

  function image(reel, frame) {
    // ImageData of a frame of the film, grey or in colours
    const bytes = reel.frame(reel.index(frame)), found = new ImageData(reel.width, reel.height), { data } = found, grey = reel.channels === 1;
    for (let i = 0, at = 0; i < data.length; i += 4, at += reel.channels) {
      data[i] = bytes[at];
      data[i + 1] = bytes[grey ? at : at + 1];
      data[i + 2] = bytes[grey ? at : at + 2];
      data[i + 3] = 255;
    }
    return found;
  }

  // ---- change ---------------------------------------------------------------------------------------------------------------

  function difference(a, b) {
    // root mean square, in grey levels for pixels
    let sum = 0;
    for (let i = 0; i < a.length; i++) sum += (a[i] - b[i]) ** 2;
    return Math.sqrt(sum / a.length);
  }

  function changes(reel) {
    // from each frame of one way to the next; of points, how far the mark goes, for a mark that moves by more than its
    // own width changes no more pixels
    const frame = (i) => (reel.spots ? reel.spots[i] : reel.frame(i));
    const steps = atelier.film.turn(reel.film) === "loop" ? reel.count : reel.count - 1;
    return Array.from({ length: steps }, (_, i) => difference(frame(i), frame((i + 1) % reel.count)));
  }

  const spread = (values) => Math.max(...values) / Math.max(Math.min(...values), 1e-9);

  // ---- reels ------------------------------------------------------------------------------------------------------------------

  function blank({ film, width, height, channels, count, length }) {
    // a reel without pictures
    const bytes = width * height * channels, pixels = new Uint8Array(count * bytes);
    const index = (frame) => (frame < count ? frame : 2 * count - 2 - frame); // there and back
    return {
      film, width, height, channels, count, length, pixels, index, done: new Uint8Array(count), spots: null, keys: new Map(), counts: null, labels: null,
      frame: (i) => pixels.subarray(i * bytes, (i + 1) * bytes),
      set(i, picture) { pixels.set(picture, i * bytes); this.done[i] = 1; },
      has(frame) { return this.done[index(frame)] === 1; },
      get ready() { let n = 0; for (let i = 0; i < length; i++) n += this.done[index(i)]; return n; },
    };
  }

  function reelOf(model, film, timing) {
    const at = positions(film, timing), { tile, ...box } = size(model, film.grid);
    const length = atelier.film.turn(film) === "ping-pong" ? 2 * at.length - 2 : at.length;
    const reel = Object.assign(blank({ film, ...box, count: at.length, length }), { at, tile, counts: timing.counts });
    if (model.kind === "points") reel.spots = [];
    const own = film.path === "circle" ? [0] : film.keys.keys();
    let frame = 0;
    for (const k of own) {
      reel.keys.set(frame, k);
      frame += timing.counts[k] ?? 0;
    }
    return reel;
  }

  async function shoot(model, reel, alive, told, { task = TASK, place = 0 } = {}) {
    // fills a reel: the frame at a place (0..1) first, then the keys, then what follows the place; false if overtaken
    const { engine } = atelier, { film, tile } = reel, ways = tracks(model, film);
    const mixing = film.keys.find(({ mix }) => mix)?.mix, each = ways.length * model.values;
    let backdrop = null;
    if (reel.spots) {
      const around = await engine.render(film.model, atelier.latents.edited(model, atelier.latents.cloud(model), { psi: film.psi }), { task });
      if (!around || !alive()) return false;
      backdrop = atelier.painting.scatter(model, around, FAINT);
    }
    const start = reel.index(Math.min(Math.round(place * reel.length), reel.length - 1));
    const order = [...new Set([start, ...reel.keys.keys(), ...reel.at.map((_, i) => (start + i) % reel.count)])];
    for (let from = 0, batch = 4; from < order.length;) {
      const begun = performance.now(), part = order.slice(from, from + batch);
      const every = (way) => joined(part.flatMap((i) => ways.map((one) => one[way](reel.at[i]))));
      const mix = mixing ? { w: every("second"), stage: mixing.stage, share: mixing.share } : null;
      const images = await engine.render(film.model, every("w"), { task, mix });
      if (!images || !alive()) return false;
      part.forEach((i, n) => {
        const made = images.subarray(n * each, (n + 1) * each);
        if (reel.spots) reel.spots[i] = made.slice();
        reel.set(i, backdrop ? plot(model, backdrop, made) : tiles(model, made, film, tile));
      });
      told(reel);
      from += part.length;
      const took = Math.max(performance.now() - begun, 1);
      batch = Math.max(1, Math.min(Math.floor(MOST_ROWS / ways.length), Math.round(part.length * Math.min(CHUNK / took, 4))));
    }
    return true;
  }

  async function make(model, film, alive, told, options) {
    // the reel of a film, whole; null if overtaken. told(reel) as frames come; a better-timed reel is told of when it is done
    let reel = reelOf(model, film, steady(film));
    if (!(await shoot(model, reel, alive, told, options))) return null;
    for (let pass = 0; film.pace === "eye" && pass < PASSES; pass++) {
      const measured = changes(reel);
      if (film.ease === "even" && spread(measured) < EVEN_ENOUGH) break;
      const next = reelOf(model, film, retimed(film, reel.at, measured));
      if (!(await shoot(model, next, alive, () => {}, options))) return null;
      reel = next;
    }
    return reel;
  }

  return { turns, size, positions, steady, retimed, shares, inverse, tracks, compose, image, changes, spread, blank, reelOf, make };
})();
