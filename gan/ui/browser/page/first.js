// Before gradio's own script. First: the language of ?lang=, else of the switch, else the browser's own.
(() => {
  const name = "atelier-language";
  const asked = new URLSearchParams(location.search).get("lang");
  const kept = document.cookie.split("; ").find((pair) => pair.startsWith(name + "="));
  let chosen = asked || (kept ? kept.slice(name.length + 1) : "");
  if (chosen) {
    chosen = chosen.toLowerCase().startsWith("zh") ? "zh-CN" : "en";
    document.cookie = `${name}=${chosen}; path=/; max-age=31536000; SameSite=Lax`;
    Object.defineProperty(navigator, "language", { configurable: true, get: () => chosen });
  }
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
