// A film: what decides it, the link to it, and the checks of what comes from links and from files.
// {model, keys: [views without model], path, space, turn, frames, ease, pace, grid, psi, fps, training}
atelier.film = (() => {
  const CHOICES = {
    path: ["slerp", "lerp", "spline", "circle"], space: ["z", "w"], turn: ["loop", "ping-pong", "once"],
    ease: ["even", "smooth"], pace: ["even", "eye"], grid: [1, 2, 3, 4],
  };
  const RANGES = { frames: [2, 240, 1], psi: [0, 1.5, 100], fps: [5, 60, 1] }; // low, high, steps in 1
  const START = { path: "slerp", space: "z", turn: "loop", frames: 24, ease: "even", pace: "even", grid: 1, psi: 1, fps: 24, training: false };
  const MIN_KEYS = 2, MAX_KEYS = 24, MAX_FRAMES = 2000, MAX_BYTES = 64e6;
  const FIRST = [1, 7, 42, 5];
  const SEEDS = 2 ** 32;
  const MARK = "gan-atelier";

  const trouble = (key, values) => new atelier.views.Trouble(api.say(`trouble_${key}`, values));

  // ---- keys ---------------------------------------------------------------------------------------------------------

  function key(view, model, names) {
    // a checked view, without what belongs to the film
    if (typeof view !== "object" || view === null || Array.isArray(view)) throw trouble("film");
    return own(atelier.views.checked({ ...view, model, beside: "" }, names));
  }

  const own = ({ model: _, beside: __, ...rest }) => rest;
  const fresh = (seed) => own({ ...atelier.views.START, seed });
  const dice = () => fresh(Math.floor(Math.random() * 1e6));
  // A key's own psi and the film's multiply, so that a bookmark looks as it did while the film's is 1.
  const psi = (film, at) => Math.min(atelier.views.round(film.keys[at].psi * film.psi), RANGES.psi[1]);
  const view = (film, at) => ({ ...film.keys[at], model: film.model, beside: "", psi: psi(film, at) });
  const plain = (one) => !textParts({ ...one, c: 0 }).length; // a class is no edit

  function textParts(one) {
    const query = new URLSearchParams(atelier.views.query({ ...atelier.views.START, ...one, model: "", beside: "" }));
    return [...query].filter(([name]) => !["tab", "model", "seed", "beside"].includes(name));
  }

  // 7 or 7_psi:0.5_d1:1.5: the seed, then what a view's own link says besides
  const keyText = (one) => [one.seed, ...textParts(one).map(([name, value]) => `${name}:${value}`)].join("_");

  // keys that nobody gave a class have that of their seed's number, one after another
  const varied = ({ classes }, film) => (classes.length ? { ...film, keys: film.keys.map((one) => ({ ...one, c: one.seed % classes.length })) } : film);

  function fitted(model, film, before) {
    // the film of a model `before` in another: classes and layers that this one lacks are left out
    const keys = film.keys.map((one) => ({
      ...one, c: atelier.views.classIn(model, one), layers: model.layered && one.layers?.[1] < model.plan.length ? one.layers : null,
    }));
    return before.classes.length ? { ...film, keys } : varied(model, { ...film, keys });
  }

  function keyOfText(text, model, names) {
    const [seed, ...parts] = text.split("_");
    if (!/^\s*\d{1,10}\s*$/.test(seed) || parts.some((part) => !/^\w+:/.test(part))) throw trouble("key", { text: text.slice(0, 40) });
    const query = new URLSearchParams({ tab: "explore", model, seed: seed.trim() });
    for (const part of parts) query.set(...halves(part));
    return own(atelier.views.fromQuery(query, names));
  }

  const halves = (part) => [part.slice(0, part.indexOf(":")), part.slice(part.indexOf(":") + 1)];

  function seeds(text) {
    // the seeds that text such as 1,7,42 or 0-5 names
    const found = [];
    for (const part of text.split(",")) {
      const [, low, high = low] = /^\s*(\d{1,10})(?:\s*-\s*(\d{1,10}))?\s*$/.exec(part) ?? [];
      if (low === undefined || Number(low) > Number(high) || Number(high) >= SEEDS) throw trouble("seeds", { text: text.slice(0, 40) });
      if (found.length + Number(high) - Number(low) >= MAX_KEYS) throw trouble("keys", { low: MIN_KEYS, high: MAX_KEYS });
      for (let seed = Number(low); seed <= Number(high); seed++) found.push(seed);
    }
    return found;
  }

  // ---- checks ---------------------------------------------------------------------------------------------------------

  function number(name, value) {
    const [low, high, steps] = RANGES[name];
    const given = typeof value === "string" && /^\s*\d{1,6}(\.\d{1,12})?\s*$/.test(value) ? Number(value) : value;
    if (typeof given !== "number" || !(given >= low && given <= high)) {
      throw trouble("range", { name: api.say(name), low, high, value: atelier.views.cut(value) });
    }
    return Math.round(given * steps) / steps;
  }

  function choice(name, value) {
    const found = CHOICES[name].find((one) => one === value || (typeof value === "string" && String(one) === value));
    if (found === undefined) throw trouble("choice", { name: api.say(name), value: atelier.views.cut(value) });
    return found;
  }

  function checked(given, names) {
    // a whole film of an object of anybody's; what it leaves out is as at the start
    if (typeof given !== "object" || given === null || !Array.isArray(given.keys)) throw trouble("film");
    if (!names.includes(given.model)) throw trouble("model", { name: atelier.views.cut(given.model) });
    const film = { model: given.model, keys: [] };
    if (given.keys.length < MIN_KEYS || given.keys.length > MAX_KEYS) throw trouble("keys", { low: MIN_KEYS, high: MAX_KEYS });
    film.keys = given.keys.map((one) => key(one, given.model, names));
    for (const name of Object.keys(CHOICES)) film[name] = choice(name, given[name] ?? START[name]);
    for (const name of Object.keys(RANGES)) film[name] = number(name, given[name] ?? START[name]);
    film.training = given.training === true || given.training === "1";
    const mixes = film.keys.map(({ mix }) => mix).filter(Boolean);
    if (mixes.some(({ stage, share }) => stage !== mixes[0].stage || share !== mixes[0].share)) throw trouble("mix");
    if (length(film) > MAX_FRAMES) throw trouble("frames", { high: MAX_FRAMES, count: length(film) });
    return film;
  }

  function fits(model, film) {
    // throws where the model lacks what a key asks for, or the film would not fit into memory
    for (const at of film.keys.keys()) atelier.views.fits(model, view(film, at));
    const { width, height, channels } = atelier.filming.size(model, film.grid);
    const megabytes = length(film) * width * height * channels / 1e6;
    if (!film.training && megabytes > MAX_BYTES / 1e6) throw trouble("bytes", { count: Math.ceil(megabytes), high: MAX_BYTES / 1e6 });
    if (film.path === "circle" && !film.training && !atelier.filming.turns(model, film)) throw trouble("circle");
  }

  // ---- length -----------------------------------------------------------------------------------------------------------

  const turn = (film) => (film.path === "circle" ? "loop" : film.turn); // a circle closes by itself
  const segments = (film) => (turn(film) === "loop" ? film.keys.length : film.keys.length - 1);
  const oneWay = (film) => segments(film) * film.frames + (turn(film) === "loop" ? 0 : 1);
  const length = (film) => (turn(film) === "ping-pong" ? 2 * oneWay(film) - 2 : oneWay(film));

  // ---- links, settings, names --------------------------------------------------------------------------------------------

  function query(film) {
    const values = { tab: "interpolate", model: film.model, keys: film.keys.map(keyText).join(",") };
    for (const [name, first] of Object.entries(START)) if (film[name] !== first) values[name] = film[name] === true ? "1" : film[name];
    return new URLSearchParams(values).toString().replaceAll("%2C", ",").replaceAll("%3A", ":"); // both may stand in a query
  }

  const opened = new URLSearchParams(location.search); // the address follows the tabs later
  const named = (query) => query.get("tab") === "interpolate" && ["model", "keys", "seeds", ...Object.keys(START)].some((name) => query.has(name));

  function fromQuery(text, names, first) {
    // the film that a link means; links of before named seeds alone
    const asked = new URLSearchParams(text), model = asked.get("model") ?? first;
    if (!names.includes(model)) throw trouble("model", { name: model.slice(0, 60) });
    const given = { model, keys: FIRST.map(fresh) };
    if (asked.has("keys")) given.keys = asked.get("keys").split(",").map((one) => keyOfText(one, model, names));
    else if (asked.has("seeds")) given.keys = seeds(asked.get("seeds")).map(fresh);
    for (const name of Object.keys(START)) if (asked.has(name)) given[name] = asked.get(name);
    return checked(given, names);
  }

  function settings(film, sha256) {
    // what a file carries: short, with nothing in a key that is at its default
    const start = fresh(0);
    const keys = film.keys.map((one) => Object.fromEntries(Object.entries(one)
      .filter(([name, value]) => name === "seed" || JSON.stringify(value) !== JSON.stringify(start[name]))));
    return { [MARK]: 1, film: { ...film, keys }, sha256 };
  }

  function called({ seed, c }, classes) {
    // a key's number, and its class where there are any: short, and in words
    const own = classes[c], name = api.say("seed_n", { seed });
    return own === undefined ? { text: String(seed), name }
      : { text: `${atelier.classes.label(own)} · ${seed}`, name: name + api.say("key_class", { name: own }) };
  }

  const start = (model) => ({ ...START, model, keys: FIRST.map(fresh) });
  const name = (film) => [film.model, ...film.keys.slice(0, 6).map(({ seed }) => seed)].join("-") + (film.training ? "-training" : "");

  const api = {
    CHOICES, RANGES, START, MIN_KEYS, MAX_KEYS, MAX_BYTES, MARK, trouble, key, fresh, dice, view, plain, called, varied, fitted, seeds, checked, fits,
    turn, segments, oneWay, length, query, fromQuery, opened, named, settings, start, name,
    say: (key, values = {}) => [key, ...Object.values(values)].join(" "), // a page puts its own words in
  };
  return api;
})();
