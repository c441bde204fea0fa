// Before gradio's own script. First: what the page asks for is relative to its address, which must end in a slash.
if (!location.pathname.endsWith("/")) location.replace(`${location.pathname}/${location.search}${location.hash}`);

// The language of ?lang=, else of the switch, else the browser's own.
(() => {
  const name = "atelier-language";
  let chosen = new URLSearchParams(location.search).get("lang") || "";
  try {
    const kept = document.cookie.split("; ").find((pair) => pair.startsWith(name + "="));
    chosen = chosen || (kept ? kept.slice(name.length + 1) : "");
  } catch { /* a frame of another site may have no cookies: there the address carries the language */ }
  if (!chosen) return;
  chosen = chosen.toLowerCase().startsWith("zh") ? "zh-CN" : "en";
  Object.defineProperty(navigator, "language", { configurable: true, get: () => chosen });
  try {
    document.cookie = `${name}=${chosen}; path=/; max-age=31536000; SameSite=Lax`;
  } catch { /* as above */ }
})();

// What the curtain shows (see page/curtain.css) until gradio has laid the page out: the language, the theme, and the
// first picture, unless the link names another.
(() => {
  const root = document.documentElement, query = new URLSearchParams(location.search);
  const isOwn = (/** @type {string} */ key) =>
    key === "tab" || key === "lang" || key === "engine" || key.startsWith("__");
  const isNamed = [...query.keys()].some((key) => !isOwn(key)), tab = query.get("tab") || "explore";
  root.dataset.opens = tab !== "explore" ? "elsewhere" : isNamed ? "link" : "first";
  root.lang = (navigator.language || "en").toLowerCase().startsWith("zh") ? "zh-CN" : "en";
  let theme = query.get("__theme"), isNew = true;
  try {
    theme ||= localStorage.getItem("atelier-theme");
    isNew = localStorage.getItem("atelier-learn") === null;
  } catch { /* a frame of another site may have no storage: there the system's theme counts */ }
  root.classList.toggle("atelier-newcomer", isNew); // told where to start, as page/shell.js goes on to do
  root.classList.toggle("dark", theme ? theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches);
})();

// What Explore needs first of all is asked for before its modules are here: see page/app_host.js.
(() => {
  const first = /** @type {any} */ (globalThis).atelierFirst, { opens } = document.documentElement.dataset;
  const query = new URLSearchParams(location.search), name = first && (query.get("model") || first.model);
  if (!name || opens === "elsewhere" || query.get("engine") === "server" || !location.pathname.endsWith("/")) return;
  const ask = (/** @type {string} */ route, /** @type {Record<string, string>} */ given) => {
    const answer = fetch(new URL(`${route}?${new URLSearchParams(given)}`, location.href.split(/[?#]/)[0]));
    answer.catch(() => {}); // whoever takes it hears of it
    return answer;
  };
  first.files = { [name]: ask("explore/file", { name, part: "generator", order: "high" }) };
  if (opens === "first") first.models = ask("explore/models", {});
})();

// Gradio 6's loading marks count seconds once in every frame, also long after they have gone: a twentieth of a core for
// as long as a page is open. Four times a second is enough for what nobody sees.
(() => {
  const EVERY = 250; // milliseconds
  const frame = window.requestAnimationFrame.bind(window);
  /** @type {FrameRequestCallback[]} */
  const waiting = [];
  const counts = (/** @type {FrameRequestCallback} */ callback) =>
    /performance\.now\(\)-.*\/1e3/.test(Function.prototype.toString.call(callback));
  const count = () => {
    for (const callback of waiting.splice(0)) callback(performance.now());
  };
  window.requestAnimationFrame = (callback) => {
    if (!counts(callback)) return frame(callback);
    if (!waiting.length) setTimeout(count, EVERY);
    return waiting.push(callback);
  };
})();
