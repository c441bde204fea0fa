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

// Gradio 6's loading marks count seconds once in every frame, also long after they have gone: a twentieth of a core for
// as long as a page is open. Four times a second is enough for what nobody sees.
(() => {
  const EVERY = 250; // milliseconds
  const frame = window.requestAnimationFrame.bind(window), waiting = [];
  const counts = (callback) => /performance\.now\(\)-.*\/1e3/.test(Function.prototype.toString.call(callback));
  const count = () => {
    for (const callback of waiting.splice(0)) callback(performance.now());
  };
  window.requestAnimationFrame = (callback) => {
    if (!counts(callback)) return frame(callback);
    if (!waiting.length) setTimeout(count, EVERY);
    return waiting.push(callback);
  };
})();
