// Before the other scripts of a static page. First: a browser that cannot run them says so.
addEventListener("load", () => {
  if (document.documentElement.dataset.opened) return;
  for (const place of document.querySelectorAll(".atelier-unfilled")) place.hidden = false;
});

// The language of ?lang=, else of the switch, else the browser's own.
(() => {
  let kept = null;
  try {
    kept = localStorage.getItem("atelier-language");
  } catch { /* private window */ }
  const asked = new URLSearchParams(location.search).get("lang") || kept;
  if (!asked) return;
  const chosen = asked.toLowerCase().startsWith("zh") ? "zh-CN" : "en";
  try {
    localStorage.setItem("atelier-language", chosen);
  } catch { /* private window */ }
  Object.defineProperty(navigator, "language", { configurable: true, get: () => chosen });
})();
