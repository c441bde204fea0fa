// What the whole page shares: the switches of language and theme, links, saving, notes.
window.atelier = (() => {
  const THEME = "atelier-theme";
  const stored = (key) => { try { return localStorage.getItem(key); } catch { return null; } };
  const store = (key, value) => { try { localStorage.setItem(key, value); } catch { /* private window */ } };

  const language = () => {
    const next = (navigator.language || "en").toLowerCase().startsWith("zh") ? "en" : "zh-CN";
    document.cookie = `atelier-language=${next}; path=/; max-age=31536000; SameSite=Lax`;
    store("atelier-language", next); // a page opened from a disk has no cookies
    const url = new URL(location.href);
    if (url.searchParams.has("lang")) url.searchParams.set("lang", next);
    location.assign(url);
    if (url.href === location.href) location.reload();
  };

  const dark = (on) => {
    document.body.classList.toggle("dark", on);
    document.documentElement.style.colorScheme = on ? "dark" : "light";
  };
  const theme = () => {
    const on = !document.body.classList.contains("dark");
    dark(on);
    store(THEME, on ? "dark" : "light");
  };

  // A note at the foot of the page: something done, or the sentence that answers a mistake.
  const note = (text, trouble = false) => {
    let box = document.getElementById("atelier-note");
    if (!box) {
      box = document.createElement("div");
      box.id = "atelier-note";
      (document.querySelector(".contain") ?? document.body).append(box); // inside, for gradio's fonts and media rules
    }
    box.setAttribute("role", trouble ? "alert" : "status");
    box.classList.toggle("trouble", trouble);
    box.textContent = (trouble ? "⚠ " : "") + text;
    box.classList.add("seen");
    clearTimeout(note.timer);
    note.timer = setTimeout(() => box.classList.remove("seen"), trouble ? 8000 : 2500);
  };

  const words = (key) => 
    document.querySelector(`[data-word="${key}"] [lang="${document.documentElement.lang}"]`)?.textContent ?? "";

  const address = (query) => `${location.href.split(/[?#]/)[0]}?${query}`;
  // The element whose data-query says what a tab shows gives the link.
  const copyLink = (id) => copy(address(document.querySelector(`#${id} [data-query]`).dataset.query));
  const copy = async (link) => {
    try {
      await navigator.clipboard.writeText(link);
      note(words("copied"));
    } catch {
      prompt(words("copy"), link); // no right to the clipboard: show it to be copied by hand
    }
  };

  const save = (file) => {
    const link = document.createElement("a");
    link.href = file.href ?? file.url;
    link.download = file.name ?? file.orig_name;
    document.body.append(link);
    link.click();
    link.remove();
  };

  const smooth = (on) => document.body.classList.toggle("smooth", on);

  document.addEventListener("click", (event) => {
    const act = event.target.closest?.("[data-act]")?.dataset.act;
    if (act === "language") language();
    if (act === "theme") theme();
  });

  document.body.style.background = "var(--body-background-fill)"; // follows the switch, not the system alone
  document.documentElement.lang = (navigator.language || "en").startsWith("zh") ? "zh-CN" : "en";
  const wanted = new URLSearchParams(location.search).get("__theme") || stored(THEME);
  if (wanted) dark(wanted === "dark");

  return { save, copyLink, copy, address, smooth, note };
})();
