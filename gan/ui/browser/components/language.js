// Before anything else: the language of ?lang=, else of the switch, else the browser's own.
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
